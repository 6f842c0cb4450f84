"""The form by which somebody consents with a signature, filled in from the register, printed before it is signed."""

from __future__ import annotations

from collections.abc import Mapping

from casework import paper
from casework.contract.language import gettext as _
from casework.core import access, accounts, cases, clock, consent_overview, consent_rules, organisations
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.consent_overview import Line
from casework.core.db import TenantSession
from casework.core.errors import NotFound
from casework.core.models import Case
from casework.core.permissions import Actor, Permission

UNANSWERED = frozenset({"draft", "requested"})
"""The states in which there is something to sign."""
WHAT_FOR = _("Socialtjänsten och de som står här ska kunna samarbeta om det stöd som ges i ärendet.")


def form(session: TenantSession, actor: Actor, case_id: str, consent_id: str, agencies: Mapping[str, str]) -> bytes:
    """The form of one consent as a PDF; ``agencies`` are what each is called.

    Raises NotFound for another case's, for one that is answered, and for who may not know of the case.
    """
    act = Action.CONSENT_FORM_PRINTED
    case, decision = access.of_case(session, actor, Permission.CASE_WRITE, case_id, act, detail={"consent": consent_id})
    line = consent_overview.one(decision, case, consent_id)
    if not may_be_signed(decision, case, line):
        raise NotFound(access.denial(actor, act, "consent", consent_id, "state"))
    return paper.consent_form(_on_paper(decision, case, line, agencies))


def may_be_signed(decision: Decision, case: Case, line: Line) -> bool:
    """Whether there is something to sign: it is not answered, and who is to sign may know of the case."""
    consent = line.consent
    asked = {(one.identity.id, one.part) for one in consent_rules.givers(decision, case) if one.may_be_asked}
    return consent.state in UNANSWERED and (consent.giver_id, consent.part) in asked


def _on_paper(decision: Decision, case: Case, line: Line, agencies: Mapping[str, str]) -> paper.ConsentForm:
    session, kinds = decision.session, {str(code): label for code, label in consent_rules.KINDS}
    here, subject = organisations.municipality(session, session.municipality), cases.subject(decision, case)
    return paper.ConsentForm(
        on=clock.today(session.now),
        municipality="" if here is None else here.name,
        reference=case.number,
        giver=line.giver.name,
        about=line.giver.name if subject is None else subject.name,
        purpose="\n".join(filter(None, (WHAT_FOR, line.note))),
        agencies=tuple(agencies.get(one, one) for one in line.agencies),
        kinds=tuple(kinds[one] for one in line.kinds),
        valid_from=line.consent.valid_from.isoformat(),
        valid_until=line.consent.valid_until.isoformat(),
        contact=accounts.names(session, {decision.actor.id}).get(decision.actor.id, ""),
    )
