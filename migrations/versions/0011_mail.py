"""Mail: where somebody is told that there is something to read, and who is just sending it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; it belongs to accounts, so no wall between municipalities stands in it."""
    op.add_column("notices", sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "mail_addresses",
        sa.Column("account_id", sa.String(22), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_mail_addresses_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_mail_addresses")),
    )
    if op.get_bind().dialect.name == "postgresql":
        role = '"' + context.config.attributes.get("app_role", "").replace('"', '""') + '"'
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON mail_addresses TO {role}")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("mail_addresses")
    op.drop_column("notices", "claimed_at")
