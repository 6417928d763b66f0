"""What is kept, and how do the rows belong together?"""

from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

TurnKind = Literal["talk", "lesson"]
ReviewState = Literal["new", "masked", "approved", "edited", "rejected"]
UpdateState = Literal["pending", "done", "dead"]
ModelState = Literal["candidate", "serving", "retired", "refused"]
RunState = Literal["queued", "running", "promoted", "refused", "failed", "cancelled"]
RoleName = Literal["admin", "curator"]
ReceiptState = Literal["pending", "sent", "unreachable"]


def now() -> datetime:
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware and UTC on both sides: SQLite forgets the zone, PostgreSQL answers in the zone of its host."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


def one_of(column: str, states: Any) -> CheckConstraint:
    """Only these words may stand in the column; the constraint carries the column's name."""
    words = ", ".join(f"'{state}'" for state in states.__args__)
    return CheckConstraint(f"{column} IN ({words})", name=column)


class Table(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UtcDateTime(), dict[str, Any]: JSON(), list[Any]: JSON()}

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Person(Table):
    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("platform", "platform_user_id"),
        {"sqlite_autoincrement": True},  # an answer still under way for a forgotten person never becomes another's
    )

    platform: Mapped[str] = mapped_column(String(16))  # telegram | terminal
    platform_user_id: Mapped[str] = mapped_column(String(64))
    language_code: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(default=now)
    blocked_at: Mapped[datetime | None]  # since then nothing they send is answered


class Consent(Table):
    """One decision; rows are only added, the last one counts, none means no training."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "person_id", "id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    version: Mapped[int]  # of the text that the person agreed to
    may_keep: Mapped[bool]
    may_train: Mapped[bool]
    is_14_or_older: Mapped[bool]
    decided_at: Mapped[datetime] = mapped_column(default=now)


class Chat(Table):
    """A place to talk: a chat, or one thread of a forum."""

    __tablename__ = "chat"
    __table_args__ = (UniqueConstraint("platform", "platform_chat_id", "thread_id"),)

    platform: Mapped[str] = mapped_column(String(16))
    platform_chat_id: Mapped[str] = mapped_column(String(64))
    thread_id: Mapped[int] = mapped_column(BigInteger, default=0)
    speech_level: Mapped[str] = mapped_column(
        String(16), default="polite"
    )  # or "follow": the one each person writes in
    context_from: Mapped[datetime | None]  # what was said before it is no longer context
    created_at: Mapped[datetime] = mapped_column(default=now)


class IncomingUpdate(Table):
    """An update as Telegram sent it, stored before Telegram is told that it arrived."""

    __tablename__ = "incoming_update"
    __table_args__ = (
        UniqueConstraint("bot_id", "update_id"),
        Index(None, "bot_id", "state", "chat_key", "id"),
        one_of("state", UpdateState),
    )

    bot_id: Mapped[int] = mapped_column(BigInteger)
    update_id: Mapped[int] = mapped_column(BigInteger)
    chat_key: Mapped[str | None] = mapped_column(String(96))  # updates of one key are served in order
    payload: Mapped[dict[str, Any]]
    state: Mapped[UpdateState] = mapped_column(String(16), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(default=now)
    error: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]


class Turn(Table):
    """A question and its answer. Without a model version no model said it: a fallback, or a lesson from a person.

    Its review state is `masked` once a curator could be shown it without what points at a person.
    An edited question, and another answer that was asked for, are turns of their own, which replace the one before.
    """

    __tablename__ = "turn"
    __table_args__ = (
        Index(None, "chat_id", "id"),
        Index(None, "chat_id", "question_message_id"),
        Index(None, "chat_id", "answer_message_id"),
        one_of("review_state", ReviewState),
        one_of("kind", TurnKind),
        {"sqlite_autoincrement": True},  # the id of a forgotten turn never names another one
    )

    chat_id: Mapped[int] = mapped_column(ForeignKey("chat.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    incoming_update_id: Mapped[int | None] = mapped_column(
        ForeignKey("incoming_update.id", ondelete="SET NULL"), unique=True
    )
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    context_turn_ids: Mapped[list[Any]]  # the turns the model was shown, oldest first
    candidates: Mapped[list[Any]]  # best first: text, score, log_prob
    score: Mapped[float | None]  # length-normalised log-probability, natural log
    confidence: Mapped[float | None]  # 0..1
    latency_seconds: Mapped[float]
    model_version: Mapped[str | None] = mapped_column(String(128))
    speech_level: Mapped[str] = mapped_column(String(16))
    review_state: Mapped[ReviewState] = mapped_column(String(16), default="new")
    edited_answer: Mapped[str | None] = mapped_column(Text)
    answer_message_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=now)  # when the question was first asked
    sent_at: Mapped[datetime | None]
    kind: Mapped[TurnKind] = mapped_column(String(16), default="talk", server_default="talk")
    question_message_id: Mapped[int | None] = mapped_column(BigInteger)
    replaces_turn_id: Mapped[int | None] = mapped_column(ForeignKey("turn.id", ondelete="SET NULL"), unique=True)

    @property
    def is_fallback(self) -> bool:
        return self.model_version is None and self.kind == "talk"


class Rating(Table):
    """What a person thought of an answer; the last word of each counts."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("turn_id", "person_id"), CheckConstraint("value IN (-1, 1)", name="value"))

    turn_id: Mapped[int] = mapped_column(ForeignKey("turn.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    value: Mapped[int]  # 1 good, -1 bad
    rated_at: Mapped[datetime] = mapped_column(default=now)


class Review(Table):
    """What a curator decided about a turn; the history behind its review state."""

    __tablename__ = "review"
    __table_args__ = (one_of("state", ReviewState),)

    turn_id: Mapped[int] = mapped_column(ForeignKey("turn.id", ondelete="CASCADE"), index=True)
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    state: Mapped[ReviewState] = mapped_column(String(16))
    edited_answer: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)


class DatasetSnapshot(Table):
    __tablename__ = "dataset_snapshot"

    content_hash: Mapped[str] = mapped_column(String(64), index=True)  # SHA-256 of the training file
    exchange_count: Mapped[int]  # all, base corpus included
    turn_count: Mapped[int]  # those that people said
    left_out: Mapped[dict[str, Any]]  # reason: count
    created_at: Mapped[datetime] = mapped_column(default=now)
    card: Mapped[str] = mapped_column(Text, default="", server_default="")  # of its turns, in Markdown


class DatasetSnapshotTurn(Table):
    """Which turns a snapshot holds, so that forgetting a person finds the models that saw them.

    The row of a forgotten turn stays, as a tombstone without the turn.
    """

    __tablename__ = "dataset_snapshot_turn"
    __table_args__ = (UniqueConstraint("snapshot_id", "turn_id"),)

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("dataset_snapshot.id", ondelete="CASCADE"))
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("turn.id", ondelete="SET NULL"), index=True)
    is_context: Mapped[bool] = mapped_column(default=False, server_default=false())  # True: it stands before others
    forgotten_at: Mapped[datetime | None]


class ModelVersion(Table):
    __tablename__ = "model_version"
    __table_args__ = (one_of("state", ModelState),)

    name: Mapped[str] = mapped_column(String(128), unique=True)
    path: Mapped[str] = mapped_column(Text)
    parent: Mapped[str | None] = mapped_column(String(128))  # name of the model it was fine-tuned from
    state: Mapped[ModelState] = mapped_column(String(16), default="candidate")
    metrics: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    promoted_at: Mapped[datetime | None]
    tainted_at: Mapped[datetime | None]  # since then, something that it learnt from is forgotten


class FinetuneRun(Table):
    __tablename__ = "finetune_run"
    __table_args__ = (one_of("state", RunState),)

    requested_by: Mapped[str] = mapped_column(String(64))  # schedule, or a person's platform and id
    state: Mapped[RunState] = mapped_column(String(16), default="queued", index=True)
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("dataset_snapshot.id", ondelete="SET NULL"))
    candidate_id: Mapped[int | None] = mapped_column(ForeignKey("model_version.id", ondelete="SET NULL"))
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str | None] = mapped_column(Text)
    heartbeat_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class AuditEntry(Table):
    __tablename__ = "audit_entry"

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(String(64), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Role(Table):
    """Who may do more than talk, beside those whom the settings name."""

    __tablename__ = "role"
    __table_args__ = (one_of("name", RoleName),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    name: Mapped[RoleName] = mapped_column(String(16))
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    granted_at: Mapped[datetime] = mapped_column(default=now)


class PendingAction(Table):
    """What someone asked for, and what waits for their button or their reply; nobody else's counts."""

    __tablename__ = "pending_action"
    __table_args__ = (Index(None, "person_id", "message_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    action: Mapped[str] = mapped_column(String(32))
    argument: Mapped[dict[str, Any]] = mapped_column(default=dict)
    message_id: Mapped[int | None] = mapped_column(BigInteger)  # of the question with the buttons
    asked_at: Mapped[datetime] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]


class Schedule(Table):
    """When a job runs, decided while the service runs; without a row the settings count."""

    __tablename__ = "schedule"

    job: Mapped[str] = mapped_column(String(32), unique=True)
    cron: Mapped[str | None] = mapped_column(String(128))  # None: never
    changed_at: Mapped[datetime] = mapped_column(default=now)


class Announcement(Table):
    __tablename__ = "announcement"

    text: Mapped[str] = mapped_column(Text)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


class AnnouncementReceipt(Table):
    """One chat that an announcement is for, and whether it got there."""

    __tablename__ = "announcement_receipt"
    __table_args__ = (UniqueConstraint("announcement_id", "chat_id"), one_of("state", ReceiptState))

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id", ondelete="CASCADE"))
    chat_id: Mapped[int] = mapped_column(ForeignKey("chat.id", ondelete="CASCADE"), index=True)
    state: Mapped[ReceiptState] = mapped_column(String(16), default="pending")
    settled_at: Mapped[datetime | None]
