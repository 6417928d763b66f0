"""Turns that replace others: another answer, an edited question."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FOREIGN_KEY, _UNIQUE = "fk_turn_replaces_turn_id_turn", "uq_turn_replaces_turn_id"
_INDICES = (
    ("ix_turn_chat_id_question_message_id", ["chat_id", "question_message_id"]),
    ("ix_turn_chat_id_answer_message_id", ["chat_id", "answer_message_id"]),
)


def upgrade() -> None:
    with op.batch_alter_table("turn", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("question_message_id", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("replaces_turn_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(_FOREIGN_KEY, "turn", ["replaces_turn_id"], ["id"], ondelete="SET NULL")
        batch.create_unique_constraint(_UNIQUE, ["replaces_turn_id"])
    for name, columns in _INDICES:
        op.create_index(name, "turn", columns)


def downgrade() -> None:
    """The replaced turns stay among the others, as if each had been said for itself."""
    for name, _ in _INDICES:
        op.drop_index(name, "turn")
    with op.batch_alter_table("turn", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint(_UNIQUE, type_="unique")
        batch.drop_constraint(_FOREIGN_KEY, type_="foreignkey")
        batch.drop_column("replaces_turn_id")
        batch.drop_column("question_message_id")
