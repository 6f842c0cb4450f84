"""Break-glass, and blocks for a conflict of interest that can be lifted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSIDE = "municipality = nullif(current_setting('app.municipality', true), '')"
"""An unset municipality is an empty string after a transaction, so it must count as none."""
WAYS_BEFORE = "'list', 'status', 'decide', 'read', 'write', 'block'"
WAYS = f"{WAYS_BEFORE}, 'emergency'"


def upgrade() -> None:
    """Make the table of openings, mark the posts that may, widen the access table, and let a block end."""
    # Columns are added in place: a table made anew on SQLite would lose the triggers that others have put on it.
    op.add_column("memberships", sa.Column("emergency", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("conflict_blocks", sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conflict_blocks", sa.Column("lifted_by", sa.String(22), nullable=True))
    op.add_column("conflict_blocks", sa.Column("lifted_reason", sa.LargeBinary(), nullable=True))
    _allow(WAYS)
    op.create_table(
        "emergencies",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("account_id", sa.String(22), nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.String(22), nullable=True),
        sa.Column("outcome", sa.String(20), nullable=True),
        sa.Column("finding", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("opened_at <= until", name=op.f("ck_emergencies_ends_after_it_begins")),
        sa.CheckConstraint("reviewed_by <> account_id", name=op.f("ck_emergencies_reviewed_by_another")),
        sa.CheckConstraint(
            "(reviewed_at IS NULL) = (reviewed_by IS NULL) AND (reviewed_at IS NULL) = (outcome IS NULL)",
            name=op.f("ck_emergencies_reviewed_whole"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_emergencies_account_id")),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_emergencies_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_emergencies_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_emergencies")),
    )
    op.create_index("ix_emergencies_case", "emergencies", ["municipality", "case_id"], unique=False)
    op.create_index("ix_emergencies_review", "emergencies", ["municipality", "reviewed_at", "opened_at"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        _triggers("emergencies")
        return
    op.execute("ALTER TABLE emergencies ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE emergencies FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY one_municipality ON emergencies USING ({INSIDE}) WITH CHECK ({INSIDE})")
    role = '"' + context.config.attributes.get("app_role", "").replace('"', '""') + '"'
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON emergencies TO {role}")


def downgrade() -> None:
    """Forget the openings and what they gave; a block that was lifted is gone, as it was before it could be lifted."""
    op.drop_table("emergencies")
    _without_wall("case_access", "DELETE FROM case_access WHERE permission = 'emergency'")
    _without_wall("conflict_blocks", "DELETE FROM conflict_blocks WHERE lifted_at IS NOT NULL")
    _allow(WAYS_BEFORE)
    op.drop_column("conflict_blocks", "lifted_reason")
    op.drop_column("conflict_blocks", "lifted_by")
    op.drop_column("conflict_blocks", "lifted_at")
    op.drop_column("memberships", "emergency")


def _allow(ways: str) -> None:
    """Say anew which ways into a case there are."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE case_access DROP CONSTRAINT ck_case_access_known_permission")
        op.execute(
            f"ALTER TABLE case_access ADD CONSTRAINT ck_case_access_known_permission CHECK (permission IN ({ways}))"
        )
        return
    op.execute("ALTER TABLE case_access RENAME TO case_access_before")
    op.drop_index("ix_case_access_case", "case_access_before")
    op.drop_index("ix_case_access_list", "case_access_before")
    op.create_table(
        "case_access",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("principal", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("permission", sa.String(10), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sort_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("area", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("officer_id", sa.String(22), nullable=True),
        sa.CheckConstraint(f"permission IN ({ways})", name=op.f("ck_case_access_known_permission")),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_case_access_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_case_access_municipality")),
        sa.PrimaryKeyConstraint(
            "municipality", "principal", "case_id", "permission", "valid_from", name=op.f("pk_case_access")
        ),
    )
    op.execute(
        "INSERT INTO case_access SELECT municipality, principal, case_id, permission, valid_from, valid_until, "
        "sort_at, area, state, is_open, officer_id FROM case_access_before"
    )
    op.drop_table("case_access_before")
    op.create_index("ix_case_access_case", "case_access", ["municipality", "case_id", "principal"], unique=False)
    op.create_index(
        "ix_case_access_list",
        "case_access",
        ["municipality", "principal", "is_open", "sort_at", "case_id"],
        unique=False,
    )
    _triggers("case_access")


def _triggers(table: str) -> None:
    for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        condition = " AND ".join(f"{row}.municipality IS current_municipality()" for row in rows)
        op.execute(
            f"CREATE TRIGGER {table}_{deed.lower()}_inside BEFORE {deed} ON {table} WHEN NOT ({condition}) "
            "BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
        )


def _without_wall(table: str, statement: str) -> None:
    """Do to every municipality's rows what no session may."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(statement)
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        return
    op.execute(f"DROP TRIGGER {table}_delete_inside")
    op.execute(statement)
    op.execute(
        f"CREATE TRIGGER {table}_delete_inside BEFORE DELETE ON {table} "
        "WHEN NOT (OLD.municipality IS current_municipality()) "
        "BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
    )
