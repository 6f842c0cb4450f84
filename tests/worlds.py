"""Two municipalities with people in every role, for tests of the domain: built once per engine, then copied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

import casework_avhoppare
from casework.contract import CaseType, Level
from casework.core import (
    accounts,
    activation,
    approval_deciders,
    approvals,
    cases,
    entries,
    organisations,
    persons,
    sharing,
    steps,
    teams,
)
from casework.core.db import TenantSession, connect
from casework.core.installation import Installation
from casework.core.keys import Keyring
from casework.core.models import Account, AgencyUnit, Approval, Case, CaseMember, Entry, StatusPermission
from casework.core.paper_scanning import unscanned
from casework.core.permissions import OPERATOR, Actor, Role
from casework.core.personal_numbers import PersonalNumber, parse
from casework.core.registry import Registry
from casework.core.roots import FileRoot
from tests.answers import ANSWERS, answered
from tests.databases import Database, upgrade

KUMLA, LAXA = "1881", "1860"
MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
KEY_FILE = "installation.key"
VUXEN, BARN, SKOLA, POLIS = "Vuxen", "Barn och unga", "Skola", "Polis"
UNITS = {VUXEN: "social_services", BARN: "social_services", SKOLA: "school", POLIS: "police"}
PEOPLE: dict[str, tuple[str, Role, Level, str, tuple[str, ...]]] = {
    "maja": ("Maja Testlind", Role.CASE_OFFICER, Level.H, VUXEN, (KUMLA,)),
    "sven": ("Sven Provsson", Role.CASE_OFFICER, Level.H, VUXEN, (KUMLA,)),
    "fia": ("Fia Förstelin", Role.CASE_OFFICER, Level.FS, VUXEN, (KUMLA,)),
    "ulf": ("Ulf Utskottsson", Role.CASE_OFFICER, Level.U, VUXEN, (KUMLA,)),
    "vilma": ("Vilma Dummy", Role.TEAM_LEAD, Level.EC, VUXEN, (KUMLA,)),
    "berta": ("Berta Barnlund", Role.TEAM_LEAD, Level.EC, BARN, (KUMLA,)),
    "ida": ("Ida Intagslund", Role.INTAKE, Level.H, VUXEN, (KUMLA,)),
    "jon": ("Jon Jourström", Role.INTAKE, Level.H, BARN, (KUMLA,)),
    "lo": ("Lo Provander", Role.ADMINISTRATOR, Level.H, VUXEN, (KUMLA, LAXA)),
    "leo": ("Leo Förvaltarsson", Role.ADMINISTRATOR, Level.H, VUXEN, (KUMLA, LAXA)),
    "greta": ("Greta Granskare", Role.LOG_REVIEWER, Level.H, VUXEN, (KUMLA,)),
    "pia": ("Pia Partnersson", Role.PARTNER, Level.H, SKOLA, (KUMLA,)),
    "erik": ("Erik Demosson", Role.POLICE_LIAISON, Level.H, POLIS, (KUMLA, LAXA)),
    "lars": ("Lars Laxåsson", Role.CASE_OFFICER, Level.H, VUXEN, (LAXA,)),
    "lena": ("Lena Ledarsson", Role.TEAM_LEAD, Level.EC, VUXEN, (LAXA,)),
    "inga": ("Inga Intagsson", Role.INTAKE, Level.H, VUXEN, (LAXA,)),
}
ON_DUTY = {"jon"}
"""Whose post may break the glass."""
REGISTRY = Registry({"avhoppare": casework_avhoppare})


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **much: float) -> datetime:
        self.now += timedelta(**much)
        return self.now


def personal_number(nth: int) -> PersonalNumber:
    """The nth of a row of test numbers (birth numbers 980–989, that nobody has)."""
    return numbered(date(1970, 1, 1) + timedelta(days=nth * 37), nth)


def numbered(born: date, nth: int) -> PersonalNumber:
    """The nth of the ten test numbers of a day."""
    nine = f"{born:%y%m%d}{980 + nth % 10}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(nine)]
    check = -sum(one // 10 + one % 10 for one in doubled) % 10
    number = parse(f"{born:%Y}{nine[2:]}{check}", MORNING.date())
    assert isinstance(number, PersonalNumber)
    return number


def found(database: Database) -> None:
    """Make the world in an empty database, as an operator would."""
    upgrade(database)
    FileRoot.make(database.data_dir / KEY_FILE)
    installation = open_installation(database, SetClock())
    with installation.session(None) as session:
        organisations.found_installation(session)
        for code, name in ((KUMLA, "Kumla"), (LAXA, "Laxå")):
            organisations.register_municipality(session, code, name)
        employer = organisations.organisation(session, "Kumla kommun", KUMLA)
        for username, (name, _role, _level, _unit, codes) in PEOPLE.items():
            account = accounts.add(session, OPERATOR, username, name, employer)
            for code in codes:
                organisations.add_door(account, code)
    for code in (KUMLA, LAXA):
        with installation.session(code) as session:
            organisations.found_municipality(session)
            units = {name: organisations.unit(session, agency, name) for name, agency in UNITS.items()}
            activation.enable(session, REGISTRY, OPERATOR, "avhoppare")
            for username, (_name, role, level, unit, codes) in PEOPLE.items():
                account_ = accounts.find(session, username)
                if code in codes and account_ is not None:
                    duty = username in ON_DUTY
                    organisations.grant(session, OPERATOR, account_, role, units[unit], level, emergency=duty)
    installation.engine.dispose()


def open_installation(database: Database, clock: SetClock, registry: Registry = REGISTRY) -> Installation:
    """An installation on a database made by ``found``."""
    root = FileRoot(database.data_dir / KEY_FILE)
    return Installation(connect(database.app_url), Keyring(root), registry, clock, scanner=unscanned)


@dataclass
class World:
    """An installation with its people, and short ways to do in it what a test needs done first."""

    database: Database
    clock: SetClock = field(default_factory=SetClock)
    people: int = 0

    def __post_init__(self) -> None:
        self.installation = open_installation(self.database, self.clock)
        with self.installation.session(None) as session:
            rows = session.execute(select(Account.username, Account.id)).all()
            self.ids: dict[str, str] = {row.username: row.id for row in rows}
        self.units: dict[tuple[str, str], str] = {}
        for code in (KUMLA, LAXA):
            with self.installation.session(code) as session:
                for unit in session.scalars(select(AgencyUnit)).all():
                    self.units[code, unit.name] = unit.id

    @contextmanager
    def session(self, code: str | None = KUMLA) -> Iterator[TenantSession]:
        with self.installation.session(code) as session:
            yield session

    @contextmanager
    def acting(self, who: str, code: str = KUMLA) -> Iterator[tuple[TenantSession, Actor]]:
        """A session of a municipality, and somebody acting in it."""
        with self.installation.session(code, self.ids[who]) as session:
            yield session, accounts.actor(session, self.account(session, who))

    def case(
        self,
        officer: str | None = "maja",
        *,
        name: str = "Gösta Exempelsson",
        protection: int = 0,
        state: str = "received",
        unit: str = VUXEN,
        code: str = KUMLA,
    ) -> str:
        """The id of a new case about a new person, in the hands of an officer or nobody."""
        self.people += 1
        intake, lead = ("ida", "vilma" if unit == VUXEN else "berta") if code == KUMLA else ("inga", "lena")
        with self.acting(intake, code) as (session, actor):
            subject = None
            if state != "consultation":
                subject = persons.add(session, actor, name, personal_number(self.people), protection)
            case = cases.register(
                session,
                REGISTRY,
                actor,
                area="avhoppare",
                case_type="avhopp",
                unit_id=self.units[code, unit],
                state=state,
                subject=subject,
            )
        if officer is not None:
            with self.acting(lead, code) as (session, actor):
                asked = teams.assign(session, actor, case.id, self.ids[officer])
            self.approve(asked, code=code)
        return case.id

    def approve(self, asked: Approval | None, by: str | None = None, *, granted: bool = True, code: str = KUMLA) -> str:
        """Let somebody who may decide what waits, the first one unless told otherwise; its state afterwards."""
        if asked is None:
            return "done"
        with self.session(code) as session:
            able = by or approval_deciders.able(session, asked)[0].username
        with self.acting(able, code) as (session, actor):
            decided = approvals.decide(session, self.installation.registry, actor, asked.id, granted=granted)
        return decided.approval.state

    def sign(
        self, who: str, case_id: str, form: str, corrects: str | None = None, sealed: bool = False, **changed: str
    ) -> str:
        """Sign a form with the usual answers, some of them changed (``__`` stands for a dot); the entry's id."""
        answers = ANSWERS.get(form, {}) | {key.replace("__", "."): value for key, value in changed.items()}
        with self.acting(who) as (session, actor):
            entry = entries.sign(session, REGISTRY, actor, case_id, form, answers, corrects_id=corrects, sealed=sealed)
        return entry.id

    def take(
        self, who: str, case_id: str, key: str, reason: str = "", answers: Mapping[str, str] | None = None
    ) -> Case:
        """Take a step in a case as it stands now; a form it fills gets the usual answers."""
        with self.acting(who) as (session, actor):
            case = self.get(session, case_id)
            named = [one for one in self.kind.workflow.transitions if steps.key_of(one) == key]
            fills = next((one.fills for one in named if one.source in {case.state, None}), None)
            given = answers if answers is not None or fills is None else ANSWERS[fills]
            return steps.take(
                session, REGISTRY, actor, case_id, key, seen_version=case.version, reason=reason, answers=given
            )

    def name(
        self, case_id: str, who: str, role: str = "reader", *, may_unseal: bool = False, by: str = "vilma"
    ) -> None:
        """Name somebody in a case, and have it approved where it takes two."""
        with self.acting(by) as (session, actor):
            asked = teams.name(session, actor, case_id, self.ids[who], role, may_unseal=may_unseal)
        self.approve(asked)

    def permit(self, case_id: str, **changed: object) -> StatusPermission:
        """Let the police see a case's status; where somebody is recognised, a colleague of a higher level does."""
        recognised = changed.get("ground", "other") == "other" and changed.get("recognise", "nothing") != "nothing"
        if recognised:
            self._joined_by_fia(case_id)
        chosen = {
            "states": ["received", "initial", "closed"],
            "fields": [],
            "recognise": "nothing",
            "agreed_reference": "",
            "show_area": False,
            "ground": "other",
            "ground_code": "OSL_10_2" if recognised else "AVIDENTIFIERAT",
            "ground_note": "Prövat, ingen kan kännas igen",
            "consent_id": "",
            "purpose": "Planera samverkan",
            "contact": "Mottagningen 019-00 00 00",
            "next_followup": None,
            "until": date(2027, 2, 1),
        } | changed
        chosen = answered(str(chosen["ground_code"])) | chosen
        with self.acting("fia" if recognised else "maja") as (session, actor):
            return sharing.permit(session, REGISTRY, actor, case_id, sharing.Chosen(**chosen))  # type: ignore[arg-type]

    def _joined_by_fia(self, case_id: str) -> None:
        query = select(CaseMember.id).where(CaseMember.case_id == case_id, CaseMember.account_id == self.ids["fia"])
        with self.session() as session:
            joined = session.scalar(query)
        if joined is None:
            self.name(case_id, "fia", "co_officer")

    @property
    def kind(self) -> CaseType:
        return casework_avhoppare.FOCUS.case_type("avhopp")

    def get(self, session: TenantSession, case_id: str) -> Case:
        """A case's row, past every rule."""
        case = session.get(Case, (session.municipality, case_id))
        assert case is not None
        return case

    def account(self, session: TenantSession, who: str) -> Account:
        """Somebody's account."""
        account = session.get(Account, self.ids[who])
        assert account is not None
        return account

    def version(self, case_id: str) -> int:
        """The version of a case that a page would show now."""
        with self.session() as session:
            return self.get(session, case_id).version

    def entry(self, session: TenantSession, entry_id: str) -> Entry:
        """An entry's row, past every rule."""
        entry = session.get(Entry, (session.municipality, entry_id))
        assert entry is not None
        return entry

    def listed(self, who: str, code: str = KUMLA, filters: cases.Filters | None = None) -> Sequence[str]:
        """The ids somebody's list holds, page after page."""
        found_: list[str] = []
        after = None
        with self.acting(who, code) as (session, actor):
            while True:
                page = cases.page(session, actor, filters or cases.Filters(show="all"), after, 3)
                found_ += [case.id for case in page.cases]
                after = page.following
                if after is None:
                    return found_
