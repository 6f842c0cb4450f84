"""The forms of a defector's case, and what is counted of them."""

from casework.contract import Form, Statistic, exchange
from casework.contract import gettext as _
from casework_avhoppare.forms import first_contact, followup, inquiry, journal, person, police, risk, support

FORMS: tuple[Form, ...] = (
    *first_contact.FORMS,
    *person.FORMS,
    *journal.FORMS,
    *risk.FORMS,
    *inquiry.FORMS,
    *support.FORMS,
    *police.FORMS,
    *exchange.FORMS,
    *followup.FORMS,
)

STATISTICS = (
    Statistic("origin", _("Ingång"), "registration", "origin"),
    Statistic("close_reason", _("Avslutsorsak"), "closing", "close_reason"),
    Statistic("provider_permit", _("Utförarens tillstånd"), "housing", "provider.permit"),
    Statistic("provider_followup", _("Uppföljning av utförare"), "housing", "provider.followup"),
    Statistic("economy_decision", _("Ekonomiskt bistånd"), "economy", "economy.decision"),
    Statistic("cost", _("Insatsernas kostnad"), "economy", "cost"),
    Statistic("followup_date", _("Uppföljningar"), "followup", "date"),
    Statistic("goal_status", _("Status mot målen"), "followup", "goal_status"),
    Statistic("self_rating", _("Personens egen skattning"), "followup", "self_rating"),
    Statistic("grant_flags", _("Statsbidrag"), "grants", "grant_flags"),
)

__all__ = ["FORMS", "STATISTICS"]
