"""Copies of cases: what was ordered for whom is never changed, and is handed out once."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import context, op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSIDE = "municipality = nullif(current_setting('app.municipality', true), '')"
"""An unset municipality is an empty string after a transaction, so it must count as none."""
BOUND = (
    "municipality id case_id purpose recipient_id entries with_sealed ordered_by ordered_at digest takes_two"
).split()
"""What was ordered: never changed afterwards. The assessment is only ever sealed anew, which its record shows."""
WRITTEN = ("approved_at", "handed_out_at", "handed_out_as", "content_hash")
"""What is written when it happens, and never once the copy is handed out."""


def upgrade() -> None:
    """Make the table and its walls."""
    op.create_table(
        "case_exports",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("recipient_id", sa.String(22), nullable=True),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("with_sealed", sa.Boolean(), nullable=False),
        sa.Column("assessment", sa.LargeBinary(), nullable=True),
        sa.Column("ordered_by", sa.String(22), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("takes_two", sa.Boolean(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_out_as", sa.String(10), nullable=True),
        sa.Column("content_hash", sa.String(64), nullable=True),
        sa.CheckConstraint("purpose IN ('archive', 'extract', 'party')", name=op.f("ck_case_exports_known_purpose")),
        sa.CheckConstraint(
            "(purpose = 'archive') = (recipient_id IS NULL)", name=op.f("ck_case_exports_names_its_recipient")
        ),
        sa.CheckConstraint("purpose <> 'party' OR takes_two", name=op.f("ck_case_exports_a_party_takes_two")),
        sa.CheckConstraint(
            "handed_out_at IS NULL OR approved_at IS NOT NULL OR NOT takes_two",
            name=op.f("ck_case_exports_approved_first"),
        ),
        sa.CheckConstraint(
            "(handed_out_at IS NULL) = (content_hash IS NULL) AND (handed_out_at IS NULL) = (handed_out_as IS NULL)",
            name=op.f("ck_case_exports_handed_out_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_case_exports_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "recipient_id"],
            ["persons.municipality", "persons.id"],
            name=op.f("fk_case_exports_municipality_recipient_id"),
        ),
        sa.ForeignKeyConstraint(["ordered_by"], ["accounts.id"], name=op.f("fk_case_exports_ordered_by")),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_case_exports_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_case_exports")),
    )
    op.create_index("ix_case_exports_case", "case_exports", ["municipality", "case_id", "ordered_at"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        _walls_on_postgresql(context.config.attributes.get("app_role", ""))
    else:
        _walls_on_sqlite()


def downgrade() -> None:
    """Forget what was ordered; that it was handed out stays in the record."""
    op.drop_table("case_exports")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION case_exports_are_handed_out_once()")


def _differs(columns: Sequence[str]) -> str:
    return " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)


def _walls_on_postgresql(app_role: str) -> None:
    role = '"' + app_role.replace('"', '""') + '"'
    op.execute("ALTER TABLE case_exports ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE case_exports FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY one_municipality ON case_exports USING ({INSIDE}) WITH CHECK ({INSIDE})")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON case_exports TO {role}")
    op.execute(f"GRANT UPDATE ({', '.join(('assessment', *WRITTEN))}) ON case_exports TO {role}")
    op.execute(
        "CREATE FUNCTION case_exports_are_handed_out_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'a copy is handed out once'; END $$"
    )
    op.execute(
        "CREATE TRIGGER case_exports_once BEFORE UPDATE ON case_exports FOR EACH ROW WHEN (OLD.handed_out_at IS NOT "
        "NULL AND (NEW.approved_at, NEW.handed_out_at, NEW.handed_out_as, NEW.content_hash) IS DISTINCT FROM "
        "(OLD.approved_at, OLD.handed_out_at, OLD.handed_out_as, OLD.content_hash)) "
        "EXECUTE FUNCTION case_exports_are_handed_out_once()"
    )


def _walls_on_sqlite() -> None:
    for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        condition = " AND ".join(f"{row}.municipality IS current_municipality()" for row in rows)
        op.execute(
            f"CREATE TRIGGER case_exports_{deed.lower()}_inside BEFORE {deed} ON case_exports WHEN NOT ({condition}) "
            "BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
        )
    changed = _differs(BOUND)
    op.execute(
        f"CREATE TRIGGER case_exports_update_bound BEFORE UPDATE ON case_exports WHEN {changed} "
        "BEGIN SELECT RAISE(ABORT, 'what was ordered is never changed'); END"
    )
    op.execute(
        "CREATE TRIGGER case_exports_update_once BEFORE UPDATE ON case_exports "
        f"WHEN OLD.handed_out_at IS NOT NULL AND ({_differs(WRITTEN)}) "
        "BEGIN SELECT RAISE(ABORT, 'a copy is handed out once'); END"
    )
