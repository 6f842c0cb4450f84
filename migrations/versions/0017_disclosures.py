"""Disclosures: what was assessed is never changed, what was performed neither, and each step only leads forward."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import context, op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSIDE = "municipality = nullif(current_setting('app.municipality', true), '')"
"""An unset municipality is an empty string after a transaction, so it must count as none."""
FIXED = ("municipality", "id", "case_id", "corrects_id", "made_by", "made_at")
"""What is never changed, from the draft on."""
SAID = ("place", "agency", "account_id", "ground", "level", "takes_two", "until", "oral_on", "content_hash")
"""What the assessment says: written while it is a draft, and never after."""
ONCE = {
    "assessed_at": ("assessed_at", "assessed_by", "decider_id"),
    "approved_at": ("approved_at", "approved_by"),
    "performed_at": ("performed_at", "performed_by", "received", "valid_until"),
    "opened_at": ("opened_at",),
    "ended_at": ("ended_at", "ended_by", "because"),
}
"""What is written once, when it happens; the first of each tells that it has."""
SEALED = ("wanted", "told", "answer")
"""What may be sealed anew, which its record shows. The recipient's own copy is not: it lies under no key of a case."""
STEPS = (
    ("draft", "assessed"),
    ("assessed", "approved"),
    ("assessed", "refused"),
    ("approved", "performed"),
    ("approved", "refused"),
    ("performed", "closed"),
    ("performed", "corrected"),
    ("closed", "corrected"),
)
"""The only steps there are (C.0); nothing leads back."""
KNOWN = "'list', 'status', 'decide', {new}'read', 'write', 'block', 'emergency'"
"""The ways into a case."""


def upgrade() -> None:
    """Make the table and its walls, and let a case be reached by who decides and who receives a disclosure."""
    op.create_table(
        "disclosures",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.String(25), nullable=True),
        sa.Column("agency", sa.String(20), nullable=True),
        sa.Column("account_id", sa.String(22), nullable=True),
        sa.Column("ground", sa.String(30), nullable=True),
        sa.Column("level", sa.String(5), nullable=True),
        sa.Column("takes_two", sa.Boolean(), nullable=False),
        sa.Column("decider_id", sa.String(22), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("oral_on", sa.Date(), nullable=True),
        sa.Column("corrects_id", sa.String(22), nullable=True),
        sa.Column("told", sa.LargeBinary(), nullable=True),
        sa.Column("content_hash", sa.String(64), nullable=True),
        sa.Column("made_by", sa.String(22), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assessed_by", sa.String(22), nullable=True),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(22), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("performed_by", sa.String(22), nullable=True),
        sa.Column("performed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received", sa.LargeBinary(), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(22), nullable=True),
        sa.Column("because", sa.String(10), nullable=True),
        *(sa.CheckConstraint(said, name=op.f(f"ck_disclosures_{name}")) for name, said in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_disclosures_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "corrects_id"],
            ["disclosures.municipality", "disclosures.id"],
            name=op.f("fk_disclosures_municipality_corrects_id"),
        ),
        *(
            sa.ForeignKeyConstraint([column], ["accounts.id"], name=op.f(f"fk_disclosures_{column}"))
            for column in ACCOUNTS
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_disclosures_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_disclosures")),
    )
    op.create_index("ix_disclosures_case", "disclosures", ["municipality", "case_id", "made_at"], unique=False)
    op.create_index(
        "ix_disclosures_recipient", "disclosures", ["municipality", "account_id", "performed_at"], unique=False
    )
    op.create_index("ix_disclosures_decider", "disclosures", ["municipality", "decider_id", "state"], unique=False)
    _ways("'judge', 'received', ")
    if op.get_bind().dialect.name == "postgresql":
        _walls_on_postgresql(context.config.attributes.get("app_role", ""))
    else:
        _walls_on_sqlite()


def downgrade() -> None:
    """Forget the disclosures, and whoever reached a case by one; that they were made stays in the record."""
    op.drop_table("disclosures")
    forget = "DELETE FROM {} WHERE {} IN ('judge', 'received')"
    resting = "DELETE FROM consent_uses WHERE kind = 'disclosure'"
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION disclosures_go_forward()")
        for table, statement in (
            ("case_access", forget.format("case_access", "permission")),
            ("consent_uses", resting),
        ):
            op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            op.execute(statement)
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    else:
        for table, statement in (
            ("case_access", forget.format("case_access", "permission")),
            ("consent_uses", resting),
        ):
            _drop_inside(table)
            op.execute(statement)
            _inside(table)
    _ways("")


ACCOUNTS = ("account_id", "decider_id", "made_by", "assessed_by", "approved_by", "performed_by", "ended_by")
CHECKS = {
    "known_state": "state IN ('draft', 'assessed', 'approved', 'performed', 'closed', 'refused', 'corrected')",
    "a_recipient_has_an_agency": "account_id IS NULL OR agency IS NOT NULL",
    "assessed_whole": "state = 'draft' OR (assessed_at IS NOT NULL AND assessed_by IS NOT NULL AND told IS NOT NULL "
    "AND content_hash IS NOT NULL AND ground IS NOT NULL AND level IS NOT NULL AND place IS NOT NULL)",
    "approved_first": "(approved_at IS NULL) = (approved_by IS NULL) "
    "AND (state NOT IN ('draft', 'assessed') OR approved_at IS NULL) "
    "AND (state NOT IN ('approved', 'performed', 'closed', 'corrected') OR approved_at IS NOT NULL)",
    "two_people": "NOT takes_two OR approved_by IS NULL OR approved_by <> assessed_by",
    "performed_whole": "(state IN ('performed', 'closed', 'corrected')) = (performed_at IS NOT NULL) "
    "AND (performed_at IS NULL) = (performed_by IS NULL)",
    "received_when_performed": "(received IS NULL) = (valid_until IS NULL) AND (received IS NULL OR "
    "(performed_at IS NOT NULL AND account_id IS NOT NULL AND oral_on IS NULL))",
    "ended_whole": "(state IN ('closed', 'refused', 'corrected')) = (ended_at IS NOT NULL) "
    "AND (ended_at IS NULL) = (because IS NULL)",
    "known_end": "because IS NULL OR because IN ('consent', 'corrected', 'decider', 'revoked', 'withdrawn')",
}


def _ways(new: str) -> None:
    """Which ways into a case there are. SQLite makes the table anew, and its walls with it."""
    name, said = op.f("ck_case_access_known_permission"), f"permission IN ({KNOWN.format(new=new)})"
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(name, "case_access", type_="check")
        op.create_check_constraint(name, "case_access", said)
        return
    _drop_inside("case_access")
    with op.batch_alter_table("case_access") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, said)
    _inside("case_access")


def _walls_on_postgresql(app_role: str) -> None:
    role = '"' + app_role.replace('"', '""') + '"'
    op.execute("ALTER TABLE disclosures ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE disclosures FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY one_municipality ON disclosures USING ({INSIDE}) WITH CHECK ({INSIDE})")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON disclosures TO {role}")
    written = [
        *SAID,
        *(column for columns in ONCE.values() for column in columns),
        *SEALED,
        "state",
        "version",
        "because",
    ]
    op.execute(f"GRANT UPDATE ({', '.join(written)}) ON disclosures TO {role}")
    op.execute(
        "CREATE FUNCTION disclosures_go_forward() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'a disclosure only goes forward'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER disclosures_forward BEFORE UPDATE ON disclosures FOR EACH ROW WHEN ({_backwards()} OR "
        f"(OLD.state <> 'draft' AND {_changed(SAID)}) OR "
        f"{' OR '.join(f'(OLD.{first} IS NOT NULL AND {_changed(columns)})' for first, columns in ONCE.items())}) "
        "EXECUTE FUNCTION disclosures_go_forward()"
    )


def _walls_on_sqlite() -> None:
    _inside("disclosures")
    op.execute(
        f"CREATE TRIGGER disclosures_update_bound BEFORE UPDATE ON disclosures WHEN {_differs(FIXED)} "
        f"OR (OLD.state <> 'draft' AND ({_differs(SAID)})) "
        "BEGIN SELECT RAISE(ABORT, 'what was assessed is never changed'); END"
    )
    once = " OR ".join(f"(OLD.{first} IS NOT NULL AND ({_differs(columns)}))" for first, columns in ONCE.items())
    op.execute(
        f"CREATE TRIGGER disclosures_update_forward BEFORE UPDATE ON disclosures WHEN {_backwards()} OR {once} "
        "BEGIN SELECT RAISE(ABORT, 'a disclosure only goes forward'); END"
    )


def _backwards() -> str:
    steps = " OR ".join(f"(OLD.state = '{before}' AND NEW.state = '{after}')" for before, after in STEPS)
    return f"NOT (OLD.state = NEW.state OR {steps})"


def _changed(columns: Sequence[str]) -> str:
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"(ROW({old}) IS DISTINCT FROM ROW({new}))"


def _differs(columns: Sequence[str]) -> str:
    return " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)


def _inside(table: str) -> None:
    for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        condition = " AND ".join(f"{row}.municipality IS current_municipality()" for row in rows)
        op.execute(
            f"CREATE TRIGGER {table}_{deed.lower()}_inside BEFORE {deed} ON {table} WHEN NOT ({condition}) "
            "BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
        )


def _drop_inside(table: str) -> None:
    for deed in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER {table}_{deed}_inside")
