"""What every act changed, and a seal on every membership."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit_changes", "installation_changes")
INSIDE = "municipality = nullif(current_setting('app.municipality', true), '')"


def upgrade() -> None:
    """Make the tables and their walls; what was there before has no change recorded and no seal."""
    # Empty columns are added in place, also on SQLite: no table is made anew, so no trigger is lost.
    for table in ("audit_events", "installation_events"):
        op.add_column(table, sa.Column("changes", sa.LargeBinary(), nullable=True))
    op.add_column("memberships", sa.Column("mac", sa.LargeBinary(), nullable=True))
    op.create_table(
        "audit_changes",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("row_table", sa.String(40), nullable=False),
        sa.Column("row_key", sa.String(200), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("after", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality", "lane", "seq"],
            ["audit_events.municipality", "audit_events.lane", "audit_events.seq"],
            name=op.f("fk_audit_changes_municipality_lane_seq"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_audit_changes_municipality")),
        sa.PrimaryKeyConstraint("municipality", "lane", "seq", "row_table", "row_key", name=op.f("pk_audit_changes")),
    )
    op.create_index("ix_audit_changes_row", "audit_changes", ["municipality", "row_table", "row_key"], unique=False)
    op.create_table(
        "installation_changes",
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("row_table", sa.String(40), nullable=False),
        sa.Column("row_key", sa.String(200), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("after", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["lane", "seq"],
            ["installation_events.lane", "installation_events.seq"],
            name=op.f("fk_installation_changes_lane_seq"),
        ),
        sa.PrimaryKeyConstraint("lane", "seq", "row_table", "row_key", name=op.f("pk_installation_changes")),
    )
    op.create_index("ix_installation_changes_row", "installation_changes", ["row_table", "row_key"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        _walls_on_postgresql(context.config.attributes.get("app_role", ""))
    else:
        _walls_on_sqlite()


def _walls_on_postgresql(app_role: str) -> None:
    op.execute("ALTER TABLE audit_changes ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE audit_changes FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY one_municipality ON audit_changes USING ({INSIDE}) WITH CHECK ({INSIDE})")
    role = '"' + app_role.replace('"', '""') + '"'
    for table in APPEND_ONLY:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {role}")


def _walls_on_sqlite() -> None:
    inside = "IS current_municipality()"
    for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        condition = " AND ".join(f"{row}.municipality {inside}" for row in rows)
        op.execute(
            f"CREATE TRIGGER audit_changes_{deed.lower()}_inside BEFORE {deed} ON audit_changes WHEN NOT ({condition}) "
            "BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
        )
    for table in APPEND_ONLY:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_{deed.lower()}_never BEFORE {deed} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the record is never changed'); END"
            )


def downgrade() -> None:
    """Forget what was changed; rows written since then no longer verify."""
    op.drop_table("installation_changes")
    op.drop_table("audit_changes")
    op.drop_column("memberships", "mac")
    for table in ("installation_events", "audit_events"):
        op.drop_column(table, "changes")
