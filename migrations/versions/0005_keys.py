"""Keys: which root wrapped a key, and a tombstone for each one destroyed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OF_CASES = (
    "municipality_keys",
    "case_keys",
    "person_keys",
)
"""Tables whose keys may be destroyed."""


def upgrade() -> None:
    """Let rows say which root wrapped them, let destroyed keys leave an emptied row, and find what hangs on a key."""
    op.add_column("installation_keys", sa.Column("root", sa.String(80), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()
    else:
        _upgrade_sqlite()
    op.create_index("ix_case_keys_main", "case_keys", ["municipality", "main_version"], unique=False)
    op.create_index("ix_person_keys_main", "person_keys", ["municipality", "main_version"], unique=False)


def downgrade() -> None:
    """The tables as they were; an emptied row stays, disabled, so that coming up again it is known for destroyed."""
    op.drop_index("ix_person_keys_main", table_name="person_keys")
    op.drop_index("ix_case_keys_main", table_name="case_keys")
    if op.get_bind().dialect.name == "postgresql":
        _downgrade_postgresql()
    else:
        _downgrade_sqlite()
    op.drop_column("installation_keys", "root")


def _upgrade_postgresql() -> None:
    op.add_column("municipality_keys", sa.Column("root", sa.String(80), nullable=True))
    for table in OF_CASES:
        op.drop_constraint(op.f(f"ck_{table}_known_status"), table, type_="check")
        # The owner is bound by the policy too, and belongs to no municipality: it steps aside for this transaction.
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE municipality_keys SET status = 'destroyed' WHERE length(wrapped) = 0")
    op.execute("UPDATE case_keys SET status = 'destroyed' WHERE length(wrapped) = 0")
    op.execute("UPDATE person_keys SET status = 'destroyed' WHERE length(wrapped) = 0")
    for table in OF_CASES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.create_check_constraint(
            op.f(f"ck_{table}_known_status"), table, "status IN ('enabled', 'disabled', 'destroyed')"
        )
        op.create_check_constraint(
            op.f(f"ck_{table}_emptied_when_destroyed"), table, "(status = 'destroyed') = (length(wrapped) = 0)"
        )


def _downgrade_postgresql() -> None:
    for table in OF_CASES:
        op.drop_constraint(op.f(f"ck_{table}_emptied_when_destroyed"), table, type_="check")
        op.drop_constraint(op.f(f"ck_{table}_known_status"), table, type_="check")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE municipality_keys SET status = 'disabled' WHERE status = 'destroyed'")
    op.execute("UPDATE case_keys SET status = 'disabled' WHERE status = 'destroyed'")
    op.execute("UPDATE person_keys SET status = 'disabled' WHERE status = 'destroyed'")
    for table in OF_CASES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.create_check_constraint(op.f(f"ck_{table}_known_status"), table, "status IN ('enabled', 'disabled')")
    op.drop_column("municipality_keys", "root")


def _upgrade_sqlite() -> None:
    # SQLite changes no constraint of a table: each is made anew beside the old one and takes its place.
    _new_municipality_keys(new=True)
    op.execute(
        "INSERT INTO municipality_keys_new (municipality, purpose, version, main_version, status, wrapped, made_at) "
        "SELECT municipality, purpose, version, main_version, "
        "CASE WHEN length(wrapped) = 0 THEN 'destroyed' ELSE status END, wrapped, made_at FROM municipality_keys"
    )
    _new_case_keys(new=True)
    op.execute(
        "INSERT INTO case_keys_new (municipality, case_id, retention, version, main_version, status, wrapped) "
        "SELECT municipality, case_id, retention, version, main_version, "
        "CASE WHEN length(wrapped) = 0 THEN 'destroyed' ELSE status END, wrapped FROM case_keys"
    )
    _new_person_keys(new=True)
    op.execute(
        "INSERT INTO person_keys_new (municipality, person_id, version, main_version, status, wrapped) "
        "SELECT municipality, person_id, version, main_version, "
        "CASE WHEN length(wrapped) = 0 THEN 'destroyed' ELSE status END, wrapped FROM person_keys"
    )
    _take_their_places()


def _downgrade_sqlite() -> None:
    _new_municipality_keys(new=False)
    op.execute(
        "INSERT INTO municipality_keys_new (municipality, purpose, version, main_version, status, wrapped, made_at) "
        "SELECT municipality, purpose, version, main_version, "
        "CASE WHEN status = 'destroyed' THEN 'disabled' ELSE status END, wrapped, made_at FROM municipality_keys"
    )
    _new_case_keys(new=False)
    op.execute(
        "INSERT INTO case_keys_new (municipality, case_id, retention, version, main_version, status, wrapped) "
        "SELECT municipality, case_id, retention, version, main_version, "
        "CASE WHEN status = 'destroyed' THEN 'disabled' ELSE status END, wrapped FROM case_keys"
    )
    _new_person_keys(new=False)
    op.execute(
        "INSERT INTO person_keys_new (municipality, person_id, version, main_version, status, wrapped) "
        "SELECT municipality, person_id, version, main_version, "
        "CASE WHEN status = 'destroyed' THEN 'disabled' ELSE status END, wrapped FROM person_keys"
    )
    _take_their_places()


def _take_their_places() -> None:
    """Put the new tables where the old ones were, with their walls, which fell with the old ones."""
    inside = "IS current_municipality()"
    for table in OF_CASES:
        op.drop_table(table)
        op.rename_table(f"{table}_new", table)
        for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            condition = " AND ".join(f"{row}.municipality {inside}" for row in rows)
            op.execute(
                f"CREATE TRIGGER {table}_{deed.lower()}_inside BEFORE {deed} ON {table} WHEN NOT ({condition}) "
                "BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
            )


def _checks(table: str, *, new: bool) -> list[sa.CheckConstraint]:
    if not new:
        return [sa.CheckConstraint("status IN ('enabled', 'disabled')", name=op.f(f"ck_{table}_known_status"))]
    return [
        sa.CheckConstraint("status IN ('enabled', 'disabled', 'destroyed')", name=op.f(f"ck_{table}_known_status")),
        sa.CheckConstraint(
            "(status = 'destroyed') = (length(wrapped) = 0)", name=op.f(f"ck_{table}_emptied_when_destroyed")
        ),
    ]


def _new_municipality_keys(*, new: bool) -> None:
    op.create_table(
        "municipality_keys_new",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("main_version", sa.Integer(), nullable=True),
        *([sa.Column("root", sa.String(80), nullable=True)] if new else []),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_checks("municipality_keys", new=new),
        sa.ForeignKeyConstraint(
            ["municipality"], ["municipalities.code"], name=op.f("fk_municipality_keys_municipality")
        ),
        sa.PrimaryKeyConstraint("municipality", "purpose", "version", name=op.f("pk_municipality_keys")),
    )


def _new_case_keys(*, new: bool) -> None:
    op.create_table(
        "case_keys_new",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("retention", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("main_version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        *_checks("case_keys", new=new),
        sa.ForeignKeyConstraint(
            ["municipality", "case_id"],
            ["cases.municipality", "cases.id"],
            name=op.f("fk_case_keys_municipality_case_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_case_keys_municipality")),
        sa.PrimaryKeyConstraint("municipality", "case_id", "retention", "version", name=op.f("pk_case_keys")),
    )


def _new_person_keys(*, new: bool) -> None:
    op.create_table(
        "person_keys_new",
        sa.Column("municipality", sa.String(4), nullable=False),
        sa.Column("person_id", sa.String(22), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("main_version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        *_checks("person_keys", new=new),
        sa.ForeignKeyConstraint(
            ["municipality", "person_id"],
            ["persons.municipality", "persons.id"],
            name=op.f("fk_person_keys_municipality_person_id"),
        ),
        sa.ForeignKeyConstraint(["municipality"], ["municipalities.code"], name=op.f("fk_person_keys_municipality")),
        sa.PrimaryKeyConstraint("municipality", "person_id", "version", name=op.f("pk_person_keys")),
    )
