"""Meetings with those who take part: who came, sealed; afterwards only sealed anew or destroyed with their case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INSIDE = "municipality = nullif(current_setting('app.municipality', true), '')"
"""An unset municipality is an empty string after a transaction, so it must count as none."""
BOUND = "municipality id case_id entry_id made_by made_at".split()
"""What a meeting is: never changed afterwards. Its list is only ever sealed anew, which its record shows."""


def upgrade() -> None:
    """Make the table and its walls."""
    op.create_table(
        "meetings",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("entry_id", sa.String(22), nullable=False),
        sa.Column("attendance", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.String(22), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["municipality", column],
                [f"{table}.municipality", f"{table}.id"],
                name=op.f(f"fk_meetings_municipality_{column}"),
            )
            for column, table in (("case_id", "cases"), ("entry_id", "entries"))
        ),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_meetings_made_by")),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_meetings_municipality")),
        sa.UniqueConstraint("municipality", "entry_id", name=op.f("uq_meetings_municipality_entry_id")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_meetings")),
    )
    op.create_index("ix_meetings_case", "meetings", ["municipality", "case_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        _walls_on_postgresql(context.config.attributes.get("app_role", ""))
    else:
        _walls_on_sqlite()


def downgrade() -> None:
    """Forget who was at the meetings; the entries that tell of them stay."""
    op.drop_table("meetings")


def _walls_on_postgresql(app_role: str) -> None:
    role = '"' + app_role.replace('"', '""') + '"'
    op.execute("ALTER TABLE meetings ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE meetings FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY one_municipality ON meetings USING ({INSIDE}) WITH CHECK ({INSIDE})")
    op.execute(f"GRANT SELECT, INSERT, DELETE, UPDATE (attendance) ON meetings TO {role}")


def _walls_on_sqlite() -> None:
    for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        condition = " AND ".join(f"{row}.municipality IS current_municipality()" for row in rows)
        op.execute(
            f"CREATE TRIGGER meetings_{deed.lower()}_inside BEFORE {deed} ON meetings "
            f"WHEN NOT ({condition}) BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
        )
    differs = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in BOUND)
    op.execute(
        f"CREATE TRIGGER meetings_update_bound BEFORE UPDATE ON meetings WHEN {differs} "
        "BEGIN SELECT RAISE(ABORT, 'a meeting is never changed'); END"
    )
