"""Approvals by a second person, and roles kept apart by the database itself across municipalities."""

# ruff: noqa: S608 every part of these statements stands in this file
from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSIDE = "municipality = nullif(current_setting('app.municipality', true), '')"
GROUP = (
    "(CASE {row}.role WHEN 'administrator' THEN 'administrator' WHEN 'log_reviewer' THEN 'log_reviewer' "
    "WHEN 'case_officer' THEN 'social_services' WHEN 'intake' THEN 'social_services' "
    "WHEN 'team_lead' THEN 'social_services' WHEN 'partner' THEN 'partner' "
    "WHEN 'police_liaison' THEN 'police' END)"
)
"""Which group a role belongs to; an archivist belongs to none."""
ROLES = (
    "'administrator', 'archivist', 'case_officer', 'intake', 'log_reviewer', 'partner', 'police_liaison', 'team_lead'"
)
APART = (
    "SELECT 1 FROM role_holdings h WHERE h.account_id = NEW.account_id AND h.role_group <> " + GROUP.format(row="NEW")
) + (
    " AND h.valid_from < NEW.valid_until AND NEW.valid_from < h.valid_until AND NEW.valid_from < NEW.valid_until"
    " AND h.membership_id <> NEW.id"
)
"""A post of another group that the account holds at some moment of the new one, in whichever municipality."""
ABROAD = (
    "SELECT 1 FROM accounts a JOIN organisations o ON o.id = a.organisation_id WHERE a.id = NEW.account_id "
    "AND o.municipality_code IS NULL AND NEW.role <> CASE o.agency WHEN 'police' THEN 'police_liaison' "
    "WHEN 'school' THEN 'partner' WHEN 'recreation' THEN 'partner' ELSE '' END"
)
"""An account of an outside agency with a role that is not that agency's; one whose agency nobody named has none."""
NARROWER = (
    "NEW.role = OLD.role AND NEW.account_id = OLD.account_id "
    "AND NEW.valid_from >= OLD.valid_from AND NEW.valid_until <= OLD.valid_until"
)
"""A post that is only ended: always allowed, also one that should never have been given."""
BOUND = (
    "municipality id kind object_kind object_id case_id concerns_id parameters versions digest requester_id "
    "requested_at expires_at"
).split()
"""What was asked: never changed afterwards."""


def upgrade() -> None:
    """Make the tables, fill what is derived, then put up the walls and the triggers."""
    op.execute(
        "ALTER TABLE organisations ADD COLUMN agency VARCHAR(20) CONSTRAINT ck_organisations_agency_of_an_outside_one "
        "CHECK (agency IS NULL OR (municipality_code IS NULL AND agency IN ('police', 'school', 'recreation')))"
    )
    _tables()
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:  # the owner sees every municipality's rows while this transaction lasts
        op.execute("ALTER TABLE memberships NO FORCE ROW LEVEL SECURITY")
    _fill()
    if postgresql:
        op.execute("ALTER TABLE memberships FORCE ROW LEVEL SECURITY")
        _walls_on_postgresql(context.config.attributes.get("app_role", ""))
    else:
        _walls_on_sqlite()


def downgrade() -> None:
    """Take the triggers, the tables and the column away; the memberships stay as they are."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER memberships_apart ON memberships")
        op.execute("DROP FUNCTION keep_roles_apart()")
    else:
        for name in ("insert_apart", "update_apart", "insert_held", "update_held", "delete_held"):
            op.execute(f"DROP TRIGGER memberships_{name}")
    op.drop_table("approvals")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION approvals_are_final()")
    op.drop_table("role_holdings")
    op.execute("ALTER TABLE organisations DROP COLUMN agency")


def _tables() -> None:
    op.create_table(
        "role_holdings",
        sa.Column("membership_id", sa.String(22), nullable=False),
        sa.Column("account_id", sa.String(22), nullable=False),
        sa.Column("role_group", sa.String(20), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role_group IN ('administrator', 'log_reviewer', 'social_services', 'partner', 'police')",
            name=op.f("ck_role_holdings_known_group"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_role_holdings_account_id")),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_role_holdings")),
    )
    op.create_index("ix_role_holdings_account", "role_holdings", ["account_id", "valid_until"], unique=False)
    op.create_table(
        "approvals",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("object_kind", sa.String(20), nullable=False),
        sa.Column("object_id", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=True),
        sa.Column("concerns_id", sa.String(22), nullable=True),
        sa.Column("parameters", sa.String(2000), nullable=False),
        sa.Column("versions", sa.String(2000), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("requester_id", sa.String(22), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_by", sa.String(22), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'used', 'refused', 'expired', 'void', 'withdrawn')",
            name=op.f("ck_approvals_known_state"),
        ),
        sa.CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name=op.f("ck_approvals_ended_unless_waiting")),
        sa.CheckConstraint(
            "(state IN ('used', 'refused')) = (decided_by IS NOT NULL)", name=op.f("ck_approvals_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> requester_id", name=op.f("ck_approvals_decided_by_another")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR concerns_id IS NULL OR decided_by <> concerns_id",
            name=op.f("ck_approvals_not_by_whom_it_concerns"),
        ),
        sa.CheckConstraint("requested_at < expires_at", name=op.f("ck_approvals_expires_after_it_was_asked")),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_approvals_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(["concerns_id"], ["accounts.id"], name=op.f("fk_approvals_concerns_id")),
        sa.ForeignKeyConstraint(["requester_id"], ["accounts.id"], name=op.f("fk_approvals_requester_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name=op.f("fk_approvals_decided_by")),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_approvals_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_approvals")),
    )
    op.create_index("ix_approvals_object", "approvals", ["municipality", "object_id", "state"], unique=False)
    op.create_index("ix_approvals_state", "approvals", ["municipality", "state", "expires_at"], unique=False)
    op.create_index("ix_approvals_requester", "approvals", ["municipality", "requester_id", "state"], unique=False)


def _fill() -> None:
    of = "SELECT 1 FROM accounts a JOIN memberships m ON m.account_id = a.id WHERE a.organisation_id = organisations.id"
    unit = "JOIN units u ON u.municipality = m.municipality AND u.id = m.unit_id"
    op.execute(
        f"UPDATE organisations SET agency = 'police' WHERE municipality_code IS NULL AND EXISTS ({of} "
        "AND m.role = 'police_liaison')"
    )
    walled = op.get_bind().dialect.name == "postgresql"
    if walled:
        op.execute("ALTER TABLE units NO FORCE ROW LEVEL SECURITY")
    for agency in ("school", "recreation"):
        joined = of.replace(" WHERE ", f" {unit} WHERE ")
        op.execute(
            f"UPDATE organisations SET agency = '{agency}' WHERE municipality_code IS NULL AND agency IS NULL "
            f"AND EXISTS ({joined} AND m.role = 'partner' AND u.agency = '{agency}')"
        )
    if walled:
        op.execute("ALTER TABLE units FORCE ROW LEVEL SECURITY")
    group = GROUP.format(row="m")
    op.execute(
        "INSERT INTO role_holdings (membership_id, account_id, role_group, valid_from, valid_until) "
        f"SELECT m.id, m.account_id, {group}, m.valid_from, m.valid_until FROM memberships m "
        f"WHERE {group} IS NOT NULL AND m.valid_from < m.valid_until"
    )
    mixed = op.get_bind().execute(
        sa.text(
            "SELECT DISTINCT a.username FROM role_holdings h JOIN role_holdings o ON o.account_id = h.account_id "
            "AND o.role_group <> h.role_group AND o.valid_from < h.valid_until AND h.valid_from < o.valid_until "
            "JOIN accounts a ON a.id = h.account_id WHERE h.valid_until > CURRENT_TIMESTAMP "
            "AND o.valid_until > CURRENT_TIMESTAMP ORDER BY a.username"
        )
    )
    names = ", ".join(row.username for row in mixed)
    if names:
        raise RuntimeError(f"accounts with roles that one person may not hold, end one of their posts first: {names}")


def _walls_on_postgresql(app_role: str) -> None:
    role = '"' + app_role.replace('"', '""') + '"'
    op.execute("ALTER TABLE approvals ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE approvals FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY one_municipality ON approvals USING ({INSIDE}) WITH CHECK ({INSIDE})")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON approvals TO {role}")
    op.execute(f"GRANT UPDATE (state, decided_by, ended_at, reason, answer) ON approvals TO {role}")
    op.execute(f"GRANT SELECT ON role_holdings TO {role}")
    op.execute(
        "CREATE FUNCTION approvals_are_final() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (NEW.state, NEW.decided_by, NEW.ended_at) IS DISTINCT FROM (OLD.state, OLD.decided_by, OLD.ended_at) "
        "THEN RAISE EXCEPTION 'an approval is decided once'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER approvals_final BEFORE UPDATE ON approvals FOR EACH ROW "
        "WHEN (OLD.state <> 'waiting') EXECUTE FUNCTION approvals_are_final()"
    )
    # It runs as the tables' owner: the app role may read what is derived here, and write it by no other way. The lock
    # on the account lets two municipalities that grant at the same moment see one another.
    op.execute(
        "CREATE FUNCTION keep_roles_apart() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
        "SET search_path = public, pg_temp AS $$ DECLARE narrower boolean := false; BEGIN "
        "IF TG_OP <> 'INSERT' THEN DELETE FROM role_holdings WHERE membership_id = OLD.id; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; "
        f"IF TG_OP = 'UPDATE' THEN narrower := {NARROWER}; END IF; "
        "IF NOT narrower THEN "
        f"IF NEW.role NOT IN ({ROLES}) THEN RAISE EXCEPTION 'an unknown role'; END IF; "
        "PERFORM 1 FROM accounts WHERE id = NEW.account_id FOR NO KEY UPDATE; "
        f"IF EXISTS ({APART}) THEN RAISE EXCEPTION 'roles that are kept apart'; END IF; "
        f"IF EXISTS ({ABROAD}) THEN RAISE EXCEPTION 'a role of another agency'; END IF; END IF; "
        f"IF {GROUP.format(row='NEW')} IS NOT NULL AND NEW.valid_from < NEW.valid_until THEN "
        "INSERT INTO role_holdings (membership_id, account_id, role_group, valid_from, valid_until) "
        f"VALUES (NEW.id, NEW.account_id, {GROUP.format(row='NEW')}, NEW.valid_from, NEW.valid_until); END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER memberships_apart BEFORE INSERT OR UPDATE OR DELETE ON memberships FOR EACH ROW "
        "EXECUTE FUNCTION keep_roles_apart()"
    )


def _walls_on_sqlite() -> None:
    inside = "IS current_municipality()"
    for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        condition = " AND ".join(f"{row}.municipality {inside}" for row in rows)
        op.execute(
            f"CREATE TRIGGER approvals_{deed.lower()}_inside BEFORE {deed} ON approvals WHEN NOT ({condition}) "
            "BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
        )
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in BOUND)
    op.execute(
        f"CREATE TRIGGER approvals_update_bound BEFORE UPDATE ON approvals WHEN {changed} "
        "BEGIN SELECT RAISE(ABORT, 'what was asked is never changed'); END"
    )
    decided = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in ("state", "decided_by", "ended_at"))
    op.execute(
        f"CREATE TRIGGER approvals_update_final BEFORE UPDATE ON approvals WHEN OLD.state <> 'waiting' AND ({decided}) "
        "BEGIN SELECT RAISE(ABORT, 'an approval is decided once'); END"
    )
    _roles_apart_on_sqlite()
    _holdings_as_derived_on_sqlite()


def _roles_apart_on_sqlite() -> None:
    for deed, when in (("INSERT", ""), ("UPDATE", f"WHEN NOT ({NARROWER}) ")):
        op.execute(
            f"CREATE TRIGGER memberships_{deed.lower()}_apart BEFORE {deed} ON memberships {when}BEGIN "
            f"SELECT RAISE(ABORT, 'an unknown role') WHERE NEW.role NOT IN ({ROLES}); "
            f"SELECT RAISE(ABORT, 'roles that are kept apart') WHERE EXISTS ({APART}); "
            f"SELECT RAISE(ABORT, 'a role of another agency') WHERE EXISTS ({ABROAD}); END"
        )
    group = GROUP.format(row="NEW")
    hold = (
        "INSERT INTO role_holdings (membership_id, account_id, role_group, valid_from, valid_until) "
        f"SELECT NEW.id, NEW.account_id, {group}, NEW.valid_from, NEW.valid_until "
        f"WHERE {group} IS NOT NULL AND NEW.valid_from < NEW.valid_until; "
    )
    release = "DELETE FROM role_holdings WHERE membership_id = OLD.id; "
    held = ("id", "account_id", "valid_from", "valid_until")
    differs = " OR ".join(
        [f"{group} IS NOT {GROUP.format(row='OLD')}", *(f"NEW.{column} IS NOT OLD.{column}" for column in held)]
    )
    op.execute(f"CREATE TRIGGER memberships_insert_held AFTER INSERT ON memberships BEGIN {hold}END")
    op.execute(
        f"CREATE TRIGGER memberships_update_held AFTER UPDATE ON memberships WHEN {differs} BEGIN {release}{hold}END"
    )
    op.execute(f"CREATE TRIGGER memberships_delete_held AFTER DELETE ON memberships BEGIN {release}END")


def _holdings_as_derived_on_sqlite() -> None:
    """Nobody writes what is derived but the triggers, which write what a membership says."""
    said = (
        "SELECT 1 FROM memberships m WHERE m.id = {row}.membership_id AND m.account_id = {row}.account_id "
        "AND m.valid_from = {row}.valid_from AND m.valid_until = {row}.valid_until AND {row}.role_group = "
    ) + GROUP.format(row="m")
    op.execute(
        "CREATE TRIGGER role_holdings_insert_derived BEFORE INSERT ON role_holdings "
        f"WHEN NOT EXISTS ({said.format(row='NEW')}) BEGIN SELECT RAISE(ABORT, 'no such post'); END"
    )
    op.execute(
        "CREATE TRIGGER role_holdings_delete_derived BEFORE DELETE ON role_holdings "
        f"WHEN EXISTS ({said.format(row='OLD')}) BEGIN SELECT RAISE(ABORT, 'the post is there'); END"
    )
    op.execute(
        "CREATE TRIGGER role_holdings_update_never BEFORE UPDATE ON role_holdings "
        "BEGIN SELECT RAISE(ABORT, 'the post says what is held'); END"
    )
