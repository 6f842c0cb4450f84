"""Single sign-on: the providers of organisations, browsers on their way there, and identities as a way in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BEFORE = "kind IN ('password', 'totp', 'passkey', 'recovery')"
KINDS = "kind IN ('password', 'totp', 'passkey', 'recovery', 'identity')"


def upgrade() -> None:
    """Make the tables; they belong to the installation, so no wall between municipalities stands in them."""
    op.create_table(
        "identity_providers",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("organisation_id", sa.String(22), nullable=False),
        sa.Column("issuer", sa.String(300), nullable=False),
        sa.Column("client_id", sa.String(200), nullable=False),
        sa.Column("authentication", sa.String(20), nullable=False),
        sa.Column("secret_at", sa.String(300), nullable=False),
        sa.Column("claim", sa.String(120), nullable=False),
        sa.Column("acr", sa.String(1000), nullable=False),
        sa.Column("scopes", sa.String(300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "authentication IN ('secret_file', 'secret_setting', 'key_file')",
            name=op.f("ck_identity_providers_known_authentication"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_identity_providers_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_providers")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_identity_providers_organisation_id")),
    )
    op.create_table(
        "departures",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("provider_id", sa.String(22), nullable=False),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("bound_to", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('sign_in', 'enrol', 'add', 'confirm', 'unlock')", name=op.f("ck_departures_known_purpose")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["identity_providers.id"], name=op.f("fk_departures_provider_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_departures")),
    )
    _kinds(KINDS)
    if op.get_bind().dialect.name == "postgresql":
        role = '"' + context.config.attributes.get("app_role", "").replace('"', '""') + '"'
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON identity_providers, departures TO {role}")


def downgrade() -> None:
    """Drop the tables; an account whose only way in was its organisation's gets a new one-time link."""
    op.execute("DELETE FROM credentials WHERE kind = 'identity'")
    _kinds(BEFORE)
    op.drop_table("departures")
    op.drop_table("identity_providers")


def _kinds(allowed: str) -> None:
    with op.batch_alter_table("credentials") as table:
        table.drop_constraint(op.f("ck_credentials_known_kind"), type_="check")
        table.create_check_constraint(op.f("ck_credentials_known_kind"), allowed)
