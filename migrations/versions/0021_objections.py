"""Objections to what stands in a journal: sealed, and afterwards only sealed anew or destroyed with their case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INSIDE = "municipality = nullif(current_setting('app.municipality', true), '')"
"""An unset municipality is an empty string after a transaction, so it must count as none."""
BOUND = "municipality id case_id entry_id person_id received_on noted_by noted_at".split()
"""What an objection is: never changed afterwards. Its words are only ever sealed anew, which their record shows."""


def upgrade() -> None:
    """Make the table and its walls."""
    op.create_table(
        "objections",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("entry_id", sa.String(22), nullable=False),
        sa.Column("person_id", sa.String(22), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("noted_by", sa.String(22), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["municipality", column],
                [f"{table}.municipality", f"{table}.id"],
                name=op.f(f"fk_objections_municipality_{column}"),
            )
            for column, table in (("case_id", "cases"), ("entry_id", "entries"), ("person_id", "persons"))
        ),
        sa.ForeignKeyConstraint(["noted_by"], ["accounts.id"], name=op.f("fk_objections_noted_by")),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_objections_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_objections")),
    )
    op.create_index("ix_objections_case", "objections", ["municipality", "case_id"], unique=False)
    op.create_index("ix_objections_entry", "objections", ["municipality", "entry_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        _walls_on_postgresql(context.config.attributes.get("app_role", ""))
    else:
        _walls_on_sqlite()


def downgrade() -> None:
    """Forget the objections; that they were noted stays in the record."""
    op.drop_table("objections")


def _walls_on_postgresql(app_role: str) -> None:
    role = '"' + app_role.replace('"', '""') + '"'
    op.execute("ALTER TABLE objections ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE objections FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY one_municipality ON objections USING ({INSIDE}) WITH CHECK ({INSIDE})")
    op.execute(f"GRANT SELECT, INSERT, DELETE, UPDATE (words) ON objections TO {role}")


def _walls_on_sqlite() -> None:
    for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        condition = " AND ".join(f"{row}.municipality IS current_municipality()" for row in rows)
        op.execute(
            f"CREATE TRIGGER objections_{deed.lower()}_inside BEFORE {deed} ON objections "
            f"WHEN NOT ({condition}) BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
        )
    differs = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in BOUND)
    op.execute(
        f"CREATE TRIGGER objections_update_bound BEFORE UPDATE ON objections WHEN {differs} "
        "BEGIN SELECT RAISE(ABORT, 'an objection is never changed'); END"
    )
