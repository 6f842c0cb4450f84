"""Nobody writes past the record of changes: it sees what goes through a session, and nothing else does."""

from __future__ import annotations

import ast

from tests.house.files import python, text

PAST_THE_SESSION = {
    "bulk_insert_mappings",
    "bulk_save_objects",
    "bulk_update_mappings",
    "connect",
    "connection",
    "exec_driver_sql",
    "raw_connection",
}
ALLOWED = {
    ("casework/core/db.py", "connect"): "a snapshot, which only reads",
    ("casework/core/db.py", "connection"): "chooses how a transaction looks, before its first statement",
    ("casework/core/embedded.py", "exec_driver_sql"): "begins a transaction",
    ("casework/core/installation.py", "raw_connection"): "empties SQLite's log after keys were destroyed",
    ("casework/core/paper_scanning.py", "connect"): "a socket to the scanner of files, and no database",
    ("casework/core/schema.py", "connect"): "reads the revision and the walls",
}


def test_everything_is_written_through_a_session():
    found = set()
    for path in python("casework"):
        for node in ast.walk(ast.parse(text(path))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in PAST_THE_SESSION:
                found.add((path.as_posix(), called.attr))
    assert found == set(ALLOWED)
