"""What a municipality demands of a legal ground beyond the law: rows are added, never changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSIDE = "municipality = nullif(current_setting('app.municipality', true), '')"
"""An unset municipality is an empty string after a transaction, so it must count as none."""


def upgrade() -> None:
    """Make the table and its walls."""
    op.create_table(
        "ground_rules",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("level", sa.String(2), nullable=True),
        sa.Column("consult", sa.Boolean(), nullable=False),
        sa.Column("four_eyes", sa.Boolean(), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(22), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "level IS NULL OR level IN ('H', 'FS', 'EC', 'U')", name=op.f("ck_ground_rules_known_level")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["accounts.id"], name=op.f("fk_ground_rules_set_by")),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_ground_rules_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_ground_rules")),
    )
    op.create_index("ix_ground_rules_begins", "ground_rules", ["municipality", "code", "begins"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        _walls_on_postgresql(context.config.attributes.get("app_role", ""))
    else:
        _walls_on_sqlite()


def downgrade() -> None:
    """Forget what was demanded; that it was demanded stays in the record."""
    op.drop_table("ground_rules")


def _walls_on_postgresql(app_role: str) -> None:
    role = '"' + app_role.replace('"', '""') + '"'
    op.execute("ALTER TABLE ground_rules ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE ground_rules FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY one_municipality ON ground_rules USING ({INSIDE}) WITH CHECK ({INSIDE})")
    op.execute(f"GRANT SELECT, INSERT ON ground_rules TO {role}")


def _walls_on_sqlite() -> None:
    for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        condition = " AND ".join(f"{row}.municipality IS current_municipality()" for row in rows)
        op.execute(
            f"CREATE TRIGGER ground_rules_{deed.lower()}_inside BEFORE {deed} ON ground_rules WHEN NOT ({condition}) "
            "BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
        )
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER ground_rules_{deed.lower()}_never BEFORE {deed} ON ground_rules "
            "BEGIN SELECT RAISE(ABORT, 'the record is never changed'); END"
        )
