"""Signing in: second factors, known devices, step-up, and a MAC on every row that lets somebody in.

A row from before has no MAC and lets nobody in: its session ends, and its account gets a new one-time link. The rows
themselves stay, so that turning back finds them.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = "kind IN ('password', 'totp', 'passkey', 'recovery')"
STAGES = "stage IN ('none', 'half', 'setup', 'full')"


def upgrade() -> None:
    """Widen the tables of ways in, add known devices, and put a MAC on each."""
    with op.batch_alter_table("credentials") as table:
        table.drop_constraint(op.f("ck_credentials_known_kind"), type_="check")
        table.alter_column("verifier", existing_type=sa.String(300), type_=sa.String(1000), existing_nullable=False)
        table.add_column(sa.Column("handle", sa.String(1400), nullable=False, server_default=""))
        table.add_column(sa.Column("secret", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("counter", sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("mac", sa.LargeBinary(), nullable=False, server_default=""))
        table.create_check_constraint(op.f("ck_credentials_known_kind"), KINDS)
        table.create_index("ix_credentials_handle", ["handle"], unique=False)
    with op.batch_alter_table("enrolments") as table:
        table.add_column(sa.Column("mac", sa.LargeBinary(), nullable=False, server_default=""))
    with op.batch_alter_table("sessions") as table:
        table.add_column(sa.Column("stage", sa.String(10), nullable=False, server_default="none"))
        table.add_column(sa.Column("methods", sa.String(60), nullable=False, server_default=""))
        table.add_column(sa.Column("device", sa.String(40), nullable=False, server_default=""))
        table.add_column(sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("mac", sa.LargeBinary(), nullable=False, server_default=""))
        table.create_check_constraint(op.f("ck_sessions_known_stage"), STAGES)
    _without_defaults("credentials", handle=sa.String(1400), counter=sa.BigInteger(), mac=sa.LargeBinary())
    _without_defaults("enrolments", mac=sa.LargeBinary())
    _without_defaults(
        "sessions", stage=sa.String(10), methods=sa.String(60), device=sa.String(40), mac=sa.LargeBinary()
    )
    op.create_table(
        "known_devices",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(22), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_known_devices_account_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_known_devices")),
    )
    op.create_index(op.f("ix_known_devices_account_id"), "known_devices", ["account_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        role = '"' + context.config.attributes.get("app_role", "").replace('"', '""') + '"'
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON known_devices TO {role}")


def _without_defaults(table: str, **columns: sa.types.TypeEngine[Any]) -> None:
    """Take away the defaults that only the rows from before needed."""
    with op.batch_alter_table(table) as altered:
        for name, kind in columns.items():
            altered.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)


def downgrade() -> None:
    """Leave the passwords, the links and the sessions as they were; every other way in is gone."""
    op.drop_table("known_devices")
    op.execute("DELETE FROM credentials WHERE kind <> 'password'")
    op.execute("DELETE FROM sessions WHERE stage IN ('half', 'setup')")
    with op.batch_alter_table("sessions") as table:
        table.drop_constraint(op.f("ck_sessions_known_stage"), type_="check")
        for name in ("stage", "methods", "device", "proven_at", "mac"):
            table.drop_column(name)
    with op.batch_alter_table("enrolments") as table:
        table.drop_column("mac")
    with op.batch_alter_table("credentials") as table:
        table.drop_constraint(op.f("ck_credentials_known_kind"), type_="check")
        table.drop_index("ix_credentials_handle")
        for name in ("handle", "secret", "counter", "used_at", "mac"):
            table.drop_column(name)
        table.alter_column("verifier", existing_type=sa.String(1000), type_=sa.String(300), existing_nullable=False)
        table.create_check_constraint(op.f("ck_credentials_known_kind"), "kind IN ('password')")
