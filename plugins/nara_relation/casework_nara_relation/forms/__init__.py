"""The forms of the three kinds of file, and what is counted of them."""

from dataclasses import replace

from casework.contract import Form, Retention, Statistic, exchange, people
from casework.contract import gettext as _
from casework_nara_relation.forms import first_contact, followup, inquiry, journal, protection, support

EXPOSED_ADULT: tuple[Form, ...] = (
    first_contact.REGISTRATION_ADULT,
    people.PERSON,
    protection.SAFE_CONTACT,
    people.ADDRESS,
    people.RELATION,
    people.MOTPART,
    *protection.FORMS,
    protection.POLICE,
    *inquiry.ADULT,
    *support.ADULT_FORMS,
    journal.NOTE,
    journal.CONSENT_NOTE,
    *exchange.FORMS,
    followup.FOLLOWUP,
    followup.CLOSING,
)

CHILD: tuple[Form, ...] = (
    first_contact.REGISTRATION_CHILD,
    people.ADDRESS,
    support.SHELTER,
    *(
        replace(form, retention=Retention.CHILD)
        for form in (
            people.PERSON,
            protection.SAFE_CONTACT,
            people.GUARDIAN,
            people.RELATION,
            people.MOTPART,
            *protection.FORMS,
            *inquiry.CHILD,
            *(form for form in support.CHILD_FORMS if form is not support.SHELTER),
            journal.NOTE,
            journal.CONSENT_NOTE,
            *exchange.FORMS,
            followup.FOLLOWUP,
            followup.CLOSING,
        )
    ),
)

OFFENDER: tuple[Form, ...] = (
    first_contact.REGISTRATION_OFFENDER,
    people.PERSON,
    first_contact.SAFETY_CHECK,
    first_contact.OFFER,
    first_contact.ASSESSMENT,
    journal.NOTE,
    journal.CONSENT_NOTE,
    *exchange.FORMS,
    followup.OFFENDER_FOLLOWUP,
    followup.CLOSING,
)

CLOSINGS = Statistic("close_reason", _("Avslutsorsak"), "closing", "close_reason")
FOLLOWUPS = Statistic("followup_date", _("Uppföljningar"), "followup", "followup.date")
STATISTICS = (CLOSINGS, FOLLOWUPS, Statistic("followup_risk", _("Risk vid uppföljning"), "followup", "followup.risk"))
OFFENDER_STATISTICS = (CLOSINGS, FOLLOWUPS)

__all__ = ["CHILD", "EXPOSED_ADULT", "OFFENDER", "OFFENDER_STATISTICS", "STATISTICS"]
