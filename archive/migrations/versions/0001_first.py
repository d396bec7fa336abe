"""What did the first database look like?"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

WRITTEN_ONCE = ("pages", "readings", "findings", "scorings", "levels")


def upgrade() -> None:
    op.create_table(
        "rounds",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("as_of", sa.Text, nullable=False),
        sa.Column("started_at", sa.Text, nullable=False),
        sa.Column("finished_at", sa.Text),
        sa.Column("partial", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("registry_sha256", sa.Text, nullable=False),
        sa.Column("software", sa.Text, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
    )
    op.create_table(
        "agencies_of_round",
        sa.Column("round_id", sa.Integer, sa.ForeignKey("rounds.id"), primary_key=True),
        sa.Column("agency_id", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("round_id", sa.Integer, nullable=False),
        sa.Column("agency_id", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("started_at", sa.Text),
        sa.Column("finished_at", sa.Text),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("stopped_by", sa.Text),
        sa.UniqueConstraint("round_id", "agency_id", "attempt"),
        sa.ForeignKeyConstraint(
            ["round_id", "agency_id"], ["agencies_of_round.round_id", "agencies_of_round.agency_id"]
        ),
    )
    op.create_table(
        "pages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("visit_id", sa.Integer, sa.ForeignKey("visits.id"), nullable=False, index=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("failure", sa.Text),
        sa.Column("sha256", sa.Text),
        sa.Column("record_offset", sa.BigInteger, nullable=False),
        sa.Column("record_length", sa.BigInteger, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("fetched_at", sa.Text, nullable=False),
        sa.Column("found_on", sa.Text),
    )
    op.create_table(
        "readings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("round_id", sa.Integer, sa.ForeignKey("rounds.id"), nullable=False, index=True),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("software", sa.Text, nullable=False),
        sa.Column("method_sha256", sa.Text, nullable=False),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reading_id", sa.Integer, sa.ForeignKey("readings.id"), nullable=False),
        sa.Column("agency_id", sa.Text, nullable=False),
        sa.Column("fact", sa.Text, nullable=False),
        sa.Column("state", sa.Text),
        sa.Column("document", sa.JSON, nullable=False),
        sa.UniqueConstraint("reading_id", "agency_id", "fact"),
    )
    op.create_table(
        "scorings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("round_id", sa.Integer, sa.ForeignKey("rounds.id"), nullable=False, index=True),
        sa.Column("reading_id", sa.Integer, sa.ForeignKey("readings.id"), nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("against_round_id", sa.Integer, sa.ForeignKey("rounds.id")),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("software", sa.Text, nullable=False),
    )
    op.create_table(
        "levels",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("scoring_id", sa.Integer, sa.ForeignKey("scorings.id"), nullable=False),
        sa.Column("agency_id", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("rule", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("stood_on", sa.JSON, nullable=False),
        sa.UniqueConstraint("scoring_id", "agency_id", "item"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for table in WRITTEN_ONCE:
            _write_once(table)


def _write_once(table: str) -> None:
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} are written once and never changed'); END"
        )
