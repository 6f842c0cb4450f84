"""Signed papers of consents: sealed, and afterwards only sealed anew or destroyed with their case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSIDE = "municipality = nullif(current_setting('app.municipality', true), '')"
"""An unset municipality is an empty string after a transaction, so it must count as none."""
BOUND = "municipality id case_id consent_id kind size added_by added_at".split()
"""What a paper is: never changed afterwards. Its content is only ever sealed anew, which its record shows."""


def upgrade() -> None:
    """Make the table and its walls, and an index by which consents about to end are found."""
    op.create_table(
        "consent_papers",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("consent_id", sa.String(22), nullable=False),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("paper", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.String(22), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('jpeg', 'pdf', 'png')", name=op.f("ck_consent_papers_known_kind")),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_consent_papers_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "consent_id"],
            ["consents.municipality", "consents.id"],
            name=op.f("fk_consent_papers_municipality_consent_id"),
        ),
        sa.ForeignKeyConstraint(["added_by"], ["accounts.id"], name=op.f("fk_consent_papers_added_by")),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_consent_papers_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_consent_papers")),
    )
    op.create_index("ix_consent_papers_consent", "consent_papers", ["municipality", "consent_id"], unique=False)
    op.create_index("ix_consent_papers_case", "consent_papers", ["municipality", "case_id"], unique=False)
    op.create_index("ix_consents_ends", "consents", ["municipality", "state", "valid_until"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        _walls_on_postgresql(context.config.attributes.get("app_role", ""))
    else:
        _walls_on_sqlite()


def downgrade() -> None:
    """Forget the papers; that they were added stays in the record."""
    op.drop_index("ix_consents_ends", "consents")
    op.drop_table("consent_papers")


def _walls_on_postgresql(app_role: str) -> None:
    role = '"' + app_role.replace('"', '""') + '"'
    op.execute("ALTER TABLE consent_papers ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE consent_papers FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY one_municipality ON consent_papers USING ({INSIDE}) WITH CHECK ({INSIDE})")
    op.execute(f"GRANT SELECT, INSERT, DELETE, UPDATE (paper) ON consent_papers TO {role}")


def _walls_on_sqlite() -> None:
    for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        condition = " AND ".join(f"{row}.municipality IS current_municipality()" for row in rows)
        op.execute(
            f"CREATE TRIGGER consent_papers_{deed.lower()}_inside BEFORE {deed} ON consent_papers "
            f"WHEN NOT ({condition}) BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
        )
    differs = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in BOUND)
    op.execute(
        f"CREATE TRIGGER consent_papers_update_bound BEFORE UPDATE ON consent_papers WHEN {differs} "
        "BEGIN SELECT RAISE(ABORT, 'a paper is never changed'); END"
    )
