"""The forms of SSPF, and what is counted of them."""

from dataclasses import replace

from casework.contract import Form, Retention, Statistic, exchange, journal, people
from casework.contract import gettext as _
from casework_barn_unga.forms import first_contact, followup, mapping, meeting, young_person
from casework_barn_unga.forms.classes import TEAM

ABOUT_PEOPLE: tuple[Form, ...] = tuple(
    replace(form, retention=Retention.CHILD)
    for form in (people.PERSON, people.contact(TEAM), people.GUARDIAN, people.RELATION, people.MOTPART)
)

FORMS: tuple[Form, ...] = (
    *first_contact.FORMS,
    *ABOUT_PEOPLE,
    people.ADDRESS,
    *young_person.FORMS,
    journal.note(retention=Retention.CHILD),
    *mapping.FORMS,
    *meeting.FORMS,
    *followup.FORMS,
    *(replace(form, retention=Retention.CHILD) for form in exchange.FORMS),
)

BEFORE_CONSENT = frozenset(
    {"proposal", "consent_note", "person", "contact", "address", "guardian", "investigation", "motpart", "closing"}
)
"""What may be written while nobody has consented: who the young person is, how to reach the guardians, their answer."""

STATISTICS = (
    Statistic("initiator", _("Initierad av"), "proposal", "initiator"),
    Statistic("age_at_start", _("Ålder"), "young_person", "age_at_start"),
    Statistic("gender", _("Kön"), "young_person", "gender"),
    Statistic("evaluation_young", _("Den ungas utvärdering"), "closing", "evaluation.young"),
    Statistic("evaluation_guardian", _("Vårdnadshavarnas utvärdering"), "closing", "evaluation.guardian"),
    Statistic("evaluation_partners", _("Samverkansparternas utvärdering"), "closing", "evaluation.partners"),
    Statistic("close_reason", _("Avslutsorsak"), "closing", "close_reason"),
)

__all__ = ["BEFORE_CONSENT", "FORMS", "STATISTICS"]
