"""A handover holds who is named in it, so that it is listed for none of them and opened by none of them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None

BOUND_BEFORE = (
    "municipality id kind reference sender_id sender_agency sender_unit_id recipient_agency recipient_unit_id "
    "recipient_id digest token sent_at acute disclosure_id"
).split()
"""What was sent, by whom and to whom (0025)."""


def upgrade() -> None:
    """Let a handover hold whom it is kept from: found when it is sent, and never changed."""
    op.add_column("handovers", sa.Column("kept_from", sa.Text(), nullable=True))
    _bind([*BOUND_BEFORE, "kept_from"])


def downgrade() -> None:
    """Forget whom what was sent is kept from; its content is held against its reader's name when it is opened."""
    _bind(BOUND_BEFORE)
    op.drop_column("handovers", "kept_from")


def _bind(columns: Sequence[str]) -> None:
    """PostgreSQL lets the program change no column but those it was given (0018); SQLite has a trigger for it."""
    if op.get_bind().dialect.name == "postgresql":
        return
    op.execute("DROP TRIGGER handovers_update_bound")
    other = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)
    op.execute(
        f"CREATE TRIGGER handovers_update_bound BEFORE UPDATE ON handovers WHEN {other} "
        "BEGIN SELECT RAISE(ABORT, 'what was sent is never changed'); END"
    )
