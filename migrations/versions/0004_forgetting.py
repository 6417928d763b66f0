"""Forgetting: tombstones in snapshots, tainted models, context among a snapshot's turns; no person's id comes twice."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FOREIGN_KEY = "fk_dataset_snapshot_turn_turn_id_turn"


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        with op.batch_alter_table("person", recreate="always", table_kwargs={"sqlite_autoincrement": True}):
            pass
    with op.batch_alter_table("dataset_snapshot_turn") as batch:
        batch.add_column(sa.Column("is_context", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))
        batch.alter_column("turn_id", existing_type=sa.Integer(), nullable=True)
        batch.drop_constraint(_FOREIGN_KEY, type_="foreignkey")
        batch.create_foreign_key(_FOREIGN_KEY, "turn", ["turn_id"], ["id"], ondelete="SET NULL")
    with op.batch_alter_table("model_version", recreate="always" if is_sqlite else "never") as batch:
        batch.add_column(sa.Column("tainted_at", sa.DateTime(timezone=True), nullable=True))
    _add_context()


def downgrade() -> None:
    op.execute("DELETE FROM dataset_snapshot_turn WHERE turn_id IS NULL OR is_context")
    with op.batch_alter_table("model_version") as batch:
        batch.drop_column("tainted_at")
    with op.batch_alter_table("dataset_snapshot_turn") as batch:
        batch.drop_constraint(_FOREIGN_KEY, type_="foreignkey")
        batch.create_foreign_key(_FOREIGN_KEY, "turn", ["turn_id"], ["id"], ondelete="CASCADE")
        batch.alter_column("turn_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_column("forgotten_at")
        batch.drop_column("is_context")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("person", recreate="always", table_kwargs={"sqlite_autoincrement": False}):
            pass


def _add_context() -> None:
    """The turns that stood before those of older snapshots; perhaps one too many, never one too few."""
    turn = sa.table("turn", sa.column("id", sa.Integer), sa.column("context_turn_ids", sa.JSON))
    member = sa.table(
        "dataset_snapshot_turn",
        sa.column("snapshot_id", sa.Integer),
        sa.column("turn_id", sa.Integer),
        sa.column("is_context", sa.Boolean),
    )
    connection = op.get_bind()
    known = {tuple(row) for row in connection.execute(sa.select(member.c.snapshot_id, member.c.turn_id))}
    existing = set(connection.scalars(sa.select(turn.c.id)))
    shown = connection.execute(
        sa.select(member.c.snapshot_id, turn.c.context_turn_ids).join(turn, turn.c.id == member.c.turn_id)
    )
    context = {(snapshot_id, turn_id) for snapshot_id, ids in shown for turn_id in ids if turn_id in existing} - known
    if context:
        rows = [{"snapshot_id": one, "turn_id": other, "is_context": True} for one, other in sorted(context)]
        connection.execute(member.insert(), rows)
