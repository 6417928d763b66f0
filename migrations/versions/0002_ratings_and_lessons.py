"""Ratings; lessons among the turns; the review state `masked`; cards of snapshots."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KINDS = "kind IN ('talk', 'lesson')"
_COLUMNS = (("turn", "review_state"), ("review", "state"))


def upgrade() -> None:
    op.create_table(
        "rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("value IN (-1, 1)", name=op.f("ck_rating_value")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_rating_person_id_person", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name="fk_rating_turn_id_turn", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_rating"),
        sa.UniqueConstraint("turn_id", "person_id", name="uq_rating_turn_id_person_id"),
    )
    op.create_index("ix_rating_person_id", "rating", ["person_id"])
    card = sa.Column("card", sa.Text(), server_default="", nullable=False)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("dataset_snapshot", recreate="always" if is_sqlite else "never") as batch:
        batch.add_column(card)
    kind = sa.Column("kind", sa.String(length=16), server_default="talk", nullable=False)
    _change_states(("new", "masked", "approved", "edited", "rejected"), added=kind)


def downgrade() -> None:
    """Lessons go, since nothing would tell them from talk; what was masked is new again."""
    op.drop_table("rating")
    with op.batch_alter_table("dataset_snapshot") as batch:
        batch.drop_column("card")
    op.execute("DELETE FROM turn WHERE kind = 'lesson'")
    for table, column in _COLUMNS:
        op.execute(f"UPDATE {table} SET {column} = 'new' WHERE {column} = 'masked'")
    _change_states(("new", "approved", "edited", "rejected"), dropped="kind")


def _change_states(states: Sequence[str], added: sa.Column[str] | None = None, dropped: str | None = None) -> None:
    words = ", ".join(f"'{state}'" for state in states)
    for table, column in _COLUMNS:
        name = op.f(f"ck_{table}_{column}")
        kwargs = {"sqlite_autoincrement": True} if table == "turn" else {}
        with op.batch_alter_table(table, table_kwargs=kwargs) as batch:
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, f"{column} IN ({words})")
            if table == "turn" and added is not None:
                batch.add_column(added)
                batch.create_check_constraint(op.f("ck_turn_kind"), _KINDS)
            if table == "turn" and dropped is not None:
                batch.drop_constraint(op.f("ck_turn_kind"), type_="check")
                batch.drop_column(dropped)
