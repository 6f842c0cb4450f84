"""Files that belong together: linked and parted from the protected side. A link is seen by who may see both files.

Nothing is written in an adverse file as it is linked, in its record or its order in a list: whoever works there sees
the same as before, and what it faces ceases to exist for them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from casework.contract.focus import Related, Side
from casework.contract.language import gettext as _
from casework.core import (
    access,
    activation,
    audit,
    case_people,
    cases,
    namesakes,
    opposite,
    organisations,
    registration,
    shut_out,
    sides,
)
from casework.core.access import Decision
from casework.core.actions import Action
from casework.core.db import TenantSession, new_id
from casework.core.errors import NotFound, Refused
from casework.core.models import Case, CaseAccess, CaseLink, CasePerson, Person
from casework.core.opposite import APART, TOGETHER
from casework.core.permissions import Actor, Permission
from casework.core.registration import Identified
from casework.core.registry import Registry
from casework.core.vault import Identity

USED_BY = (Permission.CASE_WRITE, Permission.CASE_ASSIGN)
"""What lets somebody link a file: to write in it, or to say who does."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A link as seen from one of its files: the other file, and whether it may be opened and parted from here."""

    link: CaseLink
    case: Case
    opens: bool
    may_unlink: bool


def of_case(session: TenantSession, actor: Actor, case: Case) -> Sequence[Linked]:
    """The files that belong together with a case and that the actor sees too; the case itself has been opened.

    One question, joined with the table of who sees what: a link to anything else is as if it were not there.
    """
    seen = select(CaseAccess.case_id).where(access.reached(actor, Permission.CASE_LIST, session.now))
    rows = session.execute(
        select(CaseLink, Case)
        .join(Case, (Case.municipality == CaseLink.municipality) & _other_of(case))
        .where(
            or_(CaseLink.case_id == case.id, CaseLink.other_id == case.id),
            CaseLink.ended_at.is_(None),
            Case.id.in_(seen),
        )
        .order_by(CaseLink.made_at, CaseLink.id)
    ).all()
    others = [other for _link, other in rows]
    opens = cases.usable(session, actor, Permission.CASE_OPEN, others)
    usable = _usable(session, actor, [case, *others])
    if others:  # written as any other list, so that the record of none of them tells what it was
        access.of_listed(session, actor, Permission.CASE_LIST, others, Action.CASES_LISTED)
    return [Linked(link, other, other.id in opens, {case.id, other.id} <= usable) for link, other in rows]


def related(registry: Registry, case: Case) -> tuple[Related, ...]:
    """The kinds of file that can be linked with a case, as its type declares them."""
    kind = registry.case_type(case.area, case.case_type)
    return () if kind is None else kind.related


def link(session: TenantSession, registry: Registry, actor: Actor, case_id: str, number: str) -> CaseLink:
    """Link a case with the file of that number; raises Refused alike for what is missing and what may not be known.

    Both must be the actor's to write in or to assign. Where somebody works in one file and is or was ever let into one
    that is adverse to it, they must be replaced first.
    """
    case = _of_case(session, actor, case_id, Action.CASE_LINKED)
    organisations.take_turns(session)
    other = _meant(session, actor, number)
    if other is None:
        raise Refused.because(_("Inget ärende stämmer. Kontrollera numret."), "number")
    if other.area != case.area or other.case_type not in {one.case_type for one in related(registry, case)}:
        raise Refused.because(_("Den sortens ärende kan inte höra ihop med det här."), "number")
    if other.id == case.id:
        raise Refused.because(_("Skriv numret på det andra ärendet."), "number")
    return _join(session, actor, case, other)


def create(
    session: TenantSession,
    registry: Registry,
    actor: Actor,
    case_id: str,
    *,
    case_type: str,
    state: str,
    unit_id: str,
    who: Identified | None,
    person_id: str,
    answers: Mapping[str, str],
) -> Case:
    """Register another file from a case and link the two; nothing is copied but the person, where one is chosen.

    An adverse file waits for somebody else to be its officer, and its record begins with the name of whoever registers
    it: so only who assigns the case and is named in none of its family may. Raises NotFound for anybody else, and for
    a person who has no such part in the case.
    """
    case, known = _beginning(session, registry, actor, case_id, case_type, person_id)
    kind = registry.case_type(case.area, case_type)
    other = registration.register(
        session,
        registry,
        actor,
        area=case.area,
        case_type=case_type,
        state=state,
        unit_id=unit_id,
        who=known or who,
        answers=answers,
        appoints=kind is not None and kind.side != Side.ADVERSE,
    )
    _join(session, actor, case, other)
    return other


def creatable(session: TenantSession, registry: Registry, actor: Actor, case: Case) -> tuple[Related, ...]:
    """The kinds of file that the actor may create from a case."""
    if not activation.is_enabled(session, case.area):
        return ()
    writes = access.is_reached(session, actor, Permission.CASE_WRITE, case.id)
    assigns = access.is_reached(session, actor, Permission.CASE_ASSIGN, case.id)
    apart = assigns and not _is_in(session, actor, opposite.family(session, case.id))
    apart = apart and not sides.of_other_side(session, Side.ADVERSE, [actor.id])
    return tuple(
        one for one in related(registry, case) if one.new and (apart if _is_adverse(registry, case, one) else writes)
    )


def may_link(session: TenantSession, actor: Actor, case: Case) -> bool:
    """Whether the actor may link files with a case: they write in it or assign it, and it is not an adverse one."""
    usable = any(access.is_reached(session, actor, one, case.id) for one in USED_BY)
    return usable and case.side != Side.ADVERSE


def candidates(decision: Decision, case: Case, wanted: Related) -> list[Identity]:
    """The persons of a case that such a file can be about, in the clear, for who reads the case."""
    parts = case_people.of_case(decision, case)
    return list({one.identity.id: one.identity for one in parts if one.part.role in wanted.parts}.values())


def _beginning(
    session: TenantSession, registry: Registry, actor: Actor, case_id: str, case_type: str, person_id: str
) -> tuple[Case, Person | None]:
    case = _of_case(session, actor, case_id, Action.CASE_LINKED)
    wanted = next((one for one in creatable(session, registry, actor, case) if one.case_type == case_type), None)
    if wanted is None:
        raise NotFound(access.denial(actor, Action.CASE_LINKED, "case", case_id, "related"))
    if not person_id:
        return case, None
    has_part = select(CasePerson.id).where(
        CasePerson.case_id == case.id, CasePerson.person_id == person_id, CasePerson.role.in_(wanted.parts)
    )
    reads = access.is_reached(session, actor, Permission.CASE_READ, case.id)
    if not reads or session.scalar(has_part.limit(1)) is None:
        raise NotFound(access.denial(actor, Action.CASE_LINKED, "person", person_id, "part"))
    return case, session.get_one(Person, (case.municipality, person_id))


def _is_adverse(registry: Registry, case: Case, wanted: Related) -> bool:
    kind = registry.case_type(case.area, wanted.case_type)
    return kind is not None and kind.side == Side.ADVERSE


def _is_in(session: TenantSession, actor: Actor, family: frozenset[str]) -> bool:
    return bool(opposite.let_in(session, family, [actor.id], session.now))


def _join(session: TenantSession, actor: Actor, case: Case, other: Case) -> CaseLink:
    """Link two files that the caller has asked for leave to use; raises Refused where they are or one is in both."""
    kind = APART if other.side == Side.ADVERSE else TOGETHER
    known = session.scalar(
        select(CaseLink).where(_between(case, other)).with_for_update().execution_options(populate_existing=True)
    )
    if known is not None and known.ended_at is None:
        raise Refused.because(_("Ärendena hör redan ihop."), "number")
    _require_apart(session, case, other, kind)
    made = known or CaseLink(id=new_id(), case_id=case.id, other_id=other.id, kind=kind)
    made.made_at, made.made_by, made.ended_at, made.ended_by = session.now, actor.id, None, None
    session.add(made)
    session.flush()
    shut_out.of_namesakes(session, actor, case)
    namesakes.tell(session, case)
    _remember(session, actor, Action.CASE_LINKED, made, (case, other))
    return made


def unlink(session: TenantSession, actor: Actor, case_id: str, link_id: str) -> None:
    """End a link; raises NotFound unless both its files are the actor's to write in or to assign.

    What was closed by it is there again for whoever else has a way into it.
    """
    case = _of_case(session, actor, case_id, Action.CASE_UNLINKED)
    organisations.take_turns(session)
    found = next((one for one in of_case(session, actor, case) if one.link.id == link_id and one.may_unlink), None)
    if found is None:
        raise NotFound(access.denial(actor, Action.CASE_UNLINKED, "link", link_id, "case"))
    parted = opposite.family(session, case.id)
    found.link.ended_at, found.link.ended_by = session.now, actor.id
    session.flush()
    _remember(session, actor, Action.CASE_UNLINKED, found.link, (case, found.case), parted)


def _remember(
    session: TenantSession,
    actor: Actor,
    action: Action,
    made: CaseLink,
    pair: tuple[Case, Case],
    parted: frozenset[str] = frozenset(),
) -> None:
    """Write it into the record of each file but the adverse one, and close or open the whole family anew."""
    for one in pair:
        if made.kind == TOGETHER or one.side != Side.ADVERSE:
            audit.record(session, actor, action, "link", made.id, case_id=one.id)
            cases.touch(session, one)
    for id_ in opposite.family(session, made.case_id) | parted:
        access.refresh(session, id_)


def _of_case(session: TenantSession, actor: Actor, case_id: str, action: Action) -> Case:
    used = next((one for one in USED_BY if access.is_reached(session, actor, one, case_id)), USED_BY[0])
    case, _decision = access.of_case(session, actor, used, case_id, action)
    if case.side == Side.ADVERSE:  # from there nothing is linked or parted, whatever the actor sees besides
        raise NotFound(access.denial(actor, action, "case", case_id, "side"))
    return case


def _meant(session: TenantSession, actor: Actor, number: str) -> Case | None:
    """The case of a number that is the actor's to write in or to assign; nothing is written of having looked."""
    wanted = number.strip()
    ways = or_(*(access.reached(actor, one, session.now) for one in USED_BY))
    return session.scalar(
        select(Case).where(Case.number == wanted, Case.id.in_(select(CaseAccess.case_id).where(ways)))
    )


def _usable(session: TenantSession, actor: Actor, among: Sequence[Case]) -> frozenset[str]:
    return frozenset[str]().union(*(cases.usable(session, actor, one, among) for one in USED_BY))


def _require_apart(session: TenantSession, case: Case, other: Case, kind: str) -> None:
    """Raise Refused where somebody works in what the link would close to them, having been let in on its other side.

    Nobody is shut out of their own work in passing: whoever assigns it replaces them first.
    """
    near = opposite.family(session, case.id) | (opposite.family(session, other.id) if kind == TOGETHER else frozenset())
    far = {id_ for _one, id_ in opposite.facing(session, near)} | ({other.id} if kind == APART else set())
    if _let_in(session, near, now=True) & _let_in(session, far) or _let_in(session, near) & _let_in(
        session, far, now=True
    ):
        raise Refused.because(
            _("En kollega är eller har varit namngiven på båda sidor. Ersätt kollegan där hen arbetar nu först."),
            "number",
        )


def _let_in(session: TenantSession, case_ids: Collection[str], *, now: bool = False) -> set[str]:
    """The accounts that are let into some files, or ever were."""
    return {account for _case, account in opposite.let_in(session, case_ids, after=session.now if now else None)}


def _other_of(case: Case) -> ColumnElement[bool]:
    return or_(
        (CaseLink.case_id == case.id) & (Case.id == CaseLink.other_id),
        (CaseLink.other_id == case.id) & (Case.id == CaseLink.case_id),
    )


def _between(case: Case, other: Case) -> ColumnElement[bool]:
    return or_(
        (CaseLink.case_id == case.id) & (CaseLink.other_id == other.id),
        (CaseLink.case_id == other.id) & (CaseLink.other_id == case.id),
    )
