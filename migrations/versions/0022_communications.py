"""Kommunicering: a copy with a last day to answer, what was sent of it frozen, and what the party answered."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import context, op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INSIDE = "municipality = nullif(current_setting('app.municipality', true), '')"
"""An unset municipality is an empty string after a transaction, so it must count as none."""
PURPOSES_BEFORE, PURPOSES = "'archive', 'extract', 'party'", "'archive', 'communication', 'extract', 'party'"
ORDERED_BEFORE = (
    "municipality id case_id purpose recipient_id entries with_sealed ordered_by ordered_at digest takes_two"
    " choices_hash"
).split()
ORDERED = [*ORDERED_BEFORE, "answer_by"]
"""What an order says: never changed afterwards (0012, 0020)."""
HANDED_OUT = ("approved_at", "handed_out_at", "handed_out_as", "content_hash")
BOUND = "municipality id case_id person_id export_id because made_by made_at".split()
"""What was sent or left out; what is sealed is only ever sealed anew, which its record shows."""
ANSWER = ("how", "received_on", "answered_by", "answered_at")
SEALED = ("told", "reason", "answer")
KNOWN_PURPOSE, DAY = "ck_case_exports_known_purpose", "ck_case_exports_a_day_to_answer_by"


def upgrade() -> None:
    """Let a copy be for kommunicering, and make the table of what was sent and answered."""
    _change_copies(up=True)
    op.create_table(
        "communications",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("person_id", sa.String(22), nullable=False),
        sa.Column("export_id", sa.String(22), nullable=True),
        sa.Column("told", sa.LargeBinary(), nullable=True),
        sa.Column("because", sa.String(10), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.String(22), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.String(10), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by", sa.String(22), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(export_id IS NULL) = (because IS NOT NULL) AND (because IS NULL) = (reason IS NULL) "
            "AND (export_id IS NULL) = (told IS NULL)",
            name=op.f("ck_communications_sent_or_left_out"),
        ),
        sa.CheckConstraint(
            "because IS NULL OR because IN ('harder', 'needless', 'urgent')",
            name=op.f("ck_communications_known_because"),
        ),
        sa.CheckConstraint(
            "how IS NULL OR how IN ('letter', 'mail', 'meeting', 'none', 'phone')",
            name=op.f("ck_communications_known_how"),
        ),
        sa.CheckConstraint(
            "(how IS NULL) = (answered_at IS NULL) AND (how IS NULL) = (answered_by IS NULL) "
            "AND (how IS NULL OR export_id IS NOT NULL)",
            name=op.f("ck_communications_answered_whole"),
        ),
        sa.CheckConstraint(
            "(received_on IS NULL) = (how IS NULL OR how = 'none') AND (received_on IS NULL) = (answer IS NULL)",
            name=op.f("ck_communications_answer_whole"),
        ),
        *(
            sa.ForeignKeyConstraint(
                ["municipality", column],
                [f"{table}.municipality", f"{table}.id"],
                name=op.f(f"fk_communications_municipality_{column}"),
            )
            for column, table in (("case_id", "cases"), ("person_id", "persons"), ("export_id", "case_exports"))
        ),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_communications_made_by")),
        sa.ForeignKeyConstraint(["answered_by"], ["accounts.id"], name=op.f("fk_communications_answered_by")),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_communications_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_communications")),
        sa.UniqueConstraint("municipality", "export_id", name=op.f("uq_communications_municipality_export_id")),
    )
    op.create_index("ix_communications_case", "communications", ["municipality", "case_id", "made_at"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        _walls_on_postgresql(context.config.attributes.get("app_role", ""))
    else:
        _walls_on_sqlite()


def downgrade() -> None:
    """Forget what was sent and answered, and the copies it was; that they were sent stays in the record."""
    op.drop_table("communications")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION communications_are_answered_once()")
    _change_copies(up=False)


def _change_copies(*, up: bool) -> None:
    """What a copy may be for. SQLite makes the table anew, and its walls with it."""
    if op.get_bind().dialect.name == "postgresql":
        _change_on_postgresql(up=up)
        return
    for name in ("insert_inside", "update_inside", "delete_inside", "update_bound", "update_once"):
        op.execute(f"DROP TRIGGER case_exports_{name}")
    if not up:
        op.execute("DELETE FROM case_exports WHERE purpose = 'communication'")
    with op.batch_alter_table("case_exports") as table:
        table.drop_constraint(op.f(KNOWN_PURPOSE), type_="check")
        if up:
            table.add_column(sa.Column("answer_by", sa.Date(), nullable=True))
            table.alter_column("purpose", existing_type=sa.String(10), type_=sa.String(15), existing_nullable=False)
            table.create_check_constraint(op.f(DAY), "(purpose = 'communication') = (answer_by IS NOT NULL)")
        else:
            table.drop_constraint(op.f(DAY), type_="check")
            table.drop_column("answer_by")
            table.alter_column("purpose", existing_type=sa.String(15), type_=sa.String(10), existing_nullable=False)
        table.create_check_constraint(op.f(KNOWN_PURPOSE), f"purpose IN ({PURPOSES if up else PURPOSES_BEFORE})")
    _inside("case_exports")
    changed = _differs(ORDERED if up else ORDERED_BEFORE)
    op.execute(
        f"CREATE TRIGGER case_exports_update_bound BEFORE UPDATE ON case_exports WHEN {changed} "
        "BEGIN SELECT RAISE(ABORT, 'what was ordered is never changed'); END"
    )
    op.execute(
        "CREATE TRIGGER case_exports_update_once BEFORE UPDATE ON case_exports "
        f"WHEN OLD.handed_out_at IS NOT NULL AND ({_differs(HANDED_OUT)}) "
        "BEGIN SELECT RAISE(ABORT, 'a copy is handed out once'); END"
    )


def _change_on_postgresql(*, up: bool) -> None:
    op.drop_constraint(op.f(KNOWN_PURPOSE), "case_exports", type_="check")
    if up:
        op.add_column("case_exports", sa.Column("answer_by", sa.Date(), nullable=True))
        op.alter_column("case_exports", "purpose", type_=sa.String(15))
        op.create_check_constraint(op.f(DAY), "case_exports", "(purpose = 'communication') = (answer_by IS NOT NULL)")
    else:
        op.execute("ALTER TABLE case_exports NO FORCE ROW LEVEL SECURITY")
        op.execute("DELETE FROM case_exports WHERE purpose = 'communication'")
        op.execute("ALTER TABLE case_exports FORCE ROW LEVEL SECURITY")
        op.drop_constraint(op.f(DAY), "case_exports", type_="check")
        op.drop_column("case_exports", "answer_by")
        op.alter_column("case_exports", "purpose", type_=sa.String(10))
    op.create_check_constraint(
        op.f(KNOWN_PURPOSE), "case_exports", f"purpose IN ({PURPOSES if up else PURPOSES_BEFORE})"
    )


def _walls_on_postgresql(app_role: str) -> None:
    role = '"' + app_role.replace('"', '""') + '"'
    op.execute("ALTER TABLE communications ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE communications FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY one_municipality ON communications USING ({INSIDE}) WITH CHECK ({INSIDE})")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON communications TO {role}")
    op.execute(f"GRANT UPDATE ({', '.join((*ANSWER, *SEALED))}) ON communications TO {role}")
    op.execute(
        "CREATE FUNCTION communications_are_answered_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'an answer is never changed'; END $$"
    )
    old, new = (", ".join(f"{row}.{column}" for column in ANSWER) for row in ("OLD", "NEW"))
    op.execute(
        "CREATE TRIGGER communications_once BEFORE UPDATE ON communications FOR EACH ROW WHEN (OLD.how IS NOT NULL "
        f"AND (({old}) IS DISTINCT FROM ({new})) AND (OLD.how <> 'none' OR NEW.how IS NULL OR NEW.how = 'none')) "
        "EXECUTE FUNCTION communications_are_answered_once()"
    )


def _walls_on_sqlite() -> None:
    _inside("communications")
    op.execute(
        f"CREATE TRIGGER communications_update_bound BEFORE UPDATE ON communications WHEN {_differs(BOUND)} "
        "BEGIN SELECT RAISE(ABORT, 'what was sent or left out is never changed'); END"
    )
    op.execute(
        "CREATE TRIGGER communications_update_once BEFORE UPDATE ON communications WHEN OLD.how IS NOT NULL "
        f"AND ({_differs(ANSWER)}) AND (OLD.how <> 'none' OR NEW.how IS NULL OR NEW.how = 'none') "
        "BEGIN SELECT RAISE(ABORT, 'an answer is never changed'); END"
    )


def _differs(columns: Sequence[str]) -> str:
    return " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)


def _inside(table: str) -> None:
    for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        condition = " AND ".join(f"{row}.municipality IS current_municipality()" for row in rows)
        op.execute(
            f"CREATE TRIGGER {table}_{deed.lower()}_inside BEFORE {deed} ON {table} WHEN NOT ({condition}) "
            "BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
        )
