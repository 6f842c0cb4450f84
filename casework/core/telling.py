"""Who in a case may be told of it, and what must be thought of before anything about the people in it goes out.

Whoever sends something asks here: a copy, a consent, a disclosure. There is no other rule of who must not know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from casework.contract.focus import Side
from casework.contract.language import gettext as _
from casework.core import access, opposite, vault, written_names
from casework.core.access import Decision
from casework.core.db import TenantSession
from casework.core.models import Case, CasePerson, Person
from casework.core.permissions import OPERATOR, Actor, Permission
from casework.core.vault import Identity

Around = dict[str, tuple[frozenset[str], frozenset[str]]]
"""Some cases by id, each with the ids of those that belong together with it, and of those that face these."""
COUNTERPART = "counterpart"
PROTECTED = {
    3: _(
        "{name} har fingerade personuppgifter. Lämna inget som förbinder den gamla identiteten med den nya: "
        "inga datum, platser eller namn från förr."
    ),
    2: _(
        "{name} har skyddad folkbokföring. Lämna aldrig adress, ort, kommun, telefon, skola eller arbetsplats. "
        "Post går bara genom Skatteverkets förmedling."
    ),
    1: _("{name} har sekretessmarkering. Pröva varje uppgift för sig. Adress, telefon och vistelseort lämnas inte."),
}
"""What is said of somebody who is protected, by the level of it."""
ADVERSARY = _(
    "{name} är vårdnadshavare men får inte veta att ärendet finns. Inget får visa det, eller var någon är: adress, "
    "ort, skola, förskola, arbetsplats, mottagande kommun eller vilka som handlägger."
)
NOT_TOLD = _("{name} får inte veta att ärendet finns. Kontrollera att inget av det som lämnas når den personen.")


@dataclass(frozen=True, slots=True)
class Warned:
    """One thing to think of before something goes out: about whom, and the words (``{name}`` stands for them)."""

    name: str
    words: str


def kept_from(session: TenantSession, case: Case) -> frozenset[str]:
    """The ids of the persons who must not learn of a case: a counterpart, and whoever is marked so in any part.

    What is said in one of the files that belong together on its side holds in all of them, and whoever the files that
    face them are about is kept from them too.
    """
    return _kept_from(session, _around(session, [case]))[case.id]


def may_be_told(session: TenantSession, case: Case, person_id: str) -> bool:
    """Whether somebody may be told of a case: they have a part in it, and none of their parts keeps it from them."""
    part = select(CasePerson.id).where(CasePerson.case_id == case.id, CasePerson.person_id == person_id)
    return session.scalar(part.limit(1)) is not None and person_id not in kept_from(session, case)


def hidden(decision: Decision, case: Case) -> list[Identity]:
    """Those who must not learn of a case, in the clear: to hold names against inside core, and never to be shown.

    Also whoever has no part in this very file, but in another one of those that belong together or in what faces them.
    """
    return _hidden(decision, [case])[case.id]


def _hidden(decision: Decision, cases: Collection[Case]) -> dict[str, list[Identity]]:
    """For each of some cases, those who must not learn of it; as many queries as for one."""
    session, around = decision.session, _around(decision.session, cases)
    kept = _kept_from(session, around)
    ids = frozenset[str]().union(*kept.values())
    if not ids:
        return {one.id: [] for one in cases}
    rows = session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)).all()
    leave = access.of_consents(session, decision.actor, frozenset[str]().union(*(a | b for a, b in around.values())))
    opened = vault.open_persons(leave, rows)
    return {case_id: [opened[one] for one in sorted(those)] for case_id, those in kept.items()}


def _around(session: TenantSession, cases: Collection[Case]) -> Around:
    near = opposite.near_each(session, cases)
    protected = frozenset[str]().union(*(near[one.id] for one in cases if one.side == Side.PROTECTED))
    pairs = opposite.facing(session, protected) if protected else []
    return {id_: (ids, frozenset(other for one, other in pairs if one in ids)) for id_, ids in near.items()}


def _kept_from(session: TenantSession, around: Around) -> dict[str, frozenset[str]]:
    """For each of some cases, who must not learn of it: whoever is marked near it, and whom what faces it is about."""
    together = frozenset[str]().union(*(near for near, _facing in around.values()))
    facing = frozenset[str]().union(*(facing for _near, facing in around.values()))
    is_marked = CasePerson.may_not_know | (CasePerson.role == COUNTERPART)
    marked: dict[str, set[str]] = defaultdict(set)
    for case_id, person_id in session.execute(
        select(CasePerson.case_id, CasePerson.person_id).where(CasePerson.case_id.in_(together), is_marked)
    ):
        marked[case_id].add(person_id)
    subjects = select(Case.id, Case.subject_id).where(Case.id.in_(facing))
    faced = {row.id: row.subject_id for row in session.execute(subjects)} if facing else {}
    return {
        id_: frozenset(who for one in near for who in marked[one])
        | frozenset(who for one in apart if (who := faced.get(one)) is not None)
        for id_, (near, apart) in around.items()
    }


def is_kept_away(decision: Decision, case: Case, name: str) -> bool:
    """Whether somebody with an account bears the name of a person who must not know of the case."""
    return any(written_names.may_be_one(one.name, name) for one in hidden(decision, case))


def is_in_case(decision: Decision, case: Case, name: str) -> bool:
    """Whether somebody in the case, or who must not know of it, may be the person of that name."""
    return bool(met_in(decision, case, {"": name}))


def met_in(decision: Decision, case: Case, names: Mapping[str, str]) -> frozenset[str]:
    """Those of some accounts, by id and name, who may be somebody in the case or who must not know of it."""
    known = _known(decision, [case])[case.id]
    return frozenset(id_ for id_, name in names.items() if any(written_names.may_be_one(one, name) for one in known))


def touching(decision: Decision, cases: Collection[Case], name: str) -> frozenset[str]:
    """The ids of those cases in which somebody may be whoever bears a name, or must not know of it and may be."""
    known = _known(decision, cases)
    return frozenset(id_ for id_, those in known.items() if any(written_names.may_be_one(one, name) for one in those))


def _known(decision: Decision, cases: Collection[Case]) -> dict[str, list[str]]:
    """For each of some cases, the names of those in it and of those who must not know of it."""
    rows = decision.session.execute(
        select(CasePerson.case_id, Person)
        .join(Person, (Person.municipality == CasePerson.municipality) & (Person.id == CasePerson.person_id))
        .where(CasePerson.case_id.in_({one.id for one in cases}))
    ).all()
    opened = vault.open_persons(decision, list({person.id: person for _case, person in rows}.values()))
    found = {id_: [one.name for one in those] for id_, those in _hidden(decision, cases).items()}
    for case_id, person in rows:
        found[case_id].append(opened[person.id].name)
    return found


def kept_away(session: TenantSession, case: Case, names: Mapping[str, str]) -> frozenset[str]:
    """Those of some accounts, by id and name, who bear the name of a person who must not know of the case."""
    hidden_ = [one.name for one in hidden(access.of_consents(session, OPERATOR, {case.id}), case)]
    return frozenset(id_ for id_, name in names.items() if any(written_names.may_be_one(one, name) for one in hidden_))


def closed_to(decision: Decision, cases: Iterable[Case], name: str) -> frozenset[str]:
    """The ids of those cases of which nothing may be told whoever bears a name."""
    found = _hidden(decision, list(cases))
    return frozenset(
        id_ for id_, those in found.items() if any(written_names.may_be_one(one.name, name) for one in those)
    )


def closed_among(session: TenantSession, actor: Actor, of: Collection[str], name: str) -> frozenset[str]:
    """Those of some cases, by id, of which nothing may be told whoever bears a name, for an actor who asks."""
    decision = access.of_consents(session, actor, of)
    cases = session.scalars(select(Case).where(Case.id.in_(of)).order_by(Case.id)).all() if of else []
    return closed_to(decision, cases, name) if cases else frozenset()


def warnings_before_sending(
    decision: Decision, case: Case, persons: Collection[str] | None = None
) -> tuple[Warned, ...]:
    """What to think of before something of a case goes out, the worst first; nothing for who only decides in it.

    Whoever decides a disclosure is told, for they answer for it. ``persons`` are those whom it is about; without it,
    everybody in the case. Whoever must not know is named always: it is not about them, and may reach them all the same.
    """
    if decision.forms is not None and decision.permission is not Permission.DISCLOSURE_DECIDE:
        return ()
    rows = decision.session.execute(
        select(CasePerson, Person)
        .join(Person, (Person.municipality == CasePerson.municipality) & (Person.id == CasePerson.person_id))
        .where(CasePerson.case_id == case.id)
        .order_by(CasePerson.added_at, CasePerson.id)
    ).all()
    closed, roles = kept_from(decision.session, case), {(part.person_id, part.role) for part, _person in rows}
    people = list({person.id: person for _part, person in rows}.values())
    opened = vault.open_persons(decision, people)
    found = [(one, PROTECTED[one.protection]) for one in people if one.protection and _concerned(one, persons)]
    found.sort(key=lambda pair: -pair[0].protection)
    found += [(one, ADVERSARY if (one.id, "guardian") in roles else NOT_TOLD) for one in people if one.id in closed]
    return tuple(Warned(opened[one.id].name, words) for one, words in found)


def _concerned(person: Person, persons: Collection[str] | None) -> bool:
    return persons is None or person.id in persons
