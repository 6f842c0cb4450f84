"""The register of consents: what was asked for is never changed, an answer once given only ends."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import context, op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSIDE = "municipality = nullif(current_setting('app.municipality', true), '')"
"""An unset municipality is an empty string after a transaction, so it must count as none."""
BOUND = "municipality id case_id giver_id part agencies valid_from valid_until renews_id made_by made_at".split()
"""What was asked for: never changed afterwards. Kinds and note are only ever sealed anew, which their record shows."""
WRITTEN = ("state", "requested_at", "how", "identity", "received_by", "answered_at", "ended_at", "ended_by")
"""What is written when it happens."""
ANSWER = ("how", "identity", "received_by", "answered_at")
"""What is written once, with the answer."""
STEPS = (
    ("draft", "requested"),
    ("requested", "given"),
    ("requested", "refused"),
    ("given", "withdrawn"),
    ("given", "replaced"),
)
"""The only steps there are (C.0); nothing leads back, and nothing leads out of the last ones."""


def upgrade() -> None:
    """Make the tables and their walls, and let a status permission rest on the register."""
    op.create_table(
        "consents",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("giver_id", sa.String(22), nullable=False),
        sa.Column("part", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("agencies", sa.String(200), nullable=False),
        sa.Column("kinds", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("renews_id", sa.String(22), nullable=True),
        sa.Column("made_by", sa.String(22), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("how", sa.String(12), nullable=True),
        sa.Column("identity", sa.String(12), nullable=True),
        sa.Column("received_by", sa.String(22), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(22), nullable=True),
        sa.CheckConstraint("part IN ('subject', 'guardian')", name=op.f("ck_consents_known_part")),
        sa.CheckConstraint(
            "state IN ('draft', 'requested', 'given', 'refused', 'withdrawn', 'replaced')",
            name=op.f("ck_consents_known_state"),
        ),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_consents_ends_after_it_begins")),
        sa.CheckConstraint(
            "how IS NULL OR how IN ('written', 'oral', 'e_signature')", name=op.f("ck_consents_known_way")
        ),
        sa.CheckConstraint(
            "(state IN ('draft', 'requested')) = (answered_at IS NULL) AND (answered_at IS NULL) = (how IS NULL) "
            "AND (answered_at IS NULL) = (received_by IS NULL) AND (answered_at IS NULL) = (identity IS NULL)",
            name=op.f("ck_consents_answered_whole"),
        ),
        sa.CheckConstraint(
            "(state IN ('withdrawn', 'replaced')) = (ended_at IS NOT NULL)", name=op.f("ck_consents_ended_whole")
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_consents_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "giver_id"],
            ["persons.municipality", "persons.id"],
            name=op.f("fk_consents_municipality_giver_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "renews_id"],
            ["consents.municipality", "consents.id"],
            name=op.f("fk_consents_municipality_renews_id"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_consents_made_by")),
        sa.ForeignKeyConstraint(["received_by"], ["accounts.id"], name=op.f("fk_consents_received_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["accounts.id"], name=op.f("fk_consents_ended_by")),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_consents_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_case", "consents", ["municipality", "case_id", "made_at"], unique=False)
    op.create_table(
        "consent_uses",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("consent_id", sa.String(22), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("object_id", sa.String(22), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_consent_uses_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "consent_id"],
            ["consents.municipality", "consents.id"],
            name=op.f("fk_consent_uses_municipality_consent_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_consent_uses_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_consent_uses")),
        sa.UniqueConstraint(
            "municipality",
            "consent_id",
            "kind",
            "object_id",
            name=op.f("uq_consent_uses_municipality_consent_id_kind_object_id"),
        ),
    )
    op.create_index("ix_consent_uses_case", "consent_uses", ["municipality", "case_id"], unique=False)
    _grounds("'consent', 'other', 'register'")
    if op.get_bind().dialect.name == "postgresql":
        _walls_on_postgresql(context.config.attributes.get("app_role", ""))
    else:
        _walls_on_sqlite()


def downgrade() -> None:
    """Forget the register; what was permitted on its ground is over, and its own rows go with it."""
    op.drop_table("consent_uses")
    op.drop_table("consents")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION consents_go_forward()")
        op.execute("ALTER TABLE status_permissions NO FORCE ROW LEVEL SECURITY")
        op.execute("DELETE FROM status_permissions WHERE ground = 'register'")
        op.execute("ALTER TABLE status_permissions FORCE ROW LEVEL SECURITY")
    else:
        _drop_inside("status_permissions")
        op.execute("DELETE FROM status_permissions WHERE ground = 'register'")
        _inside("status_permissions")
    _grounds("'consent', 'other'")


def _grounds(known: str) -> None:
    """What a status permission may rest on. SQLite makes the table anew, and its walls with it."""
    name = op.f("ck_status_permissions_known_ground")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(name, "status_permissions", type_="check")
        op.create_check_constraint(name, "status_permissions", f"ground IN ({known})")
        return
    _drop_inside("status_permissions")
    with op.batch_alter_table("status_permissions") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, f"ground IN ({known})")
    _inside("status_permissions")


def _walls_on_postgresql(app_role: str) -> None:
    role = '"' + app_role.replace('"', '""') + '"'
    for table in ("consents", "consent_uses"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY one_municipality ON {table} USING ({INSIDE}) WITH CHECK ({INSIDE})")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON consents TO {role}")
    op.execute(f"GRANT UPDATE ({', '.join((*WRITTEN, 'kinds', 'note'))}) ON consents TO {role}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON consent_uses TO {role}")  # UPDATE is what locking takes
    op.execute(
        "CREATE FUNCTION consents_go_forward() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'a consent only goes forward'; END $$"
    )
    op.execute(
        "CREATE TRIGGER consent_uses_never BEFORE UPDATE ON consent_uses FOR EACH ROW "
        "EXECUTE FUNCTION consents_go_forward()"
    )
    old, new = (", ".join(f"{row}.{column}" for column in ANSWER) for row in ("OLD", "NEW"))
    op.execute(
        f"CREATE TRIGGER consents_forward BEFORE UPDATE ON consents FOR EACH ROW WHEN ({_backwards()} OR "
        f"(OLD.answered_at IS NOT NULL AND ({old}) IS DISTINCT FROM ({new})) OR (OLD.ended_at IS NOT NULL AND "
        "(OLD.ended_at, OLD.ended_by) IS DISTINCT FROM (NEW.ended_at, NEW.ended_by))) "
        "EXECUTE FUNCTION consents_go_forward()"
    )


def _walls_on_sqlite() -> None:
    _inside("consents")
    _inside("consent_uses")
    op.execute(
        f"CREATE TRIGGER consents_update_bound BEFORE UPDATE ON consents WHEN {_differs(BOUND)} "
        "BEGIN SELECT RAISE(ABORT, 'what was asked for is never changed'); END"
    )
    op.execute(
        f"CREATE TRIGGER consents_update_forward BEFORE UPDATE ON consents WHEN {_backwards()} OR "
        f"(OLD.answered_at IS NOT NULL AND ({_differs(ANSWER)})) OR "
        f"(OLD.ended_at IS NOT NULL AND ({_differs(('ended_at', 'ended_by'))})) "
        "BEGIN SELECT RAISE(ABORT, 'a consent only goes forward'); END"
    )
    op.execute(
        "CREATE TRIGGER consent_uses_update_never BEFORE UPDATE ON consent_uses "
        "BEGIN SELECT RAISE(ABORT, 'what rests on a consent is never moved'); END"
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


def _drop_inside(table: str) -> None:
    for deed in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER {table}_{deed}_inside")
