"""The first forms of the three kinds of file."""

from dataclasses import replace

from casework.contract import Form, Retention, Statistic
from casework.contract import gettext as _
from casework_nara_relation.forms import first_contact, journal, protection

EXPOSED_ADULT: tuple[Form, ...] = (
    first_contact.REGISTRATION_ADULT,
    protection.SAFE_CONTACT,
    protection.ACUTE_ASSESSMENT,
    protection.SCREENING,
    protection.DECLINED_SUPPORT,
    journal.NOTE,
    journal.CONSENT_NOTE,
    journal.CLOSING,
)

CHILD: tuple[Form, ...] = (
    first_contact.REGISTRATION_CHILD,
    *(
        replace(form, retention=Retention.CHILD)
        for form in (
            protection.SAFE_CONTACT,
            protection.ACUTE_ASSESSMENT,
            journal.NOTE,
            journal.CONSENT_NOTE,
            journal.CLOSING,
        )
    ),
)

OFFENDER: tuple[Form, ...] = (
    first_contact.REGISTRATION_OFFENDER,
    first_contact.SAFETY_CHECK,
    first_contact.OFFER,
    journal.NOTE,
    journal.CONSENT_NOTE,
    journal.CLOSING,
)

STATISTICS = (Statistic("close_reason", _("Avslutsorsak"), "closing", "close_reason"),)

__all__ = ["CHILD", "EXPOSED_ADULT", "OFFENDER", "STATISTICS"]
