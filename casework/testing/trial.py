"""An installation for tests: one municipality, a few plugins, one officer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from casework.contract import CaseType, Form, Level
from casework.core import accounts, activation, cases, clock, entries, organisations, persons, schema, teams
from casework.core.db import TenantSession, connect
from casework.core.installation import Installation
from casework.core.keys import Keyring
from casework.core.models import Account, Case
from casework.core.permissions import OPERATOR, Actor, Role
from casework.core.registry import Registry
from casework.core.roots import FileRoot

KUMLA = "1881"


@dataclass(frozen=True)
class Trial:
    """An installation for tests: one municipality, its focus areas on, one officer who may do all that officers do."""

    installation: Installation
    folder: Path
    account_id: str
    unit_id: str

    @contextmanager
    def session(self) -> Iterator[tuple[TenantSession, Actor]]:
        """A session of the municipality and its officer; commits when the block ends."""
        with self.installation.session(KUMLA, self.account_id) as session:
            account = session.get_one(Account, self.account_id)
            yield session, accounts.actor(session, account)

    def case(self, session: TenantSession, actor: Actor, area: str, kind: CaseType, *, anonymous: bool = False) -> Case:
        """A new case of the officer's own, about an invented person or, as a consultation, about nobody."""
        states = {state.name: state for state in kind.workflow.states}
        state = next(name for name in kind.workflow.starts if states[name].anonymous == anonymous)
        subject = None if anonymous else persons.add(session, actor, "Pelle Påhittad", None)
        registry, unit = self.installation.registry, self.unit_id
        case = cases.register(
            session, registry, actor, area=area, case_type=kind.name, unit_id=unit, state=state, subject=subject
        )
        teams.appoint(session, case, actor.id, actor.id)
        return case

    def sign(self, area: str, kind: CaseType, form: Form, answers: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """Sign a form in a new case; the case's number, and the answers that open to the officer afterwards."""
        with self.session() as (session, actor):
            case = self.case(session, actor, area, kind, anonymous=form.anonymous)
            entry = entries.write_signed(session, actor, case, form, answers, event_on=clock.today(session.now))
        with self.session() as (session, actor):
            case, decision = cases.open_case(session, actor, case.id, "journal")
            return case.number, entries.answers_of(decision, entry)

    def bytes_on_disk(self) -> bytes:
        """Everything the embedded database has written: its file and its log."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob("casework.db*")))


def found(registry: Registry, folder: Path, urls: tuple[str, str] | None = None) -> Trial:
    """Found an installation in a folder, embedded or on a migrated database: (address, owner's address)."""
    url, owner = urls or (f"sqlite:///{(folder / 'casework.db').as_posix()}",) * 2
    schema.upgrade(owner, url)
    keyring = Keyring(FileRoot.make(folder / "installation.key"))
    made = Installation(connect(url), keyring, registry, clock.system)
    with made.session(None) as session:
        organisations.found_installation(session)
        organisations.register_municipality(session, KUMLA, "Kumla")
        employer = organisations.organisation(session, "Kumla kommun", KUMLA)
        account = accounts.add(session, OPERATOR, "maja.testlind", "Maja Testlind", employer)
        organisations.add_door(account, KUMLA)
    with made.session(KUMLA) as session:
        organisations.found_municipality(session)
        unit = organisations.unit(session, "social_services", "Utredning")
        organisations.grant(session, OPERATOR, account, Role.CASE_OFFICER, unit, Level.FS)
        for area in registry.areas:
            activation.enable(session, registry, OPERATOR, area)
    return Trial(made, folder, account.id, unit.id)
