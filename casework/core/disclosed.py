"""A case's disclosures as its own people see them, also years later: what was chosen and why, and what was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from casework.contract.language import gettext as _
from casework.core import (
    access,
    accounts,
    audit,
    clock,
    consent_uses,
    disclosure_content,
    disclosure_steps,
    disclosures,
    given,
    handed,
    letters,
    notices,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.disclosure_wish import Wish
from casework.core.errors import Destroyed, NotFound
from casework.core.frozen import Frozen
from casework.core.handover_covers import Reply
from casework.core.models import Case, Consent, Disclosure, Handover
from casework.core.permissions import Permission

SEALED = _("Förseglad uppgift")
"""What stands for what was sealed in the case."""
SPOKEN = "spoken"
"""Told by word of mouth, and not decided on or decided against afterwards."""
LAPSED = "lapsed"
"""Decided so long ago that it may no longer be given."""
UNCOVERED = "uncovered"
"""Given, and read no more: the consents that it rests on do not cover it now."""
ANSWERED = ("answered", "declined")
"""Where a handover stands when its recipient has said something to it."""
OPEN_STATES = ("draft", "assessed", "approved")


@dataclass(frozen=True, slots=True)
class Shown:
    """One disclosure. ``state`` is what it is at this moment, ``names`` those of all accounts it speaks of.

    ``corrected_by`` is the disclosure that took its place; ``instead`` says that this one corrects what another than
    its recipient was given. ``consent_ended`` is the consent that ended it: where it can be read no more and there is
    none, who must have consented has changed. ``is_whole`` says that none of it is blank: what was sealed in the case
    is so for whoever may not open it there. ``handover`` is how it stands with an answer that was asked for, and
    ``reply`` what the recipient has said to it, once something is said. ``may_be_sent`` says that it may go out on
    paper at this moment. ``answers_question`` says that what it answers came as a question from another agency, and not
    as a request that was written down in the case.
    """

    made: Disclosure
    state: str
    wish: Wish
    content: Frozen | None
    answer: str
    names: dict[str, str]
    corrected_by: str = ""
    instead: bool = False
    is_whole: bool = True
    consent_ended: Consent | None = None
    handover: Handover | None = None
    reply: Reply | None = None
    may_be_sent: bool = False
    answers_question: bool = False

    @property
    def is_unopened(self) -> bool:
        """Whether an answer was asked for by somebody who has not opened it yet: then it can be taken back."""
        return self.handover is not None and self.handover.state == "sent"

    @property
    def digest(self) -> str:
        """The digest of what was told; nothing beside a blank, which could be guessed until the digest agrees."""
        return (self.made.content_hash or "") if self.is_whole else ""

    @property
    def recipient(self) -> str:
        """Who receives it, by name or in words."""
        chosen = self.made.account_id or self.wish.account
        return self.names.get(chosen, "") if chosen else self.wish.outside

    def by(self, account_id: str | None) -> str:
        """Somebody's name."""
        return self.names.get(account_id or "", "")


def of_case(decision: Decision, case: Case) -> Sequence[Shown]:
    """A case's disclosures, the latest first, without what was told; nothing for somebody who only decides in it."""
    if decision.forms is not None:
        return ()
    query = select(Disclosure).where(Disclosure.case_id == case.id)
    rows = decision.session.scalars(query.order_by(Disclosure.made_at.desc(), Disclosure.id)).all()
    return [_shown(decision, case, one, with_content=False) for one in rows]


def one(decision: Decision, case: Case, disclosure_id: str) -> Shown:
    """One of a case's disclosures with what was told; raises NotFound for any other. That it was read is remembered."""
    session, actor = decision.session, decision.actor
    made = session.get(Disclosure, (case.municipality, disclosure_id))
    if made is None or made.case_id != case.id or decision.forms is not None:
        raise NotFound(access.denial(actor, Action.DISCLOSURE_READ, "disclosure", disclosure_id, "missing"))
    detail: audit.Detail = {"state": made.state, "content": made.content_hash or ""}
    audit.record(session, actor, Action.DISCLOSURE_READ, "disclosure", made.id, case_id=case.id, detail=detail)
    if actor.id == made.assessed_by:
        notices.read(session, actor.id, "disclosure_decided")
    return _shown(decision, case, made, with_content=True)


def live(decision: Decision, case: Case) -> int:
    """How many of a case's disclosures somebody outside can read now."""
    reads = (Disclosure.valid_until > decision.session.now, ~given.is_declined())
    query = select(Disclosure).where(Disclosure.case_id == case.id, Disclosure.state == "performed", *reads)
    return sum(given.is_covered(decision, case, one) for one in decision.session.scalars(query).all())


def state_of(decision: Decision, case: Case, made: Disclosure) -> str:
    """What a disclosure is at this moment: by itself one whose last day is over has closed, and an old decision lapsed.

    One that was spoken was told, whoever then found that it ought not to have been: it is never said not to be given.
    What no consent covers any more is not read, and not said to be given.
    """
    now = decision.session.now
    if made.state == "refused" and made.oral_on is not None:
        return SPOKEN
    decided_until = disclosure_steps.last_day(decision.session, made)
    if decided_until is not None and decided_until < clock.today(now):
        return LAPSED
    if made.state != "performed" or made.oral_on is not None:
        return made.state
    if made.valid_until is not None and made.valid_until <= now:
        return "closed"
    return "performed" if given.is_covered(decision, case, made) else UNCOVERED


def _shown(decision: Decision, case: Case, made: Disclosure, *, with_content: bool) -> Shown:
    session, wish = decision.session, given.wish_of(decision, made)
    people = (made.account_id, wish.account, made.decider_id, made.made_by, made.assessed_by, made.approved_by)
    names = accounts.names(session, {id_ for id_ in (*people, made.performed_by, made.ended_by) if id_})
    content = None
    if with_content:
        try:
            content = disclosures.content_of(decision, made)
        except Destroyed:
            content = None
    whole, content = content, None if content is None else _readable(decision, made, wish, content)
    later = select(Disclosure.id).where(Disclosure.corrects_id == made.id, Disclosure.performed_at.is_not(None))
    newer = (session.scalar(later) or "") if made.state == "corrected" else ""
    state, answer = state_of(decision, case, made), disclosures.answer_of(decision, made)
    over = state == UNCOVERED or made.because == "consent"
    consent = consent_uses.ended(session, case, consent_uses.DISCLOSURE, made.id) if over else None
    handover = handed.of(session, made)
    said = handover if with_content and handover is not None and handover.state in ANSWERED else None
    reply = None if said is None else handed.reply(decision, said)
    old = session.get(Disclosure, (case.municipality, made.corrects_id)) if made.corrects_id else None
    instead = old is not None and made.performed_at is not None and old.account_id != made.account_id
    stands = state == "performed" and (handover is None or handover.state != "declined")
    goes = stands and whole is not None and letters.may_go(decision, case, made, wish, whole)
    asked = bool(wish.answers) and session.get(Handover, (case.municipality, wish.answers)) is not None
    told = (newer, instead, content == whole, consent, handover, reply, goes, asked)
    return Shown(made, state, wish, content, answer, names, *told)


def _readable(decision: Decision, made: Disclosure, wish: Wish, content: Frozen) -> Frozen:
    """What was told, with a blank for what was sealed unless the reader is among those who may open it in the case."""
    session, actor, case_id = decision.session, decision.actor, made.case_id
    reaches = access.is_reached(session, actor, Permission.CASE_UNSEAL, case_id)
    if reaches and access.may_unseal(session, actor, case_id):
        return content
    shut = disclosure_content.sealed(session, case_id, wish.items, content)
    parts = enumerate(content.parts)
    return Frozen(tuple(part._replace(text=SEALED) if nth in shut else part for nth, part in parts))
