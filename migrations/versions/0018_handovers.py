"""Handovers and deputies: what was sent is never changed, and each state leads on to those that may come next."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import context, op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSIDE = "municipality = nullif(current_setting('app.municipality', true), '')"
"""An unset municipality is an empty string after a transaction, so it must count as none."""
BOUND = (
    "municipality id kind reference sender_id sender_agency sender_unit_id recipient_agency recipient_unit_id "
    "recipient_id digest token sent_at"
).split()
"""What was sent, by whom and to whom: never changed afterwards. The content moves once, into the case."""
ONCE = (
    "case_id opened_at opened_by opened_role ended_at ended_by ended_token reason_code answered_at answered_by "
    "answered_token answer_code feedback feedback_at feedback_by"
).split()
"""What is written when it happens, and then stays."""
WRITTEN = ("state", "body", "kept", "passed_to", *ONCE, "reason", "answer", "wants_feedback")
STEPS = (
    ("sent", "opened"),
    ("sent", "taken_back"),
    ("opened", "accepted"),
    ("opened", "declined"),
    ("opened", "answered"),
    ("accepted", "answered"),
)
"""The only steps there are; what is opened is never taken back, and what has ended is never begun again."""
NEVER = "municipality id absent_id deputy_id unit_id valid_from made_by made_at".split()
"""Of who stands in for whom only the end is ever moved."""


def upgrade() -> None:
    """Make the tables and their walls."""
    _handovers()
    _deputies()
    if op.get_bind().dialect.name == "postgresql":
        _walls_on_postgresql(context.config.attributes.get("app_role", ""))
    else:
        _walls_on_sqlite()


def downgrade() -> None:
    """Forget what was handed over, and who stood in for whom."""
    op.drop_table("deputies")
    op.drop_table("handovers")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION handovers_go_forward()")


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reference", sa.String(8), nullable=False),
        sa.Column("sender_id", sa.String(22), nullable=False),
        sa.Column("sender_agency", sa.String(20), nullable=False),
        sa.Column("sender_unit_id", sa.String(22), nullable=False),
        sa.Column("recipient_agency", sa.String(20), nullable=False),
        sa.Column("recipient_unit_id", sa.String(22), nullable=True),
        sa.Column("recipient_id", sa.String(22), nullable=True),
        sa.Column("case_id", sa.String(22), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("kept", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("token", sa.String(22), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.String(22), nullable=True),
        sa.Column("opened_role", sa.String(20), nullable=True),
        sa.Column("passed_to", sa.String(22), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(22), nullable=True),
        sa.Column("ended_token", sa.String(22), nullable=True),
        sa.Column("reason_code", sa.String(20), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(22), nullable=True),
        sa.Column("answered_token", sa.String(22), nullable=True),
        sa.Column("answer_code", sa.String(20), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("wants_feedback", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("feedback", sa.String(12), nullable=True),
        sa.Column("feedback_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("feedback_by", sa.String(22), nullable=True),
        sa.CheckConstraint(
            "(state = 'declined') = (reason_code IS NOT NULL)",
            name=op.f("ck_handovers_declined_with_a_reason"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) AND (state NOT IN ('accepted', 'declined', 'taken_back') "
            "OR ended_at IS NOT NULL) AND (state NOT IN ('sent', 'opened') OR ended_at IS NULL)",
            name=op.f("ck_handovers_ended_whole"),
        ),
        sa.CheckConstraint(
            "(state = 'answered') = (answered_at IS NOT NULL) AND (answered_at IS NULL) = (answered_by IS NULL)",
            name=op.f("ck_handovers_answered_whole"),
        ),
        sa.CheckConstraint(
            "kept IS NULL OR case_id IS NOT NULL",
            name=op.f("ck_handovers_kept_in_a_case"),
        ),
        sa.CheckConstraint(
            "kind IN ('report', 'question', 'disclosure')",
            name=op.f("ck_handovers_known_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('sent', 'opened', 'accepted', 'declined', 'answered', 'taken_back')",
            name=op.f("ck_handovers_known_state"),
        ),
        sa.CheckConstraint(
            "(feedback IS NULL) = (feedback_at IS NULL) AND (feedback IS NULL) = (feedback_by IS NULL)",
            name=op.f("ck_handovers_feedback_whole"),
        ),
        sa.CheckConstraint(
            "feedback IS NULL OR (kind = 'report' AND wants_feedback AND case_id IS NOT NULL "
            "AND feedback IN ('opened', 'not_opened', 'running', 'unsuitable'))",
            name=op.f("ck_handovers_feedback_on_a_report"),
        ),
        sa.CheckConstraint(
            "(state IN ('sent', 'taken_back')) = (opened_at IS NULL) AND (opened_at IS NULL) = (opened_by IS NULL) "
            "AND (opened_at IS NULL) = (opened_role IS NULL)",
            name=op.f("ck_handovers_opened_whole"),
        ),
        sa.CheckConstraint(
            "(body IS NULL) <> (kept IS NULL)",
            name=op.f("ck_handovers_lies_in_one_place"),
        ),
        sa.ForeignKeyConstraint(["recipient_id"], ["accounts.id"], name=op.f("fk_handovers_recipient_id")),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_handovers_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["accounts.id"], name=op.f("fk_handovers_answered_by")),
        sa.ForeignKeyConstraint(["opened_by"], ["accounts.id"], name=op.f("fk_handovers_opened_by")),
        sa.ForeignKeyConstraint(["passed_to"], ["accounts.id"], name=op.f("fk_handovers_passed_to")),
        sa.ForeignKeyConstraint(
            ["municipality", "sender_unit_id"],
            ["units.municipality", "units.id"],
            name=op.f("fk_handovers_municipality_sender_unit_id"),
        ),
        sa.ForeignKeyConstraint(["feedback_by"], ["accounts.id"], name=op.f("fk_handovers_feedback_by")),
        sa.ForeignKeyConstraint(["sender_id"], ["accounts.id"], name=op.f("fk_handovers_sender_id")),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_handovers_municipality")),
        sa.ForeignKeyConstraint(["ended_by"], ["accounts.id"], name=op.f("fk_handovers_ended_by")),
        sa.ForeignKeyConstraint(
            ["municipality", "recipient_unit_id"],
            ["units.municipality", "units.id"],
            name=op.f("fk_handovers_municipality_recipient_unit_id"),
        ),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("municipality", "reference", name=op.f("uq_handovers_municipality_reference")),
        sa.UniqueConstraint(
            "municipality", "sender_id", "token", name=op.f("uq_handovers_municipality_sender_id_token")
        ),
    )
    op.create_index("ix_handovers_case", "handovers", ["municipality", "case_id"], unique=False)
    op.create_index(
        "ix_handovers_recipient", "handovers", ["municipality", "recipient_agency", "state", "sent_at"], unique=False
    )
    op.create_index("ix_handovers_sender", "handovers", ["municipality", "sender_id", "sent_at"], unique=False)


def _deputies() -> None:
    op.create_table(
        "deputies",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("absent_id", sa.String(22), nullable=False),
        sa.Column("deputy_id", sa.String(22), nullable=False),
        sa.Column("unit_id", sa.String(22), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(22), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "valid_from <= valid_until",
            name=op.f("ck_deputies_ends_after_it_begins"),
        ),
        sa.CheckConstraint(
            "absent_id <> deputy_id",
            name=op.f("ck_deputies_is_another"),
        ),
        sa.ForeignKeyConstraint(["deputy_id"], ["accounts.id"], name=op.f("fk_deputies_deputy_id")),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_deputies_municipality")),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_deputies_made_by")),
        sa.ForeignKeyConstraint(["absent_id"], ["accounts.id"], name=op.f("fk_deputies_absent_id")),
        sa.ForeignKeyConstraint(
            ["municipality", "unit_id"],
            ["units.municipality", "units.id"],
            name=op.f("fk_deputies_municipality_unit_id"),
        ),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_deputies")),
    )
    op.create_index("ix_deputies_absent", "deputies", ["municipality", "absent_id", "valid_until"], unique=False)
    op.create_index("ix_deputies_deputy", "deputies", ["municipality", "deputy_id", "valid_until"], unique=False)


def _walls_on_postgresql(app_role: str) -> None:
    role = '"' + app_role.replace('"', '""') + '"'
    for table, written in (("handovers", WRITTEN), ("deputies", ("valid_until",))):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY one_municipality ON {table} USING ({INSIDE}) WITH CHECK ({INSIDE})")
        op.execute(f"GRANT SELECT, INSERT, DELETE ON {table} TO {role}")
        op.execute(f"GRANT UPDATE ({', '.join(written)}) ON {table} TO {role}")
    op.execute(
        "CREATE FUNCTION handovers_go_forward() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'a handover only goes forward'; END $$"
    )
    changed = " OR ".join(f"(OLD.{one} IS NOT NULL AND NEW.{one} IS DISTINCT FROM OLD.{one})" for one in ONCE)
    op.execute(
        f"CREATE TRIGGER handovers_forward BEFORE UPDATE ON handovers FOR EACH ROW WHEN ({_backwards()} OR "
        f"(OLD.wants_feedback AND NOT NEW.wants_feedback) OR (OLD.body IS NULL AND NEW.body IS NOT NULL) "
        f"OR {changed}) EXECUTE FUNCTION handovers_go_forward()"
    )


def _walls_on_sqlite() -> None:
    _inside("handovers")
    _inside("deputies")
    op.execute(
        f"CREATE TRIGGER handovers_update_bound BEFORE UPDATE ON handovers WHEN {_differs(BOUND)} "
        "BEGIN SELECT RAISE(ABORT, 'what was sent is never changed'); END"
    )
    changed = " OR ".join(f"(OLD.{one} IS NOT NULL AND NEW.{one} IS NOT OLD.{one})" for one in ONCE)
    op.execute(
        f"CREATE TRIGGER handovers_update_forward BEFORE UPDATE ON handovers WHEN {_backwards()} OR "
        f"(OLD.wants_feedback AND NOT NEW.wants_feedback) OR (OLD.body IS NULL AND NEW.body IS NOT NULL) "
        f"OR {changed} BEGIN SELECT RAISE(ABORT, 'a handover only goes forward'); END"
    )
    op.execute(
        f"CREATE TRIGGER deputies_update_bound BEFORE UPDATE ON deputies WHEN {_differs(NEVER)} "
        "BEGIN SELECT RAISE(ABORT, 'only the end is moved'); END"
    )


def _backwards() -> str:
    steps = " OR ".join(f"(OLD.state = '{before}' AND NEW.state = '{after}')" for before, after in STEPS)
    return f"NOT (OLD.state = NEW.state OR {steps})"


def _differs(columns: Sequence[str]) -> str:
    return " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)


def _inside(table: str) -> None:
    for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        condition = " AND ".join(f"{row}.municipality IS current_municipality()" for row in rows)
        op.execute(
            f"CREATE TRIGGER {table}_{deed.lower()}_inside BEFORE {deed} ON {table} WHEN NOT ({condition}) "
            "BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
        )
