"""An index that tells the first open update of each chat by itself."""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = "incoming_update"
OLD, NEW = "ix_incoming_update_state_chat_key", "ix_incoming_update_bot_id_state_chat_key_id"


def upgrade() -> None:
    op.create_index(NEW, TABLE, ["bot_id", "state", "chat_key", "id"])
    op.drop_index(OLD, TABLE)


def downgrade() -> None:
    op.create_index(OLD, TABLE, ["state", "chat_key"])
    op.drop_index(NEW, TABLE)
