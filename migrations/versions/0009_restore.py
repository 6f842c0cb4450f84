"""Restoring: a mark that keeps a restored database closed until later destructions are replayed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; it belongs to the installation, so no wall between municipalities stands in it."""
    op.create_table(
        "restorations",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("backup_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restorations")),
    )
    if op.get_bind().dialect.name == "postgresql":
        role = '"' + context.config.attributes.get("app_role", "").replace('"', '""') + '"'
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON restorations TO {role}")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("restorations")
