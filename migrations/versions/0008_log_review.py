"""Review of the log: questions, answers and signed reviews, and two ways to find an act in the record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("log_questions", "log_answers", "log_reviews")
INSIDE = "municipality = nullif(current_setting('app.municipality', true), '')"
"""An unset municipality is an empty string after a transaction, so it must count as none."""


def upgrade() -> None:
    """Make the tables, to which rows are only added, and their walls."""
    op.create_table(
        "log_questions",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("item", sa.String(22), nullable=False),
        sa.Column("colleague_id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=True),
        sa.Column("asked_by", sa.String(22), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("asked_by <> colleague_id", name=op.f("ck_log_questions_asked_by_another")),
        sa.ForeignKeyConstraint(["colleague_id"], ["accounts.id"], name=op.f("fk_log_questions_colleague_id")),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_log_questions_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_log_questions")),
    )
    op.create_index(
        "ix_log_questions_colleague", "log_questions", ["municipality", "colleague_id", "asked_at"], unique=False
    )
    op.create_index("ix_log_questions_item", "log_questions", ["municipality", "item"], unique=False)
    op.create_table(
        "log_answers",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality", "id"],
            ["log_questions.municipality", "log_questions.id"],
            name=op.f("fk_log_answers_municipality_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_log_answers_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_log_answers")),
    )
    op.create_table(
        "log_reviews",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("item", sa.String(22), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("act_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("colleague_id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=True),
        sa.Column("kinds", sa.String(120), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("finding", sa.LargeBinary(), nullable=True),
        sa.Column("signed_by", sa.String(22), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('in_order', 'follow_up', 'reported')", name=op.f("ck_log_reviews_known_outcome")
        ),
        sa.CheckConstraint("signed_by <> colleague_id", name=op.f("ck_log_reviews_signed_by_another")),
        sa.ForeignKeyConstraint(["colleague_id"], ["accounts.id"], name=op.f("fk_log_reviews_colleague_id")),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_log_reviews_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_log_reviews")),
        sa.UniqueConstraint("municipality", "item", name=op.f("uq_log_reviews_municipality_item")),
    )
    op.create_index("ix_log_reviews_act", "log_reviews", ["municipality", "act_at"], unique=False)
    op.create_index("ix_log_reviews_signed", "log_reviews", ["municipality", "signed_at"], unique=False)
    op.create_index("ix_audit_events_at", "audit_events", ["municipality", "at"], unique=False)
    op.create_index("ix_audit_events_hash", "audit_events", ["municipality", "hash"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        _walls_on_postgresql(context.config.attributes.get("app_role", ""))
    else:
        _walls_on_sqlite()


def _walls_on_postgresql(app_role: str) -> None:
    role = '"' + app_role.replace('"', '""') + '"'
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY one_municipality ON {table} USING ({INSIDE}) WITH CHECK ({INSIDE})")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {role}")


def _walls_on_sqlite() -> None:
    inside = "IS current_municipality()"
    for table in TABLES:
        for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            condition = " AND ".join(f"{row}.municipality {inside}" for row in rows)
            op.execute(
                f"CREATE TRIGGER {table}_{deed.lower()}_inside BEFORE {deed} ON {table} WHEN NOT ({condition}) "
                "BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
            )
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_{deed.lower()}_never BEFORE {deed} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the record is never changed'); END"
            )


def downgrade() -> None:
    """Forget the reviews; that they were made stays in the record."""
    op.drop_index("ix_audit_events_hash", "audit_events")
    op.drop_index("ix_audit_events_at", "audit_events")
    op.drop_table("log_reviews")
    op.drop_table("log_answers")
    op.drop_table("log_questions")
