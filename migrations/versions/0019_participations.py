"""Participants of a case, and their way into it; what was chosen is never changed, and an end is written once."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import context, op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSIDE = "municipality = nullif(current_setting('app.municipality', true), '')"
"""An unset municipality is an empty string after a transaction, so it must count as none."""
WAYS_BEFORE = "'list', 'status', 'decide', 'judge', 'received', 'read', 'write', 'block', 'emergency'"
WAYS = f"{WAYS_BEFORE}, 'part'"
BOUND = "municipality id case_id account_id agency reference valid_from valid_until made_by".split()
"""What was decided: never changed afterwards. The kinds are only ever sealed anew, which their record shows."""
ENDED = ("ended_at", "ended_by")


def upgrade() -> None:
    """Make the table and its walls, and know of one more way into a case."""
    op.create_table(
        "participations",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("account_id", sa.String(22), nullable=False),
        sa.Column("agency", sa.String(20), nullable=False),
        sa.Column("reference", sa.String(12), nullable=False),
        sa.Column("kinds", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(22), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(22), nullable=True),
        sa.CheckConstraint("agency IN ('police', 'recreation', 'school')", name=op.f("ck_participations_known_agency")),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_participations_ends_after_it_begins")),
        sa.CheckConstraint("ended_by IS NULL OR ended_at IS NOT NULL", name=op.f("ck_participations_ended_whole")),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_participations_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_participations_account_id")),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_participations_made_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["accounts.id"], name=op.f("fk_participations_ended_by")),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_participations_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_participations")),
        sa.UniqueConstraint("municipality", "reference", name=op.f("uq_participations_municipality_reference")),
    )
    op.create_index("ix_participations_case", "participations", ["municipality", "case_id"], unique=False)
    op.create_index(
        "ix_participations_account", "participations", ["municipality", "account_id", "valid_until"], unique=False
    )
    _allow(WAYS)
    if op.get_bind().dialect.name == "postgresql":
        _walls_on_postgresql(context.config.attributes.get("app_role", ""))
    else:
        _walls_on_sqlite()


def downgrade() -> None:
    """Forget the participants, and with them their ways in; what rested on consents for them rests on nothing."""
    op.drop_table("participations")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION participations_end_once()")
    _without_wall("case_access", "DELETE FROM case_access WHERE permission = 'part'")
    _without_wall("consent_uses", "DELETE FROM consent_uses WHERE kind = 'participation'")
    _allow(WAYS_BEFORE)


def _allow(ways: str) -> None:
    """Say anew which ways into a case there are. SQLite makes the table anew, and its walls with it."""
    name = op.f("ck_case_access_known_permission")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(name, "case_access", type_="check")
        op.create_check_constraint(name, "case_access", f"permission IN ({ways})")
        return
    _drop_inside("case_access")
    with op.batch_alter_table("case_access") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, f"permission IN ({ways})")
    _inside("case_access")


def _walls_on_postgresql(app_role: str) -> None:
    role = '"' + app_role.replace('"', '""') + '"'
    op.execute("ALTER TABLE participations ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE participations FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY one_municipality ON participations USING ({INSIDE}) WITH CHECK ({INSIDE})")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON participations TO {role}")
    op.execute(f"GRANT UPDATE ({', '.join((*ENDED, 'kinds'))}) ON participations TO {role}")
    op.execute(
        "CREATE FUNCTION participations_end_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'a participation ends once'; END $$"
    )
    op.execute(
        "CREATE TRIGGER participations_once BEFORE UPDATE ON participations FOR EACH ROW WHEN "
        "(OLD.ended_at IS NOT NULL AND "
        "(OLD.ended_at, OLD.ended_by) IS DISTINCT FROM (NEW.ended_at, NEW.ended_by)) "
        "EXECUTE FUNCTION participations_end_once()"
    )


def _walls_on_sqlite() -> None:
    _inside("participations")
    op.execute(
        f"CREATE TRIGGER participations_update_bound BEFORE UPDATE ON participations WHEN {_differs(BOUND)} "
        "BEGIN SELECT RAISE(ABORT, 'who takes part is never changed'); END"
    )
    op.execute(
        "CREATE TRIGGER participations_update_once BEFORE UPDATE ON participations "
        f"WHEN OLD.ended_at IS NOT NULL AND ({_differs(ENDED)}) "
        "BEGIN SELECT RAISE(ABORT, 'a participation ends once'); END"
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


def _drop_inside(table: str) -> None:
    for deed in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER {table}_{deed}_inside")


def _without_wall(table: str, statement: str) -> None:
    """Do to every municipality's rows what no session may."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(statement)
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        return
    _drop_inside(table)
    op.execute(statement)
    _inside(table)
