"""A status that is told outside rests on a row of the catalogue of grounds; in free text it rests on nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLE, NAME = "status_permissions", "ck_status_permissions_row_of_the_catalogue"
ROW = "ground = 'other' OR ground_code IS NULL"
FORGET = "DELETE FROM status_permissions WHERE ground_code IS NOT NULL"


def upgrade() -> None:
    """Let a status permission name its row.

    What was permitted before names none: what was written is sealed, so that no row can be found for it, and it is
    read no more from here on. The rows themselves stay as they are recorded.
    """
    _change(up=True)


def downgrade() -> None:
    """Forget the rows, and what rested on them: its assessment would be shown to who reads it as its ground."""
    _change(up=False)


def _change(*, up: bool) -> None:
    """SQLite makes the table anew, and its walls with it."""
    if op.get_bind().dialect.name == "postgresql":
        if up:
            op.add_column(TABLE, sa.Column("ground_code", sa.String(30), nullable=True))
            op.create_check_constraint(op.f(NAME), TABLE, ROW)
            return
        op.execute(f"ALTER TABLE {TABLE} NO FORCE ROW LEVEL SECURITY")
        op.execute(FORGET)
        op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
        op.drop_constraint(op.f(NAME), TABLE, type_="check")
        op.drop_column(TABLE, "ground_code")
        return
    for deed in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER {TABLE}_{deed}_inside")
    if not up:
        op.execute(FORGET)
    with op.batch_alter_table(TABLE) as table:
        if up:
            table.add_column(sa.Column("ground_code", sa.String(30), nullable=True))
            table.create_check_constraint(op.f(NAME), ROW)
        else:
            table.drop_constraint(op.f(NAME), type_="check")
            table.drop_column("ground_code")
    for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        condition = " AND ".join(f"{row}.municipality IS current_municipality()" for row in rows)
        op.execute(
            f"CREATE TRIGGER {TABLE}_{deed.lower()}_inside BEFORE {deed} ON {TABLE} WHEN NOT ({condition}) "
            "BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
        )
