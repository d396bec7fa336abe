"""When was each profile looked at, and where does what was answered stand?"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "looks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("round_id", sa.Integer, nullable=False),
        sa.Column("agency_id", sa.Text, nullable=False),
        sa.Column("network", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("looked_at", sa.Text, nullable=False),
        sa.Column("observed_on", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("not_before", sa.Text),
        sa.Column("file", sa.Text),
        sa.Column("records", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id", "agency_id"], ["agencies_of_round.round_id", "agencies_of_round.agency_id"]
        ),
    )
    op.create_index("ix_looks_round_id", "looks", ["round_id"])
    op.create_index("ix_looks_looked_at", "looks", ["looked_at"])
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER looks_no_{deed.lower()} BEFORE {deed} ON looks "
                "BEGIN SELECT RAISE(ABORT, 'looks are written once and never changed'); END"
            )
