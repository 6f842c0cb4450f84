"""Which side a file is on, and links between files that can end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SIDES = (("protected", ("vinr_utsatt", "vinr_barn")), ("adverse", ("vinr_utovare",)))
"""What the area of this repository declares from now on; of its cases that are there already it holds too."""


def upgrade() -> None:
    """Give cases a side, and links an end."""
    # In words, since SQLite takes a column's own rule only as it is added; both databases take it so.
    op.execute(
        "ALTER TABLE cases ADD COLUMN side VARCHAR(10) "
        "CONSTRAINT ck_cases_known_side CHECK (side IN ('protected', 'adverse'))"
    )
    op.add_column("case_links", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("case_links", sa.Column("ended_by", sa.String(22), nullable=True))
    op.create_index("ix_case_links_other", "case_links", ["municipality", "other_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE cases NO FORCE ROW LEVEL SECURITY")  # these rows are every municipality's
        _tell_sides()
        op.execute("ALTER TABLE cases FORCE ROW LEVEL SECURITY")
    else:
        op.execute("DROP TRIGGER cases_update_inside")
        _tell_sides()
        op.execute(
            "CREATE TRIGGER cases_update_inside BEFORE UPDATE ON cases WHEN NOT ("
            "OLD.municipality IS current_municipality() AND NEW.municipality IS current_municipality()) "
            "BEGIN SELECT RAISE(ABORT, 'another municipality'); END"
        )


def _tell_sides() -> None:
    cases = sa.table("cases", sa.column("side"), sa.column("area"), sa.column("case_type"))
    for side, kinds in SIDES:
        of_side = (cases.c.area == "nara_relation", cases.c.case_type.in_(kinds))
        op.execute(cases.update().where(*of_side).values(side=side))


def downgrade() -> None:
    """Forget sides and ends: before this revision nothing reads a link, so one that had ended counts for nobody."""
    op.drop_index("ix_case_links_other", table_name="case_links")
    op.drop_column("case_links", "ended_by")
    op.drop_column("case_links", "ended_at")
    op.drop_column("cases", "side")
