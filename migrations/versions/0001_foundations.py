"""The foundations: every table, and the walls around each municipality's rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TENANT = (
    "activations",
    "answers",
    "audit_cases",
    "audit_events",
    "audit_heads",
    "case_access",
    "case_counters",
    "case_keys",
    "case_links",
    "case_members",
    "case_persons",
    "cases",
    "conflict_blocks",
    "deciders",
    "entries",
    "imports",
    "memberships",
    "municipality_keys",
    "person_keys",
    "persons",
    "settings",
    "state_changes",
    "status_permissions",
    "tasks",
    "track_states",
    "units",
    "unsealings",
)
"""Tables whose rows belong to one municipality."""
APPEND_ONLY = ("audit_cases", "audit_events", "installation_events")
"""Tables to which rows are added and in which none is ever changed."""
INSIDE = "municipality = nullif(current_setting('app.municipality', true), '')"
"""An unset municipality is an empty string after a transaction, so it must count as none."""


def upgrade() -> None:
    """Make the tables, then the walls."""
    _tables()
    if op.get_bind().dialect.name == "postgresql":
        _walls_on_postgresql(context.config.attributes.get("app_role", ""))
    else:
        _walls_on_sqlite()


def _walls_on_postgresql(app_role: str) -> None:
    for table in TENANT:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY one_municipality ON {table} USING ({INSIDE}) WITH CHECK ({INSIDE})")
    role = '"' + app_role.replace('"', '""') + '"'
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
    for table in APPEND_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {role}")
    op.execute(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}")


def _walls_on_sqlite() -> None:
    inside = "IS current_municipality()"
    for table in TENANT:
        for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            condition = " AND ".join(f"{row}.municipality {inside}" for row in rows)
            op.execute(
                f"CREATE TRIGGER {table}_{deed.lower()}_inside BEFORE {deed} ON {table} WHEN NOT ({condition}) "
                "BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
            )
    for table in APPEND_ONLY:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_{deed.lower()}_never BEFORE {deed} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the record is never changed'); END"
            )


def downgrade() -> None:
    """Drop everything; the walls fall with their tables."""
    op.drop_table("status_permissions")
    op.drop_table("answers")
    op.drop_table("unsealings")
    op.drop_table("track_states")
    op.drop_table("tasks")
    op.drop_table("state_changes")
    op.drop_table("sessions")
    op.drop_table("memberships")
    op.drop_table("held_forms")
    op.drop_table("entries")
    op.drop_table("enrolments")
    op.drop_table("deciders")
    op.drop_table("credentials")
    op.drop_table("conflict_blocks")
    op.drop_table("case_persons")
    op.drop_table("case_members")
    op.drop_table("case_links")
    op.drop_table("case_keys")
    op.drop_table("case_access")
    op.drop_table("person_keys")
    op.drop_table("cases")
    op.drop_table("audit_cases")
    op.drop_table("accounts")
    op.drop_table("units")
    op.drop_table("settings")
    op.drop_table("persons")
    op.drop_table("organisations")
    op.drop_table("municipality_keys")
    op.drop_table("imports")
    op.drop_table("case_counters")
    op.drop_table("audit_heads")
    op.drop_table("audit_events")
    op.drop_table("activations")
    op.drop_table("throttles")
    op.drop_table("municipalities")
    op.drop_table("installation_keys")
    op.drop_table("installation_heads")
    op.drop_table("installation_events")


def _tables() -> None:
    op.create_table(
        "installation_events",
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(22), nullable=False),
        sa.Column("actor_role", sa.String(20), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("object_kind", sa.String(20), nullable=False),
        sa.Column("object_id", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=True),
        sa.Column("detail", sa.String(4000), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("cases", sa.LargeBinary(), nullable=True),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("lane", "seq", name=op.f("pk_installation_events")),
    )
    op.create_table(
        "installation_heads",
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_installation_heads")),
    )
    op.create_table(
        "installation_keys",
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "version", name=op.f("pk_installation_keys")),
    )
    op.create_table(
        "municipalities",
        sa.Column("code", sa.String(4), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_municipalities")),
        sa.UniqueConstraint("name", name=op.f("uq_municipalities_name")),
    )
    op.create_table(
        "throttles",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wait_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_throttles")),
    )
    op.create_table(
        "activations",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("area", sa.String(40), nullable=False),
        sa.Column("api", sa.Integer(), nullable=False),
        sa.Column("enabled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enabled_by", sa.String(22), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_by", sa.String(22), nullable=True),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_activations_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_activations")),
    )
    op.create_table(
        "audit_events",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(22), nullable=False),
        sa.Column("actor_role", sa.String(20), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("object_kind", sa.String(20), nullable=False),
        sa.Column("object_id", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=True),
        sa.Column("detail", sa.String(4000), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("cases", sa.LargeBinary(), nullable=True),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_audit_events_municipality")),
        sa.PrimaryKeyConstraint("municipality", "lane", "seq", name=op.f("pk_audit_events")),
    )
    op.create_index("ix_audit_events_actor", "audit_events", ["municipality", "actor_id", "at"], unique=False)
    op.create_index("ix_audit_events_case", "audit_events", ["municipality", "case_id", "at"], unique=False)
    op.create_table(
        "audit_heads",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_audit_heads_municipality")),
        sa.PrimaryKeyConstraint("municipality", "lane", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "case_counters",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_case_counters_municipality")),
        sa.PrimaryKeyConstraint("municipality", "year", name=op.f("pk_case_counters")),
    )
    op.create_table(
        "imports",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("area", sa.String(40), nullable=False),
        sa.Column("made_by", sa.String(22), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_imports_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_imports")),
    )
    op.create_table(
        "municipality_keys",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("main_version", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('enabled', 'disabled')", name=op.f("ck_municipality_keys_known_status")),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipalities.code"], name=op.f("fk_municipality_keys_municipality")
        ),
        sa.PrimaryKeyConstraint("municipality", "purpose", "version", name=op.f("pk_municipality_keys")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("municipality_code", sa.String(4), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_organisations_municipality_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("name", name=op.f("uq_organisations_name")),
    )
    op.create_table(
        "persons",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("birth_date", sa.LargeBinary(), nullable=True),
        sa.Column("protection", sa.Integer(), nullable=False),
        sa.Column("blind", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("protection < 2 OR blind IS NULL", name=op.f("ck_persons_protected_are_not_indexed")),
        sa.CheckConstraint("protection BETWEEN 0 AND 3", name=op.f("ck_persons_known_protection")),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_persons_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_persons")),
    )
    op.create_index("ix_persons_blind", "persons", ["municipality", "blind"], unique=False)
    op.create_index("ix_persons_protection", "persons", ["municipality", "protection"], unique=False)
    op.create_table(
        "settings",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_settings_municipality")),
        sa.PrimaryKeyConstraint("municipality", "name", name=op.f("pk_settings")),
    )
    op.create_table(
        "units",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("agency", sa.String(20), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("contact", sa.String(200), nullable=False),
        sa.CheckConstraint(
            "agency IN ('social_services', 'school', 'recreation', 'police')", name=op.f("ck_units_known_agency")
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_units_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_units")),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("username", sa.String(80), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("organisation_id", sa.String(22), nullable=False),
        sa.Column("doors", sa.String(2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shortcuts", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_accounts_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("username", name=op.f("uq_accounts_username")),
    )
    op.create_table(
        "audit_cases",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality", "lane", "seq"],
            ["audit_events.municipality", "audit_events.lane", "audit_events.seq"],
            name=op.f("fk_audit_cases_municipality_lane_seq"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_audit_cases_municipality")),
        sa.PrimaryKeyConstraint("municipality", "lane", "seq", "case_id", name=op.f("pk_audit_cases")),
    )
    op.create_index("ix_audit_cases_case", "audit_cases", ["municipality", "case_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("number", sa.String(12), nullable=False),
        sa.Column("area", sa.String(40), nullable=False),
        sa.Column("case_type", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("resumes_to", sa.String(40), nullable=True),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(22), nullable=False),
        sa.Column("officer_id", sa.String(22), nullable=True),
        sa.Column("subject_id", sa.String(22), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.String(22), nullable=True),
        sa.Column("imported_version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality", "import_id"],
            ["imports.municipality", "imports.id"],
            name=op.f("fk_cases_municipality_import_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "subject_id"],
            ["persons.municipality", "persons.id"],
            name=op.f("fk_cases_municipality_subject_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "unit_id"], ["units.municipality", "units.id"], name=op.f("fk_cases_municipality_unit_id")
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_cases_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_cases")),
        sa.UniqueConstraint("municipality", "number", name=op.f("uq_cases_municipality_number")),
    )
    op.create_index("ix_cases_import", "cases", ["municipality", "import_id"], unique=False)
    op.create_index("ix_cases_subject", "cases", ["municipality", "subject_id"], unique=False)
    op.create_table(
        "person_keys",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("person_id", sa.String(22), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("main_version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("status IN ('enabled', 'disabled')", name=op.f("ck_person_keys_known_status")),
        sa.ForeignKeyConstraint(
            ["municipality", "person_id"],
            ["persons.municipality", "persons.id"],
            name=op.f("fk_person_keys_municipality_person_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_person_keys_municipality")),
        sa.PrimaryKeyConstraint("municipality", "person_id", "version", name=op.f("pk_person_keys")),
    )
    op.create_table(
        "case_access",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("principal", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("permission", sa.String(10), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sort_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("area", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("officer_id", sa.String(22), nullable=True),
        sa.CheckConstraint(
            "permission IN ('list', 'status', 'decide', 'read', 'write', 'block')",
            name=op.f("ck_case_access_known_permission"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_case_access_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_case_access_municipality")),
        sa.PrimaryKeyConstraint(
            "municipality", "principal", "case_id", "permission", "valid_from", name=op.f("pk_case_access")
        ),
    )
    op.create_index("ix_case_access_case", "case_access", ["municipality", "case_id", "principal"], unique=False)
    op.create_index(
        "ix_case_access_list",
        "case_access",
        ["municipality", "principal", "is_open", "sort_at", "case_id"],
        unique=False,
    )
    op.create_table(
        "case_keys",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("retention", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("main_version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("status IN ('enabled', 'disabled')", name=op.f("ck_case_keys_known_status")),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_case_keys_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_case_keys_municipality")),
        sa.PrimaryKeyConstraint("municipality", "case_id", "retention", "version", name=op.f("pk_case_keys")),
    )
    op.create_table(
        "case_links",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("other_id", sa.String(22), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(22), nullable=False),
        sa.CheckConstraint("case_id <> other_id", name=op.f("ck_case_links_links_two_cases")),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_case_links_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "other_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_case_links_municipality_other_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_case_links_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_case_links")),
        sa.UniqueConstraint(
            "municipality", "case_id", "other_id", name=op.f("uq_case_links_municipality_case_id_other_id")
        ),
    )
    op.create_table(
        "case_members",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("account_id", sa.String(22), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("may_unseal", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named_by", sa.String(22), nullable=False),
        sa.CheckConstraint("role IN ('officer', 'co_officer', 'reader')", name=op.f("ck_case_members_known_role")),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_case_members_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_case_members_account_id")),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_case_members_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_case_members_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_case_members")),
    )
    op.create_index("ix_case_members_account", "case_members", ["municipality", "account_id"], unique=False)
    op.create_index("ix_case_members_case", "case_members", ["municipality", "case_id"], unique=False)
    op.create_table(
        "case_persons",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("person_id", sa.String(22), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("may_not_know", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('subject', 'guardian', 'child', 'partner', 'relative', 'counterpart')",
            name=op.f("ck_case_persons_known_role"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_case_persons_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "person_id"],
            ["persons.municipality", "persons.id"],
            name=op.f("fk_case_persons_municipality_person_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_case_persons_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_case_persons")),
        sa.UniqueConstraint(
            "municipality",
            "case_id",
            "person_id",
            "role",
            name=op.f("uq_case_persons_municipality_case_id_person_id_role"),
        ),
    )
    op.create_table(
        "conflict_blocks",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("account_id", sa.String(22), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(22), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_conflict_blocks_account_id")),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_conflict_blocks_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipalities.code"], name=op.f("fk_conflict_blocks_municipality")
        ),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_conflict_blocks")),
    )
    op.create_index("ix_conflict_blocks_case", "conflict_blocks", ["municipality", "case_id"], unique=False)
    op.create_table(
        "credentials",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("account_id", sa.String(22), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("verifier", sa.String(300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('password')", name=op.f("ck_credentials_known_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_credentials_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials")),
    )
    op.create_index(op.f("ix_credentials_account_id"), "credentials", ["account_id"], unique=False)
    op.create_table(
        "deciders",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("account_id", sa.String(22), nullable=False),
        sa.Column("transition", sa.String(60), nullable=False),
        sa.Column("forms", sa.String(2000), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(22), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_deciders_account_id")),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_deciders_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_deciders_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_deciders")),
    )
    op.create_index("ix_deciders_case", "deciders", ["municipality", "case_id"], unique=False)
    op.create_table(
        "enrolments",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_enrolments_account_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_enrolments")),
    )
    op.create_index(op.f("ix_enrolments_account_id"), "enrolments", ["account_id"], unique=False)
    op.create_table(
        "entries",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("form", sa.String(60), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("author_id", sa.String(22), nullable=False),
        sa.Column("event_on", sa.Date(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrects_id", sa.String(22), nullable=True),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(20), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name=op.f("ck_entries_signed_when_signed")),
        sa.CheckConstraint("state IN ('draft', 'signed')", name=op.f("ck_entries_known_state")),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_entries_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "corrects_id"],
            ["entries.municipality", "entries.id"],
            name=op.f("fk_entries_municipality_corrects_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_entries_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_entries")),
    )
    op.create_index("ix_entries_author", "entries", ["municipality", "author_id", "state"], unique=False)
    op.create_index("ix_entries_case", "entries", ["municipality", "case_id", "state", "event_on"], unique=False)
    op.create_index("ix_entries_corrects", "entries", ["municipality", "corrects_id"], unique=False)
    op.create_table(
        "held_forms",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("account_id", sa.String(22), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_held_forms_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_forms")),
    )
    op.create_index(op.f("ix_held_forms_account_id"), "held_forms", ["account_id"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("account_id", sa.String(22), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("level", sa.String(2), nullable=False),
        sa.Column("unit_id", sa.String(22), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.String(22), nullable=False),
        sa.CheckConstraint("level IN ('H', 'FS', 'EC', 'U')", name=op.f("ck_memberships_known_level")),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_memberships_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_memberships_account_id")),
        sa.ForeignKeyConstraint(
            ["municipality", "unit_id"],
            ["units.municipality", "units.id"],
            name=op.f("fk_memberships_municipality_unit_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_memberships_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_memberships")),
    )
    op.create_index("ix_memberships_account", "memberships", ["municipality", "account_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(22), nullable=True),
        sa.Column("data", sa.String(4000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False)
    op.create_table(
        "state_changes",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("track", sa.String(40), nullable=True),
        sa.Column("transition", sa.String(60), nullable=False),
        sa.Column("source", sa.String(40), nullable=True),
        sa.Column("target", sa.String(40), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(22), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_state_changes_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_state_changes_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_state_changes")),
    )
    op.create_index("ix_state_changes_case", "state_changes", ["municipality", "case_id", "at"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("account_id", sa.String(22), nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(22), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(22), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"], ["cases.municipality", "cases.id"], name=op.f("fk_tasks_municipality_case_id")
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_tasks_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_account", "tasks", ["municipality", "account_id", "done_at", "due_on"], unique=False)
    op.create_index("ix_tasks_case", "tasks", ["municipality", "case_id"], unique=False)
    op.create_table(
        "track_states",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("track", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_track_states_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_track_states_municipality")),
        sa.PrimaryKeyConstraint("municipality", "case_id", "track", name=op.f("pk_track_states")),
    )
    op.create_table(
        "unsealings",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("account_id", sa.String(22), nullable=False),
        sa.Column("entry_id", sa.String(22), nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("reason_code", sa.String(20), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_unsealings_account_id")),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_unsealings_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_unsealings_municipality")),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_unsealings")),
    )
    op.create_index(
        "ix_unsealings_live", "unsealings", ["municipality", "account_id", "case_id", "until"], unique=False
    )
    op.create_table(
        "answers",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("entry_id", sa.String(22), nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("sensitivity", sa.Integer(), nullable=False),
        sa.Column("guarded", sa.Boolean(), nullable=False),
        sa.Column("retention", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("plain", sa.String(500), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(plain IS NULL) <> (sealed IS NULL)", name=op.f("ck_answers_plain_or_sealed")),
        sa.CheckConstraint("sensitivity = 0 OR plain IS NULL", name=op.f("ck_answers_sealed_unless_open")),
        sa.CheckConstraint("sensitivity BETWEEN 0 AND 2", name=op.f("ck_answers_known_sensitivity")),
        sa.ForeignKeyConstraint(
            ["municipality", "entry_id"],
            ["entries.municipality", "entries.id"],
            name=op.f("fk_answers_municipality_entry_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_answers_municipality")),
        sa.PrimaryKeyConstraint("municipality", "entry_id", "field", name=op.f("pk_answers")),
    )
    op.create_index("ix_answers_plain", "answers", ["municipality", "field", "plain"], unique=False)
    op.create_table(
        "status_permissions",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("agency", sa.String(20), nullable=False),
        sa.Column("reference", sa.String(12), nullable=False),
        sa.Column("states", sa.String(1000), nullable=False),
        sa.Column("fields", sa.String(1000), nullable=False),
        sa.Column("recognise", sa.String(10), nullable=False),
        sa.Column("agreed_reference", sa.LargeBinary(), nullable=True),
        sa.Column("show_area", sa.Boolean(), nullable=False),
        sa.Column("protection", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(10), nullable=False),
        sa.Column("ground_note", sa.LargeBinary(), nullable=True),
        sa.Column("consent_id", sa.String(22), nullable=True),
        sa.Column("purpose", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("next_followup", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(22), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(22), nullable=True),
        sa.CheckConstraint(
            "(ground = 'consent') = (consent_id IS NOT NULL)", name=op.f("ck_status_permissions_consent_has_an_entry")
        ),
        sa.CheckConstraint("ground IN ('consent', 'other')", name=op.f("ck_status_permissions_known_ground")),
        sa.CheckConstraint(
            "recognise IN ('name', 'reference', 'nothing')", name=op.f("ck_status_permissions_known_recognition")
        ),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_status_permissions_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_status_permissions_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality", "consent_id"],
            ["entries.municipality", "entries.id"],
            name=op.f("fk_status_permissions_municipality_consent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipalities.code"], name=op.f("fk_status_permissions_municipality")
        ),
        sa.PrimaryKeyConstraint("municipality", "id", name=op.f("pk_status_permissions")),
    )
    op.create_index(
        "ix_status_permissions_agency", "status_permissions", ["municipality", "agency", "valid_until"], unique=False
    )
    op.create_index("ix_status_permissions_case", "status_permissions", ["municipality", "case_id"], unique=False)
