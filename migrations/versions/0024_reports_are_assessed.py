"""A report of a worry is never declined, but open until it is assessed; and an acute one is marked and comes first."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import context, op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BOUND_BEFORE = (
    "municipality id kind reference sender_id sender_agency sender_unit_id recipient_agency recipient_unit_id "
    "recipient_id digest token sent_at"
).split()
"""What was sent, by whom and to whom (0018)."""
BOUND = [*BOUND_BEFORE, "acute"]
ONCE_BEFORE = (
    "case_id opened_at opened_by opened_role ended_at ended_by ended_token reason_code answered_at answered_by "
    "answered_token answer_code feedback feedback_at feedback_by"
).split()
"""What is written when it happens, and then stays (0018)."""
WRITTEN = ("told_at", "told_by", "assessment_code", "assessment")
NEW = (*WRITTEN, "acute")
ONCE = [*ONCE_BEFORE, "told_at", "told_by", "assessment_code"]
STEPS_BEFORE = (
    ("sent", "opened"),
    ("sent", "taken_back"),
    ("opened", "accepted"),
    ("opened", "declined"),
    ("opened", "answered"),
    ("accepted", "answered"),
)
STEPS = (*STEPS_BEFORE, ("opened", "assessed"))
WALLS = ("insert_inside", "update_inside", "delete_inside", "update_bound", "update_forward")
CHECKS_BEFORE = {
    "known_state": "state IN ('sent', 'opened', 'accepted', 'declined', 'answered', 'taken_back')",
    "ended_whole": (
        "(ended_at IS NULL) = (ended_by IS NULL) AND (state NOT IN ('accepted', 'declined', 'taken_back') "
        "OR ended_at IS NOT NULL) AND (state NOT IN ('sent', 'opened') OR ended_at IS NULL)"
    ),
    "declined_with_a_reason": "(state = 'declined') = (reason_code IS NOT NULL)",
}
CHECKS = {
    "known_state": "state IN ('sent', 'opened', 'accepted', 'declined', 'answered', 'assessed', 'taken_back')",
    "ended_whole": (
        "(ended_at IS NULL) = (ended_by IS NULL) AND (state NOT IN ('accepted', 'assessed', 'declined', 'taken_back') "
        "OR ended_at IS NOT NULL) AND (state NOT IN ('sent', 'opened') OR ended_at IS NULL)"
    ),
    "declined_with_a_reason": (
        "CASE WHEN kind = 'report' THEN state <> 'declined' AND (reason_code IS NULL) = (told_at IS NULL) "
        "ELSE (state = 'declined') = (reason_code IS NOT NULL) AND told_at IS NULL END"
    ),
    "told_whole": "(told_at IS NULL) = (told_by IS NULL)",
    "assessed_whole": (
        "(state = 'assessed') = (assessment_code IS NOT NULL) "
        "AND (assessment_code IS NULL) = (assessment IS NULL) AND (assessment_code IS NULL OR kind = 'report')"
    ),
}
OPEN_AGAIN = (
    "UPDATE handovers SET state = 'opened', told_at = ended_at, told_by = ended_by, ended_at = NULL, ended_by = NULL, "
    "ended_token = NULL WHERE kind = 'report' AND state = 'declined'"
)
"""What had been declined was never assessed: it is open again, and its sender still reads what they were told."""
AS_BEFORE = (
    "UPDATE handovers SET state = 'opened', ended_at = NULL, ended_by = NULL, ended_token = NULL "
    "WHERE state = 'assessed'",
    "UPDATE handovers SET reason_code = NULL, reason = NULL WHERE kind = 'report'",
)


def upgrade() -> None:
    """Let a report be assessed, open again those that were declined, and mark those that are acute.

    What waits already is not marked: what it says is sealed.
    """
    _change(up=True)


def downgrade() -> None:
    """Forget what was assessed and told of reports; they are open, so that somebody looks at them again."""
    _change(up=False)


def _change(*, up: bool) -> None:
    """What a handover can be. SQLite makes the table anew, and its walls with it."""
    if op.get_bind().dialect.name == "postgresql":
        _change_on_postgresql(up=up)
    else:
        _change_on_sqlite(up=up)


def _change_on_postgresql(*, up: bool) -> None:
    op.execute("DROP TRIGGER handovers_forward ON handovers")
    for name in CHECKS_BEFORE if up else CHECKS:
        op.drop_constraint(op.f(f"ck_handovers_{name}"), "handovers", type_="check")
    if up:
        for column in _columns():
            op.add_column("handovers", column)
        op.create_foreign_key(op.f("fk_handovers_told_by"), "handovers", "accounts", ["told_by"], ["id"])
    op.execute("ALTER TABLE handovers NO FORCE ROW LEVEL SECURITY")
    for statement in (OPEN_AGAIN,) if up else AS_BEFORE:
        op.execute(statement)
    op.execute("ALTER TABLE handovers FORCE ROW LEVEL SECURITY")
    if up:
        role = '"' + context.config.attributes.get("app_role", "").replace('"', '""') + '"'
        op.execute(f"GRANT UPDATE ({', '.join(WRITTEN)}) ON handovers TO {role}")
    else:
        for name in NEW:
            op.drop_column("handovers", name)
    for name, said in (CHECKS if up else CHECKS_BEFORE).items():
        op.create_check_constraint(op.f(f"ck_handovers_{name}"), "handovers", said)
    once, steps = (ONCE, STEPS) if up else (ONCE_BEFORE, STEPS_BEFORE)
    changed = " OR ".join(f"(OLD.{one} IS NOT NULL AND NEW.{one} IS DISTINCT FROM OLD.{one})" for one in once)
    op.execute(
        f"CREATE TRIGGER handovers_forward BEFORE UPDATE ON handovers FOR EACH ROW WHEN ({_backwards(steps)} OR "
        f"(OLD.wants_feedback AND NOT NEW.wants_feedback) OR (OLD.body IS NULL AND NEW.body IS NOT NULL) "
        f"OR {changed}) EXECUTE FUNCTION handovers_go_forward()"
    )


def _change_on_sqlite(*, up: bool) -> None:
    for name in WALLS:
        op.execute(f"DROP TRIGGER handovers_{name}")
    with op.batch_alter_table("handovers") as table:
        for name in CHECKS_BEFORE if up else CHECKS:
            table.drop_constraint(op.f(f"ck_handovers_{name}"), type_="check")
        if up:
            for column in _columns():
                table.add_column(column)
            table.create_foreign_key(op.f("fk_handovers_told_by"), "accounts", ["told_by"], ["id"])
    for statement in (OPEN_AGAIN,) if up else AS_BEFORE:
        op.execute(statement)
    with op.batch_alter_table("handovers") as table:
        if not up:
            table.drop_constraint(op.f("fk_handovers_told_by"), type_="foreignkey")
            for name in NEW:
                table.drop_column(name)
        for name, said in (CHECKS if up else CHECKS_BEFORE).items():
            table.create_check_constraint(op.f(f"ck_handovers_{name}"), said)
    _walls_on_sqlite(*((BOUND, ONCE, STEPS) if up else (BOUND_BEFORE, ONCE_BEFORE, STEPS_BEFORE)))


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_by", sa.String(22), nullable=True),
        sa.Column("assessment_code", sa.String(20), nullable=True),
        sa.Column("assessment", sa.LargeBinary(), nullable=True),
        sa.Column("acute", sa.Boolean(), server_default=sa.false(), nullable=False),
    ]


def _walls_on_sqlite(bound: Sequence[str], once: Sequence[str], steps: Sequence[tuple[str, str]]) -> None:
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
    changed = " OR ".join(f"(OLD.{one} IS NOT NULL AND NEW.{one} IS NOT OLD.{one})" for one in once)
    op.execute(
        f"CREATE TRIGGER handovers_update_forward BEFORE UPDATE ON handovers WHEN {_backwards(steps)} OR "
        f"(OLD.wants_feedback AND NOT NEW.wants_feedback) OR (OLD.body IS NULL AND NEW.body IS NOT NULL) "
        f"OR {changed} BEGIN SELECT RAISE(ABORT, 'a handover only goes forward'); END"
    )


def _backwards(steps: Sequence[tuple[str, str]]) -> str:
    moves = " OR ".join(f"(OLD.state = '{before}' AND NEW.state = '{after}')" for before, after in steps)
    return f"NOT (OLD.state = NEW.state OR {moves})"
