"""Destroying a case, its sealed places, or a person: keys, and every row on them; the record keeps a tombstone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_, select

from casework.contract.focus import Retention
from casework.core import access, audit, held_forms, keys, opposite
from casework.core.actions import Action
from casework.core.db import Base, Recorded, Tenanted, TenantSession
from casework.core.models import Case, CaseKey, CaseLink, CasePerson, Entry, Person, PersonKey, Value
from casework.core.permissions import Actor


def case(session: TenantSession, actor: Actor, case_id: str, detail: audit.Detail) -> set[str]:
    """Destroy a case with its keys, whoever had written what in it; the ids of the persons who had a part in it.

    Whoever calls this has asked whether it may be done.
    """
    near = _near(session, case_id)
    persons = set(session.scalars(select(CasePerson.person_id).where(CasePerson.case_id == case_id)).all())
    keys.of(session).destroy_case(session, case_id)
    entries = select(Entry.id).where(Entry.municipality == session.municipality, Entry.case_id == case_id)
    _delete(session, Value, Value.entry_id.in_(entries))
    _delete(session, CaseLink, or_(CaseLink.case_id == case_id, CaseLink.other_id == case_id))
    for model in _hanging_on_a_case():
        _delete(session, model, model.case_id == case_id)
    held_forms.forget_case(session, case_id)
    _delete(session, Case, Case.id == case_id)
    for other in near:
        access.refresh(session, other)
    audit.record(session, actor, Action.CASE_DESTROYED, "case", case_id, case_id=case_id, detail=detail)
    return persons


def _near(session: TenantSession, case_id: str) -> frozenset[str]:
    """The cases that are closed to somebody by way of this one, and may be open to them without it."""
    found = session.get(Case, (session.municipality, case_id))
    near = frozenset[str]() if found is None else opposite.family(session, case_id) | opposite.faced_by(session, found)
    return near - {case_id}


def person(session: TenantSession, actor: Actor, person_id: str, detail: audit.Detail) -> bool:
    """Destroy a person who has no part in any case any more; False for one who has."""
    part = select(CasePerson.id).where(CasePerson.person_id == person_id).limit(1)
    subject = select(Case.id).where(Case.subject_id == person_id).limit(1)
    if session.scalar(part) is not None or session.scalar(subject) is not None:
        return False
    keys.of(session).destroy_person(session, person_id)
    _delete(session, PersonKey, PersonKey.person_id == person_id)
    _delete(session, Person, Person.id == person_id)
    audit.record(session, actor, Action.PERSON_DESTROYED, "person", person_id, detail=detail)
    return True


def places(session: TenantSession, actor: Actor, case: Case, **detail: bool) -> None:
    """Destroy the key of a case's sealed places, and the drafts of which nothing can be read any more."""
    _discard_drafts(session, case)
    version = place_version(session, case.id) or 0
    count = keys.of(session).destroy_case(session, case.id, Retention.SEALED_PLACE)
    held_forms.forget_case(session, case.id)
    told: audit.Detail = {"retention": str(Retention.SEALED_PLACE), "keys": count, "version": version, **detail}
    audit.record(session, actor, Action.PLACE_DESTROYED, "case", case.id, case_id=case.id, detail=told)


def places_again(session: TenantSession, actor: Actor, case_id: str, version: int) -> bool:
    """Destroy what a restored database has back of a case's sealed places, up to a version of their key."""
    case = session.get(Case, (session.municipality, case_id), with_for_update=True, populate_existing=True)
    there = place_version(session, case_id)
    if case is None or there is None or there > version:
        return False
    places(session, actor, case, restored=True)
    return True


def place_version(session: TenantSession, case_id: str) -> int | None:
    """The version of the key of a case's sealed places that is not destroyed; there is one at most."""
    query = select(CaseKey.version).where(CaseKey.case_id == case_id, CaseKey.retention == Retention.SEALED_PLACE)
    return session.scalar(query.where(CaseKey.status != keys.DESTROYED).order_by(CaseKey.version.desc()).limit(1))


def _discard_drafts(session: TenantSession, case: Case) -> None:
    of_place = select(Value.entry_id).where(Value.retention == Retention.SEALED_PLACE)
    query = select(Entry).where(Entry.case_id == case.id, Entry.state == "draft", Entry.id.in_(of_place))
    for entry in session.scalars(query).all():
        for value in session.scalars(select(Value).where(Value.entry_id == entry.id)).all():
            session.delete(value)
        session.flush()
        session.delete(entry)


def _hanging_on_a_case() -> list[Any]:
    """Every table whose rows belong to a case, those first that point to others; never the record."""
    order = {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}
    found = [
        mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Tenanted)
        and not issubclass(mapper.class_, Recorded)
        and "case_id" in mapper.columns
    ]
    return sorted(found, key=lambda model: -order[model.__tablename__])


def _delete(session: TenantSession, model: Any, condition: Any) -> None:
    session.execute(
        delete(model)
        .where(model.municipality == session.municipality, condition)
        .execution_options(synchronize_session=False)
    )
