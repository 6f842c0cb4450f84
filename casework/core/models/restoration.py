"""That the database was restored from a backup, and whether what was destroyed since has been destroyed again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from casework.core.db import Base, Identified


class Restoration(Base, Identified):
    """One restoring. Until ``released_at`` nothing is served: something destroyed may be there again."""

    __tablename__ = "restorations"

    backup_at: Mapped[datetime]
    restored_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
