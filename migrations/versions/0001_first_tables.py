"""The first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "chat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("platform_chat_id", sa.String(length=64), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("speech_level", sa.String(length=16), nullable=False),
        sa.Column("context_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chat"),
        sa.UniqueConstraint(
            "platform", "platform_chat_id", "thread_id", name="uq_chat_platform_platform_chat_id_thread_id"
        ),
    )
    op.create_table(
        "dataset_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("exchange_count", sa.Integer(), nullable=False),
        sa.Column("turn_count", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dataset_snapshot"),
    )
    op.create_index("ix_dataset_snapshot_content_hash", "dataset_snapshot", ["content_hash"])
    op.create_table(
        "incoming_update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_key", sa.String(length=96), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'done', 'dead')", name=op.f("ck_incoming_update_state")),
        sa.PrimaryKeyConstraint("id", name="pk_incoming_update"),
        sa.UniqueConstraint("bot_id", "update_id", name="uq_incoming_update_bot_id_update_id"),
    )
    op.create_index("ix_incoming_update_state_chat_key", "incoming_update", ["state", "chat_key"])
    op.create_table(
        "model_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("parent", sa.String(length=128), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('candidate', 'serving', 'retired', 'refused')", name=op.f("ck_model_version_state")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_model_version"),
        sa.UniqueConstraint("name", name="uq_model_version_name"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("platform_user_id", sa.String(length=64), nullable=False),
        sa.Column("language_code", sa.String(length=16), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("platform", "platform_user_id", name="uq_person_platform_platform_user_id"),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_audit_entry_person_id_person", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_action", "audit_entry", ["action"])
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("may_keep", sa.Boolean(), nullable=False),
        sa.Column("may_train", sa.Boolean(), nullable=False),
        sa.Column("is_14_or_older", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_consent_person_id_person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_person_id_id", "consent", ["person_id", "id"])
    op.create_table(
        "finetune_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        sa.Column("candidate_id", sa.Integer(), nullable=True),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'promoted', 'refused', 'failed', 'cancelled')",
            name=op.f("ck_finetune_run_state"),
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"],
            ["model_version.id"],
            name="fk_finetune_run_candidate_id_model_version",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["dataset_snapshot.id"],
            name="fk_finetune_run_snapshot_id_dataset_snapshot",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_finetune_run"),
    )
    op.create_index("ix_finetune_run_state", "finetune_run", ["state"])
    op.create_table(
        "turn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("incoming_update_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("context_turn_ids", sa.JSON(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("latency_seconds", sa.Double(), nullable=False),
        sa.Column("model_version", sa.String(length=128), nullable=True),
        sa.Column("speech_level", sa.String(length=16), nullable=False),
        sa.Column("review_state", sa.String(length=16), nullable=False),
        sa.Column("edited_answer", sa.Text(), nullable=True),
        sa.Column("answer_message_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "review_state IN ('new', 'approved', 'edited', 'rejected')", name=op.f("ck_turn_review_state")
        ),
        sa.ForeignKeyConstraint(["chat_id"], ["chat.id"], name="fk_turn_chat_id_chat", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["incoming_update_id"],
            ["incoming_update.id"],
            name="fk_turn_incoming_update_id_incoming_update",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_turn_person_id_person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_turn"),
        sa.UniqueConstraint("incoming_update_id", name="uq_turn_incoming_update_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_turn_chat_id_id", "turn", ["chat_id", "id"])
    op.create_index("ix_turn_person_id", "turn", ["person_id"])
    op.create_table(
        "dataset_snapshot_turn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["dataset_snapshot.id"],
            name="fk_dataset_snapshot_turn_snapshot_id_dataset_snapshot",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turn.id"], name="fk_dataset_snapshot_turn_turn_id_turn", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dataset_snapshot_turn"),
        sa.UniqueConstraint("snapshot_id", "turn_id", name="uq_dataset_snapshot_turn_snapshot_id_turn_id"),
    )
    op.create_index("ix_dataset_snapshot_turn_turn_id", "dataset_snapshot_turn", ["turn_id"])
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("edited_answer", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('new', 'approved', 'edited', 'rejected')", name=op.f("ck_review_state")),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["person.id"], name="fk_review_reviewer_id_person", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name="fk_review_turn_id_turn", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
    )
    op.create_index("ix_review_turn_id", "review", ["turn_id"])


def downgrade() -> None:
    op.drop_table("review")
    op.drop_table("dataset_snapshot_turn")
    op.drop_table("turn")
    op.drop_table("finetune_run")
    op.drop_table("consent")
    op.drop_table("audit_entry")
    op.drop_table("person")
    op.drop_table("model_version")
    op.drop_table("incoming_update")
    op.drop_table("dataset_snapshot")
    op.drop_table("chat")
