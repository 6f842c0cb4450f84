"""What a recipient may tell the sender: chosen reasons and answers, and whom to ring.

Social services tell an outside agency no fact of anybody this way: that takes a disclosure, on its ground, and to who
reported a worry only what SoL 19:6 allows (OSL 26:1, 26:9 a). So there is no free text from them, which nobody could
test beforehand: the sender reads one of our sentences, and whom to ring is a colleague by name and a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from casework.contract.language import gettext as _
from casework.core import cases, organisations
from casework.core.db import TenantSession
from casework.core.errors import Refused
from casework.core.permissions import GRANTS, Permission

LONGEST = 1000
NUMBER = re.compile(r"\+?[0-9][0-9 -]{3,18}[0-9]")
"""A telephone number, and nothing that says more than one."""
OTHER = "other"
REASONS = (
    ("wrong_recipient", _("Det hör inte hit. Skicka det till rätt mottagare.")),
    ("other_municipality", _("Det ser ut att gälla en annan kommun. Skicka det dit i stället.")),
    ("unclear", _("Det går inte att förstå vem eller vad det gäller. Ring oss.")),
    (OTHER, _("Något annat")),
)
"""Why something is declined. The sender reads it, so none says anything of a person, or that another has reported."""
MISSENT = (
    (
        "other_municipality",
        _(
            "Det du skrev ser ut att gälla ett barn i en annan kommun. Gör anmälan där också, i dag. "
            "Din anmälan ligger kvar här och bedöms."
        ),
    ),
    (
        "unclear",
        _("Det går inte att förstå vilket barn anmälan gäller. Ring oss i dag. Anmälan ligger kvar här och bedöms."),
    ),
)
"""What who reported a worry is told of a report that came wrong: what to do, and nothing that they did not write."""
WORDS, CALL, NOTHING = "words", "call", "nothing"
ANSWERS = (
    (CALL, _("Ring oss, så tar vi det där.")),
    (NOTHING, _("Vi lämnar inga uppgifter. Det säger inget om huruvida någon är känd här.")),
    (WORDS, _("Svar i ord")),
)
DISCLOSED, OTHERWISE = "disclosed", "otherwise"
BY_DISCLOSURE = (
    (DISCLOSED, _("Svaret finns bland det du har fått att läsa.")),
    (OTHERWISE, _("Svaret har lämnats till er på annat sätt.")),
)
"""What who asked is told of an answer that is a disclosure: never what it says."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom the sender may ring: a number, and a colleague by account or nobody by name. Never logged or reported."""

    phone: str = field(default="", repr=False)
    account_id: str = ""


Said = str | Contact
"""What is said beside a reason or an answer: words from others, whom to ring from social services."""


def reasons_of(agency: str) -> list[tuple[str, str]]:
    """Why an agency may decline something: social services by a chosen reason alone."""
    return [one for one in REASONS if agency != cases.holder() or one[0] != OTHER]


def answers_of(agency: str) -> list[tuple[str, str]]:
    """The answers that an agency may give: words from others, and from social services only how to reach them."""
    own = {CALL, NOTHING} if agency == cases.holder() else {WORDS}
    return [(code, label) for code, label in ANSWERS if code in own]


def told_by_code(kind: str) -> dict[str, str]:
    """What the sender of a kind of handover reads, by the code of the reason or the answer."""
    return dict(REASONS) | dict(ANSWERS) | dict(BY_DISCLOSURE) | (dict(MISSENT) if kind == "report" else {})


def words(session: TenantSession, agency: str, said: Said, *, required: bool) -> str:
    """What the sender reads beside the sentence; raises Refused for what an agency may not say, or left out.

    Of social services that is whom to ring: somebody who takes part in the inbox there, and a number.
    """
    if agency != cases.holder():
        return _free(said if isinstance(said, str) else "", required=required)
    if isinstance(said, str):
        if said:
            raise Refused.because(_("Socialtjänsten skriver inget fritt till avsändaren. Skriv ett telefonnummer."))
        said = Contact()
    return _contact(session, agency, said, required=required)


def _free(words_: str, *, required: bool) -> str:
    said = words_.strip()
    if required and not said:
        raise Refused.because(_("Skriv vad avsändaren ska få läsa."), "words")
    if len(said) > LONGEST:
        raise Refused.because(_("Korta texten till högst {count} tecken.").format(count=LONGEST), "words")
    return said


def _contact(session: TenantSession, agency: str, contact: Contact, *, required: bool) -> str:
    phone = contact.phone.strip()
    if not phone and (required or contact.account_id):
        raise Refused.because(_("Skriv numret som avsändaren ska ringa."), "phone")
    if phone and not NUMBER.fullmatch(phone):
        raise Refused.because(_("Skriv bara ett telefonnummer, till exempel 019-00 00 00."), "phone")
    if not contact.account_id:
        return phone
    roles = frozenset(role for role, granted in GRANTS.items() if Permission.HANDOVER_READ in granted)
    names = {account.id: account.name for account, _post in organisations.colleagues(session, agency, roles)}
    if contact.account_id not in names:
        raise Refused.because(_("Välj en kollega."), "account")
    return f"{names[contact.account_id]}, {phone}"
