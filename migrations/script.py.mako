"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import casework.core.db

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Go back down."""
    ${downgrades if downgrades else "pass"}
