"""Copies of cases, tested item by item: what was decided of each answer, sealed and never changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BOUND = (
    "municipality id case_id purpose recipient_id entries with_sealed ordered_by ordered_at digest takes_two"
).split()
"""What was ordered (0012)."""


def upgrade() -> None:
    """Add the columns in place, so that no trigger is lost, and bind their digest as the rest of an order is."""
    op.add_column("case_exports", sa.Column("choices", sa.LargeBinary(), nullable=True))
    op.add_column("case_exports", sa.Column("choices_hash", sa.String(64), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        # To seal it anew: the digest says whether it is still what was ordered.
        role = '"' + context.config.attributes.get("app_role", "").replace('"', '""') + '"'
        op.execute(f"GRANT UPDATE (choices) ON case_exports TO {role}")
    else:
        _bind([*BOUND, "choices_hash"])


def downgrade() -> None:
    """Forget what was decided; what was ordered and handed out stays."""
    if op.get_bind().dialect.name != "postgresql":
        _bind(BOUND)
    op.drop_column("case_exports", "choices_hash")
    op.drop_column("case_exports", "choices")


def _bind(columns: list[str]) -> None:
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)
    op.execute("DROP TRIGGER case_exports_update_bound")
    op.execute(
        f"CREATE TRIGGER case_exports_update_bound BEFORE UPDATE ON case_exports WHEN {changed} "
        "BEGIN SELECT RAISE(ABORT, 'what was ordered is never changed'); END"
    )
