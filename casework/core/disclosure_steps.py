"""The steps of one disclosure: given, replaced, ended, each written down and remembered. Nothing here leads back."""

from __future__ import annotations

from datetime import date, timedelta

from casework.contract.language import gettext as _
from casework.contract.workflow import Level
from casework.core import (
    answers,
    audit,
    case_leads,
    clock,
    consent_uses,
    disclosure_faults,
    disclosure_rules,
    frozen,
    given,
    handed,
    handover_answers,
    municipality_settings,
    notices,
    sharing,
    tasks,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.consent_rules import CONSENTS
from casework.core.db import TenantSession
from casework.core.disclosure_rules import Look
from casework.core.errors import Refused
from casework.core.models import Account, Case, Disclosure
from casework.core.registry import Registry


def last_day(session: TenantSession, made: Disclosure) -> date | None:
    """The last day on which what was decided may be given; None for what is not decided, or given already."""
    if made.state != "approved" or made.approved_at is None:
        return None
    return clock.today(made.approved_at) + timedelta(days=municipality_settings.number(session, "disclosure_days"))


def require_sound(decision: Decision, registry: Registry, case: Case, made: Disclosure, seen: Look) -> None:
    """Raise Refused unless a decision has not lapsed, and all that it rests on holds at this moment."""
    last = last_day(decision.session, made)
    if last is not None and last < clock.today(decision.session.now):
        text = _("Beslutet gällde till och med {day} och har förfallit. Återta det och gör utlämnandet på nytt.")
        raise Refused.because(text.format(day=answers.in_words(last)))
    if refusals := disclosure_faults.faults(decision, registry, case, seen, decided=True):
        raise Refused(refusals)
    if seen.content.digest != made.content_hash:
        raise Refused.because(_("Uppgifterna har ändrats sedan beslutet. Återta det och gör utlämnandet på nytt."))
    if any(one.protection > seen.wish.levels.get(one.id, 0) for one in seen.protected):
        raise Refused.because(_("Någons skydd har höjts sedan beslutet. Återta det och gör utlämnandet på nytt."))
    decider = decision.session.get(Account, made.approved_by)
    if decider is None or decider.id in disclosure_rules.kept_from_deciding(decision, case, [decider]):
        raise Refused.because(_("Den som beslutade får inte längre besluta här. Återta det och gör om utlämnandet."))
    took_two = made.approved_by != made.assessed_by
    if seen.need is not None and disclosure_rules.is_stricter(seen.need, Level(made.level or "H"), took_two=took_two):
        raise Refused.because(_("Det krävs mer nu än när beslutet fattades. Återta det och gör utlämnandet på nytt."))


def give(decision: Decision, case: Case, made: Disclosure, seen: Look) -> None:
    """Freeze it for its recipient. Where nobody reads it here, spoken or written elsewhere, only the proof stays."""
    session, actor = decision.session, decision.actor
    written: dict[str, object] = {"performed_by": actor.id, "performed_at": session.now}
    if made.account_id is not None and made.oral_on is None and made.until is not None:
        agency, place = made.agency or "", given.spot(made, "received")
        written["received"] = frozen.seal_for_recipient(session, agency, place, seen.content)
        written["valid_until"] = clock.start_of(made.until + timedelta(days=1))
    step(session, made, "performed", **written)
    if made.received is not None and seen.wish.wants_answer:
        handed.hand_over(session, actor, made, case.unit_id, sharing.new_reference())
    elif made.received is not None and made.account_id is not None:
        notices.tell(session, made.account_id, "received_waits")
    if made.oral_on is None:
        rest(session, case, made, seen)
        demand_report(decision, case, seen)
    remember(decision, made, Action.DISCLOSURE_PERFORMED)
    if seen.wish.answers:
        handover_answers.by_disclosure(decision, case, made, seen.wish.answers)
    if seen.replaced is not None:
        _replace(decision, seen.replaced, made)


def rest(session: TenantSession, case: Case, made: Disclosure, seen: Look) -> None:
    """Write down the consents that it rests on, wherever it is read: here, on paper or as it was spoken."""
    if made.ground in CONSENTS and seen.coverage is not None:
        consent_uses.rest(session, case, consent_uses.DISCLOSURE, made.id, seen.coverage.consents)


def demand_report(decision: Decision, case: Case, seen: Look) -> None:
    """Where a ground wants its reasons written afterwards, let the unit's leads know now, and let it be done today."""
    if seen.applied is None or not seen.applied.explained.ground.afterwards:
        return
    what = _(
        "Skriv i journalen de fullständiga skälen till att uppgifter lämnades i nöd, och rapportera till enhetschef."
    )
    tasks.add_duty(decision, case, what, clock.today(decision.session.now))
    case_leads.tell(decision.session, case, decision.actor.id, "disclosure_in_need")


def note_spoken(session: TenantSession, made: Disclosure) -> None:
    """Note that what was spoken, and is now decided on, was given by who assessed it: nothing is left to do."""
    step(session, made, "performed", performed_by=made.assessed_by, performed_at=session.now)


def tell_leads(decision: Decision, case: Case) -> None:
    """Leave a line to the leads of the case's unit that something was told which ought not to have been."""
    case_leads.tell(decision.session, case, decision.actor.id, "disclosure_wrong")


def _replace(decision: Decision, old: Disclosure, new: Disclosure) -> None:
    """Let what was corrected be read no more by its recipient, who has the other in its place; it stays as it was.

    Where they have left, the record says whom the other went to in their stead.
    """
    if old.ended_at is None:
        end(decision, old, "corrected", "corrected")
    else:
        step(decision.session, old, "corrected")
    instead = {} if new.account_id == old.account_id else {"instead": new.account_id or "letter"}
    remember(decision, old, Action.DISCLOSURE_CORRECTED, **instead)


def step(session: TenantSession, made: Disclosure, state: str, **written: object) -> None:
    """Take a disclosure to a state."""
    made.state = state
    for name, value in written.items():
        setattr(made, name, value)
    session.flush()


def end(decision: Decision, made: Disclosure, state: str, because: str) -> None:
    """End a disclosure now, by whom and why; an answer that was asked for is asked for no more."""
    session, actor = decision.session, decision.actor
    handed.take_back(session, actor, made)
    step(session, made, state, ended_at=session.now, ended_by=actor.id, because=because)


def remember(decision: Decision, made: Disclosure, action: Action, **more: str) -> None:
    """Write an act of a disclosure into the record, without what it tells."""
    session, actor = decision.session, decision.actor
    session.flush()
    detail: dict[str, str | int | bool] = {"state": made.state, **more}
    if made.content_hash is not None:
        detail |= {"ground": made.ground or "", "place": made.place or "", "content": made.content_hash}
        detail |= {"level": made.level or "", "takes_two": made.takes_two, "oral": made.oral_on is not None}
    if made.account_id is not None:
        detail["account"] = made.account_id
    if made.because is not None:
        detail["because"] = made.because
    audit.record(session, actor, action, "disclosure", made.id, case_id=made.case_id, detail=detail)
