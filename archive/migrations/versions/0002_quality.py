"""How well was each address seen? Pages that were kept before this was written down have no number."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("pages", sa.Column("quality", sa.Float))
