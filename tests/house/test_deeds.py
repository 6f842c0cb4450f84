"""Whatever somebody does or reads is asked for first and remembered, and nobody walks around the wall."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.files import python, text

CORE = "casework/core"
POLICY = {"access", "audit"}
"""What deeds call; they are no deeds themselves."""
ASKS = ("access.require", "access.of_", "access.reached", "access.is_reached", "approval_deciders.require")
RECORDS = ("audit.record", "access.of_")
QUIET = {"access.of_consents", "access.of_search"}
"""They leave the record to whoever lists what they open."""
WRITES = ("session.add", "session.delete", "session.execute", "vault.seal", "audit.record")
"""What may only come after the question."""

PARTS_OF_DEEDS = {
    "cases.remember_step": "one row of a step; steps.take and cases.register have asked",
    "case_people.follow": "what follows once somebody has a part; case_people.add and steps.take have asked",
    "consent_rules.held": "one row, still sealed; consent_register and consent_papers have asked",
    "consent_uses.stop": "what rests on one consent; consent_register has asked",
    "consents.follow": "what a consent no longer carries; entries.sign has asked",
    "destruction.case": "one case; taking an import back and restoring have asked",
    "destruction.person": "one person; taking an import back and restoring have asked",
    "destruction.places": "one case's sealed places; their days are over, or restoring has asked",
    "destruction.places_again": "the same after a restore; restoring has asked",
    "entry_rows.begin": "one empty row; drafts.save and entries.sign have asked",
    "entry_rows.writable": "a declaration; drafts.save and entries.sign have asked",
    "entries.write_all": "some entries; import has asked, and so has who calls entries.write_signed",
    "entries.write_signed": "one entry; entries.sign, steps.take, registration and import have asked",
    "handed.hand_over": "one row in an inbox; the deed that performs the disclosure has asked",
    "handed.take_back": "one row; the deed that ends the disclosure has asked, or whoever changed what it rests on",
    "handover_sending.dispatch": "one row in an inbox; handover_sending.send has asked, and so has a disclosure",
    "leaving.end_places": "the places that go with a post; administration, which ends it or gives the next, has asked",
    "participations.follow": "what a step ends; steps.take has asked",
    "persons.add": "one person; registration, import and case_people have asked",
    "persons.add_known": "one line of the record; registration, import and case_people have asked",
    "persons.lower_protection": "one level; case_people has asked, and somebody else has approved",
    "persons.raise_protection": "one level; registration, import and case_people have asked",
    "sharing.drawn_up": "one row, not yet added to the session; sharing.permit has asked",
    "stopping.disclosure": "one row; consent_register has asked, or whoever changed what it rests on",
    "stopping.of_protected": "what a higher level stops; registration, import and case_people have asked",
    "shut_out.of_somebody": "what a block stops; teams.block has asked",
    "stopping.participation": "one row; consent_register has asked, or whoever changed what it rests on",
    "stopping.question": "one row; deciders.withdraw and teams.block have asked, or who entered somebody",
    "stopping.stop_all": "some rows; whoever changed what they rest on has asked",
    "stopping.stopped_by": "an account's name in a row; whoever stops something has asked",
    "stopping.status": "one row; consent_register has asked, or whoever changed what it rests on",
    "teams.require_colleague": "whether a colleague can be named; teams and deciders have asked",
    "tasks.add_decision": "the task that comes with a question; deciders.ask has asked",
}
"""They take an actor only to write who it was. Pages and commands may not call them."""
ASKED_OTHERWISE = {
    "approval_deciders.case_open": "a condition, not yet run; approvals.take_back and heard run it",
    "awaiting.count_decided": "a number: of what the actor asked for and still hears of, and nothing else",
    "awaiting.count": "a number: of what the actor's own permissions let them approve, and nothing else",
    "deputies.stood_in_for": "whose inbox the actor has now; the deeds of handovers ask before they use it",
    "drafts.of": "finds the actor's own draft and nobody else's; its words open through drafts.typed",
    "handover_assessments.may_record": "tells whether a page says that another decides; recording asks",
    "handover_readers.came_to": "a condition, not yet run; the deeds of handovers ask before they run it",
    "handovers.reached": "a condition, not yet run; the deeds of handovers ask before they run it",
    "handovers.waiting": "a number: of what has come to the actor by the same condition, and nothing else",
    "log_acts.reviewable": "a condition, not yet run; the deeds of log_review and log_items ask before they run it",
    "log_questions.answered": "a number: of answers to what the actor asked, in cases not closed to them",
    "handovers.replied": "a number: of what the actor sent and there is word of, and nothing else",
    "received.is_there": "whether there is something to open, by given.live; opening it asks",
    "received.unopened": "a number: of what may be opened, by given.live, and nothing else",
    "persons.is_closed_to": "tells only whether a block keeps the actor out; registration and import have asked",
}
REMEMBERED_OTHERWISE = {
    "approval_deciders.case_open": "a condition, not yet run; approvals.take_back remembers",
    "approval_deciders.require": "approvals.decide and awaiting.one remember",
    "awaiting.count": "it opens nothing; awaiting.waiting, which shows what is counted, remembers",
    "awaiting.count_decided": "it opens nothing; awaiting.asked, which shows what is counted, remembers",
    "case_exports.reached": "a statement, not yet run; ordering a copy remembers",
    "case_links.creatable": "tells which buttons a page shows; case_links.create remembers",
    "case_links.may_link": "tells whether a page shows a button; case_links.link remembers",
    "cases.listed": "a statement, not yet run; cases.page runs it and remembers",
    "cases.remember_step": "steps.take and cases.register remember; the row itself says who and when",
    "cases.usable": "tells which of a case's buttons are shown; opening the case has been remembered",
    "consent_reminders.ending": "it opens nothing; day.of, which shows it, remembers",
    "consent_rules.held": "one row, still sealed; the deed that holds it remembers",
    "consent_uses.stop": "each way of stopping remembers what it stopped, and consent_register that the consent ended",
    "deputies.absentees": "whose absence may be named; naming and listing remember",
    "deputies.colleagues": "whom a page lets one choose among; naming one remembers",
    "deputies.stood_in_for": "it opens nothing; each handover that is listed or read by it is remembered",
    "disclosure_decisions.count": "it opens nothing; disclosure_decisions.waiting, which shows it, remembers",
    "drafts.of": "drafts.typed remembers that the words were opened",
    "emergencies.waiting": "it opens nothing; emergencies.openings, which shows what is counted, remembers",
    "entry_rows.begin": "drafts.save and entries.sign remember",
    "entry_rows.writable": "it reads no row at all",
    "given.covered": "it chooses what may still be read; listing and opening it remember",
    "given.handed": "it opens nothing; the inbox that shows it remembers",
    "given.live": "a statement, not yet run; opening what was given remembers",
    "handover_assessments.may_record": "it reads no row at all; recording remembers",
    "handover_officer.owed": "it opens nothing; day.of, which shows it, remembers",
    "handover_readers.came_to": "a condition, not yet run; the deeds of handovers remember",
    "handovers.held": "one row, still sealed; the deed that holds it remembers",
    "handovers.reached": "a condition, not yet run; the deeds of handovers remember",
    "handovers.sender_holds": "one row, still sealed; the deed that holds it remembers",
    "handovers.waiting": "it opens nothing; handovers.inbox, which shows what is counted, remembers",
    "log_acts.reviewable": "a condition, not yet run; the deeds of log_review and log_items remember",
    "log_questions.answered": "it opens nothing; log_items.read, which shows the answers, remembers",
    "persons.is_closed_to": "registration and import remember, also that they turned the actor away",
    "persons.known_to": "registration and import remember, also that they turned the actor away",
    "handovers.replied": "it opens nothing; handovers.sent, which shows what is counted, remembers",
    "partaking.count": "it opens nothing; partaking.listed, which shows what is counted, remembers",
    "received.is_there": "it opens nothing; opening it remembers",
    "received.unopened": "it opens nothing; received.listed, which shows what is counted, remembers",
    "sharing.drawn_up": "sharing.permit remembers",
    "stopping.of_protected": "each way of stopping remembers what it stopped, and that the level was raised is too",
    "stopping.stop_all": "each way of stopping remembers what it stopped",
    "stopping.stopped_by": "it stops nothing",
    "telling.closed_among": "it opens nothing that is shown; the list that leaves rows out by it remembers",
    "teams.require_colleague": "it refuses or lets through, and changes nothing",
}


@functools.cache
def modules() -> dict[str, dict[str, ast.FunctionDef]]:
    """The functions of every module of core, by the module's last name and their own."""
    trees = {path.stem: ast.parse(text(path)) for path in python(CORE)}
    return {
        name: {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        for name, tree in trees.items()
    }


def deeds() -> dict[str, ast.FunctionDef]:
    """Every public function of core that takes an actor."""
    return {
        f"{module}.{name}": node
        for module, functions in modules().items()
        if module not in POLICY
        for name, node in functions.items()
        if not name.startswith("_") and "actor" in {arg.arg for arg in (*node.args.args, *node.args.kwonlyargs)}
    }


def calls(name: str, *, abroad: bool, seen: set[str] | None = None) -> Iterator[str]:
    """What a function calls, in order, and what those of its own module call; with ``abroad`` of all core."""
    module, _, function = name.partition(".")
    seen = set() if seen is None else seen
    seen.add(name)
    found = [node for node in ast.walk(modules()[module][function]) if isinstance(node, ast.Call)]
    for node in sorted(found, key=lambda call: (call.lineno, call.col_offset)):
        called = ast.unparse(node.func)
        yield called
        full = called if "." in called else f"{module}.{called}"
        place, _, target = full.partition(".")
        if (
            full not in seen
            and place not in POLICY
            and target in modules().get(place, {})
            and (abroad or place == module)
        ):
            yield from calls(full, abroad=abroad, seen=seen)


def lacking(what: tuple[str, ...], *, abroad: bool) -> set[str]:
    """The deeds that call nothing of the kind."""
    quiet = QUIET if what is RECORDS else set()
    return {
        name
        for name in deeds()
        if not any(call.startswith(what) and call not in quiet for call in calls(name, abroad=abroad))
    }


def test_the_deeds_are_found():
    assert {"entries.sign", "cases.page", "steps.take", "sharing.permit", "teams.assign", "search.find"} <= set(deeds())
    assert len(deeds()) > 30


def test_every_deed_asks():
    assert lacking(ASKS, abroad=False) == {*PARTS_OF_DEEDS, *ASKED_OTHERWISE}


@pytest.mark.parametrize("name", sorted(set(deeds()) - set(PARTS_OF_DEEDS) - set(ASKED_OTHERWISE)))
def test_a_deed_asks_before_it_writes(name):
    order = [call for call in calls(name, abroad=False) if call.startswith((*ASKS, *WRITES))]
    assert order[0].startswith(ASKS)


def test_every_deed_leaves_a_record():
    assert lacking(RECORDS, abroad=True) == set(REMEMBERED_OTHERWISE)


def test_a_part_of_a_deed_is_called_by_deeds_only():
    outside = [*python("casework/web"), *python("casework/cli")]
    found = [
        f"{path}: {name}" for path in outside for name in (*PARTS_OF_DEEDS, "teams.appoint") if f"{name}(" in text(path)
    ]
    assert found == []


RAW = {f"{CORE}/db.py": "tells the database the municipality", f"{CORE}/walls.py": "looks at the database's catalogue"}
"""Where SQL is written by hand."""
PAST_THE_ENGINE = {
    f"{CORE}/db.py": {"create_engine"},
    f"{CORE}/schema.py": {"walled"},
    "migrations/env.py": {"walled"},
}
"""Where a connection is made that the views of SQLite do not stand before, or could be."""


def test_nobody_walks_around_the_wall():
    found = []
    for path in python("casework"):
        if path.as_posix() in RAW:
            continue
        for node in ast.walk(ast.parse(text(path))):
            if isinstance(node, ast.Attribute) and node.attr in {"__table__", "exec_driver_sql", "driver_connection"}:
                found.append(f"{path}:{node.lineno}: {node.attr}")
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
                raw = [name.name for name in node.names if name.name in {"literal_column", "text"}]
                found += [f"{path}:{node.lineno}: {name}" for name in raw]
    assert found == [f"{CORE}/embedded.py:{line}: exec_driver_sql" for line in begins()]


def begins() -> list[int]:
    """The one line of raw SQL that begins a transaction on SQLite."""
    lines = text(Path(f"{CORE}/embedded.py")).splitlines()
    return [
        number for number, line in enumerate(lines, 1) if "exec_driver_sql(" in line and '"BEGIN IMMEDIATE"' in line
    ]


def test_only_the_migrations_open_a_database_without_its_views():
    found: dict[str, set[str]] = {}
    for path in (*python("casework"), *python("migrations"), *python("plugins")):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(text(path))):
            words = [keyword.arg or "" for keyword in node.keywords] if isinstance(node, ast.Call) else []
            words += [ast.unparse(node.func)] if isinstance(node, ast.Call) else []
            words += [name.name for name in node.names] if isinstance(node, ast.Import) else []
            past = {word for word in words if word in {"walled", "create_engine", "sqlite3", "psycopg"}}
            if past:
                found.setdefault(path.as_posix(), set()).update(past)
    assert found == PAST_THE_ENGINE


def test_only_three_modules_touch_the_primitives_of_cryptography():
    found = set()
    for path in python("casework"):
        for node in ast.walk(ast.parse(text(path))):
            named = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            named += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if any("hazmat" in name for name in named):
                found.add(path.as_posix())
    assert found == {f"{CORE}/{name}.py" for name in ("crypto", "one_time_codes", "passwords", "streams")}
