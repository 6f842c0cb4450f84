"""A disclosure may ask its recipient to answer: a handover then points at it, and holds no content of its own."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BOUND_BEFORE = (
    "municipality id kind reference sender_id sender_agency sender_unit_id recipient_agency recipient_unit_id "
    "recipient_id digest token sent_at acute"
).split()
"""What was sent, by whom and to whom (0024)."""
BOUND = [*BOUND_BEFORE, "disclosure_id"]
ONCE = (
    "case_id opened_at opened_by opened_role ended_at ended_by ended_token reason_code answered_at answered_by "
    "answered_token answer_code feedback feedback_at feedback_by told_at told_by assessment_code"
).split()
"""What is written when it happens, and then stays (0024)."""
STEPS = (
    ("sent", "opened"),
    ("sent", "taken_back"),
    ("opened", "accepted"),
    ("opened", "declined"),
    ("opened", "answered"),
    ("accepted", "answered"),
    ("opened", "assessed"),
)
WALLS = ("insert_inside", "update_inside", "delete_inside", "update_bound", "update_forward")
PLACE = "lies_in_one_place"
PLACE_BEFORE = "(body IS NULL) <> (kept IS NULL)"
PLACE_NOW = (
    "CASE WHEN disclosure_id IS NULL THEN (body IS NULL) <> (kept IS NULL) ELSE body IS NULL AND kept IS NULL "
    "AND kind = 'disclosure' AND case_id IS NOT NULL AND recipient_id IS NOT NULL END"
)
KEY = "fk_handovers_municipality_disclosure_id"
ONCE_EACH = "uq_handovers_municipality_disclosure_id"
FORGET = "DELETE FROM handovers WHERE disclosure_id IS NOT NULL"


def upgrade() -> None:
    """Let a handover point at a disclosure, which then holds its content."""
    _change(up=True)


def downgrade() -> None:
    """Forget which disclosures asked for an answer, and the answers; what was given is left, and read as the rest."""
    _change(up=False)


def _change(*, up: bool) -> None:
    """Where a handover's content lies. SQLite makes the table anew, and its walls with it."""
    if op.get_bind().dialect.name == "postgresql":
        _change_on_postgresql(up=up)
    else:
        _change_on_sqlite(up=up)


def _change_on_postgresql(*, up: bool) -> None:
    """The program may change no column but those it was given (0018): what it points at stays."""
    op.drop_constraint(op.f(f"ck_handovers_{PLACE}"), "handovers", type_="check")
    if up:
        op.add_column("handovers", sa.Column("disclosure_id", sa.String(22), nullable=True))
        columns = (["municipality", "disclosure_id"], ["municipality", "id"])
        op.create_foreign_key(op.f(KEY), "handovers", "disclosures", *columns)
        op.create_unique_constraint(op.f(ONCE_EACH), "handovers", columns[0])
    else:
        op.execute("ALTER TABLE handovers NO FORCE ROW LEVEL SECURITY")
        op.execute(FORGET)
        op.execute("ALTER TABLE handovers FORCE ROW LEVEL SECURITY")
        op.drop_column("handovers", "disclosure_id")
    op.create_check_constraint(op.f(f"ck_handovers_{PLACE}"), "handovers", PLACE_NOW if up else PLACE_BEFORE)


def _change_on_sqlite(*, up: bool) -> None:
    for name in WALLS:
        op.execute(f"DROP TRIGGER handovers_{name}")
    if not up:
        op.execute(FORGET)
    with op.batch_alter_table("handovers") as table:
        table.drop_constraint(op.f(f"ck_handovers_{PLACE}"), type_="check")
        if up:
            table.add_column(sa.Column("disclosure_id", sa.String(22), nullable=True))
            columns = (["municipality", "disclosure_id"], ["municipality", "id"])
            table.create_foreign_key(op.f(KEY), "disclosures", *columns)
            table.create_unique_constraint(op.f(ONCE_EACH), columns[0])
        else:
            table.drop_constraint(op.f(KEY), type_="foreignkey")
            table.drop_constraint(op.f(ONCE_EACH), type_="unique")
            table.drop_column("disclosure_id")
        table.create_check_constraint(op.f(f"ck_handovers_{PLACE}"), PLACE_NOW if up else PLACE_BEFORE)
    _walls_on_sqlite(BOUND if up else BOUND_BEFORE)


def _walls_on_sqlite(bound: Sequence[str]) -> None:
    for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        condition = " AND ".join(f"{row}.municipality IS current_municipality()" for row in rows)
        op.execute(
            f"CREATE TRIGGER handovers_{deed.lower()}_inside BEFORE {deed} ON handovers WHEN NOT ({condition}) "
            "BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
        )
    other = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in bound)
    op.execute(
        f"CREATE TRIGGER handovers_update_bound BEFORE UPDATE ON handovers WHEN {other} "
        "BEGIN SELECT RAISE(ABORT, 'what was sent is never changed'); END"
    )
    moves = " OR ".join(f"(OLD.state = '{before}' AND NEW.state = '{after}')" for before, after in STEPS)
    changed = " OR ".join(f"(OLD.{one} IS NOT NULL AND NEW.{one} IS NOT OLD.{one})" for one in ONCE)
    op.execute(
        f"CREATE TRIGGER handovers_update_forward BEFORE UPDATE ON handovers WHEN "
        f"NOT (OLD.state = NEW.state OR {moves}) OR "
        f"(OLD.wants_feedback AND NOT NEW.wants_feedback) OR (OLD.body IS NULL AND NEW.body IS NOT NULL) "
        f"OR {changed} BEGIN SELECT RAISE(ABORT, 'a handover only goes forward'); END"
    )
