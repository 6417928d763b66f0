"""What do admins and curators read?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.database.tables import FinetuneRun, RoleName
from bot.model_choice import KeptModel
from bot.roles import Member
from bot.selection import UsableTurn
from bot.status import Status
from bot.talk_statistics import TalkStatistics, percentile

CURATOR_COMMANDS = {
    "status": "모델, 대화 수, 학습이 얼마나 되었는지",
    "review": "동의받은 대화를 하나씩 살펴보기",
    "approve": "좋은 대답에 답장으로",
    "fix": "고친 답을, 고칠 대답에 답장으로",
    "stats": "지난 30일의 대화 수, 평가, 기다린 시간",
    "export": "[형식] [언제부터] [상태] 동의받은 대화를 파일로",
}
ADMIN_COMMANDS = {
    "undelivered": "[retry 번호] 끝내 답하지 못한 메시지와 그 까닭, 다시 시도",
    "retrain": "지금 학습하기",
    "cancel": "기다리거나 진행 중인 학습 그만두기",
    "schedule": "[분 시 일 월 요일 | off | default] 저절로 학습하는 때",
    "models": "지금까지의 모델과 점수",
    "promote": "모델이름 그 모델로 바꾸기",
    "rollback": "바로 전에 쓰던 모델로 돌아가기",
    "delete": "모델이름 쓰지 않는 모델의 파일 지우기",
    "announce": "알릴 말 모두에게 알리기",
    "block": "숫자아이디 그분의 말에 답하지 않기",
    "unblock": "숫자아이디 다시 답하기",
    "role": "[숫자아이디 admin|curator|none] 관리자와 검수자 보기, 정하기",
}

ADMINS_ONLY = "미안해요, 이 명령은 관리자가 저와의 1:1 대화에서만 쓸 수 있어요."
ANONYMOUS = "누구신지 알 수 없어서 이 명령은 따를 수 없어요. 저와의 1:1 대화에서 본인 계정으로 보내 주세요."

CLAIMED = "반가워요. 이제 관리자예요. 할 수 있는 일은 /help 로 볼 수 있어요."
CLAIM_REFUSED = "이 코드로는 관리자가 될 수 없어요. 코드는 관리자가 한 명도 없을 때 봇의 기록에 한 번 나와요."

YES, NO = "네, 할게요", "아니요"
VALID_FOR = "10분 안에 눌러 주세요."
DONE = "알겠어요."
BUTTON_OVER = "이미 끝났거나 시간이 지난 버튼이에요. 필요하면 명령을 다시 보내 주세요."
LEFT_AS_IT_IS = "네, 그대로 둘게요."

MODEL_TAINTED = "⚠️ 이 모델은 지금은 지워진 이야기를 배웠어요. 그 이야기 없이 다시 배운 모델로 곧 바뀌어요."
RETRAIN_ASKED = "지금 학습을 시작할까요? 동의받고 살펴본 대화로 배우고, 검증을 통과하면 새 모델로 바뀌어요."
RUN_QUEUED = "학습을 예약했어요 (#{run_id}). 얼마나 되었는지는 /status 로 볼 수 있어요."
RUN_ACTIVE = "이미 예약되었거나 진행 중인 학습이 있어요. /status 로 볼 수 있어요."
RUN_CANCELLED = "학습 #{run_id}을(를) 그만두었어요. 모델은 그대로예요."
NO_RUN = "기다리거나 진행 중인 학습이 없어요."
SCHEDULE_CHANGED = "학습 시간을 바꾸었어요."
CRON_REFUSED = (
    '"{cron}"은(는) 학습 시간으로 읽을 수 없어요. 분 시 일 월 요일 순서로, 요일은 이름으로 적어 주세요.\n'
    "예: /schedule 0 4 * * sun (일요일 4시), /schedule off (저절로 하지 않기), /schedule default (설정 파일대로)"
)

UNDELIVERED_NONE = "끝내 답하지 못한 메시지가 없어요."
UNDELIVERED_USAGE = (
    "/undelivered 로 목록을 보고, /undelivered retry 또는 /undelivered retry 12 34 로 다시 시도할 수 있어요."
)
VERSION_NEEDED = "모델 이름을 함께 적어 주세요. 이름은 /models 로 볼 수 있어요. 예: /{command} 모델이름"
PROMOTE_ASKED = "{version} 모델로 바꿀까요?"
PROMOTED = "{version} 모델로 바꾸었어요. 몇 초 안에 이 모델이 대답해요."
ROLLBACK_ASKED = "{serving} 대신 전에 쓰던 {before} 모델로 돌아갈까요?"
ROLLED_BACK = "{before} 모델로 돌아갔어요. 몇 초 안에 이 모델이 대답해요."
DELETE_ASKED = "{version} 모델의 파일을 지울까요? 되돌릴 수 없어요. 점수는 기록에 남아요."
DELETED = "{version} 모델의 파일을 지웠어요."
STARTER = "처음부터 들어 있던 기본 모델"
MODEL_PROBLEMS = {
    "tainted": "그 모델은 지금은 지워진 이야기를 배워서 다시 쓸 수 없어요. 그 뒤에 만든 모델을 골라 주세요.",
    "unknown": "그런 이름의 모델이 없어요. 이름은 /models 로 볼 수 있어요.",
    "gone": "그 모델은 파일이 남아 있지 않아요. 검증을 통과하지 못했거나 지운 모델이에요.",
    "serving": "그 모델은 지금 대답하고 있는 모델이에요.",
    "none before": "지금 기본 모델을 쓰고 있어서 돌아갈 모델이 없어요.",
    "elsewhere": "그 모델은 모델 폴더 밖에 있어서 여기서는 지울 수 없어요.",
}

ANNOUNCEMENT_NEEDED = "알릴 말을 함께 적어 주세요. 예: /announce 오늘 밤 10시에 잠깐 쉬어요."
ANNOUNCE_ASKED = "{count:,}곳에 이렇게 알릴까요?\n\n{text}"
ANNOUNCE_STARTED = "📢 {count:,}곳에 보내기 시작했어요. 다 보내면 알려 드릴게요."
NOBODY_TO_TELL = "아직 알릴 곳이 없어요."

ID_NEEDED = "텔레그램의 숫자 아이디를 적어 주세요. 예: /{command} 12345678"
BLOCKED, BLOCKED_BEFORE = "이제 {user_id} 님의 말에는 답하지 않아요.", "{user_id} 님은 이미 차단되어 있어요."
UNBLOCKED, NOT_BLOCKED = "이제 {user_id} 님의 말에 다시 답해요.", "{user_id} 님은 차단되어 있지 않아요."
ROLE_NEEDED = "이렇게 적어 주세요: /role 12345678 curator (admin, curator, none 가운데 하나)"
ROLE_GIVEN, ROLE_TAKEN = "{user_id} 님은 이제 {role}예요.", "{user_id} 님의 역할을 거두었어요."
ROLES: dict[RoleName, str] = {"admin": "관리자", "curator": "검수자"}

APPROVED = "고마워요. 좋은 대답으로 적어 둘게요."
FIXED = "고마워요. 고쳐 주신 대로 배울게요."
NOTHING_TO_EXPORT = "아직 내보낼 수 있는 대화가 없어요."
EXPORT_TOO_LARGE = (
    "파일이 {megabytes:,.0f} MB라서 텔레그램으로는 보낼 수 없어요(50 MB까지). 서버에서 내려받아 주세요: "
    "maldongmu data export --output 파일 --format {format_name}"
)

REVIEW_APPROVE, REVIEW_EDIT, REVIEW_REJECT, REVIEW_SKIP = "✅ 승인", "✏️ 고치기", "❌ 버리기", "⏭ 다음에"
REVIEW_HOW_TO_EDIT = "더 나은 답을 이 메시지에 답장으로 보내 주세요."
REVIEW_NO_ANSWER = "고친 답을 글로 적어서 답장해 주세요."
REVIEW_OVER = "살펴볼 대화를 다 보셨어요. 고마워요! 미룬 대화는 /review 로 다시 볼 수 있어요."
REVIEW_NOTHING = "지금은 살펴볼 대화가 없어요. 학습에 동의한 분의 새 대화가 생기면 여기서 볼 수 있어요."
DECIDED = {
    "approved": "✅ 승인했어요",
    "edited": "✏️ 고쳐서 승인했어요",
    "rejected": "❌ 버렸어요",
    "skipped": "⏭ 미루었어요",
}
TOXIC = "⚠️ 해로운 말이 들어 있어서 고치지 않으면 배우지 않아요."

REASONS = {
    "no consent to train": "학습 동의 없음",
    "no answer of a model": "모델의 대답이 아님",
    "other date": "다른 날짜",
    "review state new": "아직 살펴보지 않음",
    "review state masked": "아직 살펴보지 않음 (개인정보는 가림)",
    "review state approved": "승인한 대답",
    "review state edited": "고친 대답",
    "review state rejected": "버린 대답",
    "toxic answer": "해로운 대답",
}
RUN_STATES = {
    "queued": "기다리는 중",
    "running": "학습 중",
    "promoted": "새 모델로 바뀌었어요",
    "refused": "새 모델로 바꾸지 않았어요",
    "failed": "실패했어요",
    "cancelled": "그만두었어요",
}
MODEL_STATES = {
    "candidate": "후보",
    "serving": "지금 대답하는 모델",
    "retired": "전에 쓰던 모델",
    "refused": "검증에서 떨어짐",
}
REVIEW_STATES = {"new": "새 대화", "masked": "보여 준 대화", "approved": "승인", "edited": "고침", "rejected": "버림"}

MODELS_SHOWN = 15
BAR_CELLS = 12


def help_for(role: RoleName) -> str:
    commands = CURATOR_COMMANDS | (ADMIN_COMMANDS if role == "admin" else {})
    lines = [f"/{command}  {what}" for command, what in commands.items()]
    return "\n".join([f"{ROLES[role]} 명령 (1:1 대화에서만)", *lines])


def status(status: Status) -> str:
    tainted = f"{MODEL_TAINTED}\n" if status.is_model_tainted else ""
    return (
        f"🤖 모델: {status.model_version}\n{tainted}"
        f"💬 대화: {status.turns:,}번, 그중 학습에 동의한 분의 대화 {status.consenting_turns:,}번\n"
        f"📥 답을 기다리는 메시지: {status.pending_updates:,}개, 끝내 답하지 못한 메시지: {status.dead_updates:,}개\n"
        f"🎓 마지막 학습: {run(status.last_run)}"
    )


def run(run: FinetuneRun | None) -> str:
    if run is None:
        return "아직 없어요"
    progress = run.progress if run.state == "running" else {}
    share_done, seconds_left = progress.get("share_done"), progress.get("seconds_left")
    parts = [
        f"#{run.id} {RUN_STATES[run.state]}",
        f"{share_done:.0%}" if isinstance(share_done, int | float) else "",
        f"에폭 {progress['epoch']}/{progress['epochs']}" if {"epoch", "epochs"} <= progress.keys() else "",
        f"손실 {progress['loss']:.3f}" if isinstance(progress.get("loss"), int | float) else "",
        f"{seconds_left / 60:.0f}분 남음" if isinstance(seconds_left, int | float) and seconds_left >= 30 else "",
        run.reason or "",
    ]
    line = " · ".join(part for part in parts if part)
    return f"{line}\n{bar(share_done)}" if isinstance(share_done, int | float) else line


def bar(share: float) -> str:
    done = round(BAR_CELLS * min(max(share, 0.0), 1.0))
    return "▓" * done + "░" * (BAR_CELLS - done)


def models(kept: Sequence[KeptModel], starter_serves: bool, timezone: str) -> str:
    starter = f"• {STARTER}{' — 지금 대답하는 모델' if starter_serves else ''}"
    older = [f"그 밖에 {len(kept) - MODELS_SHOWN}개 더 있어요."] if len(kept) > MODELS_SHOWN else []
    return "\n".join([*(_model(one, timezone) for one in kept[:MODELS_SHOWN]), *older, starter])


def _model(kept: KeptModel, timezone: str) -> str:
    version = kept.version
    state = MODEL_STATES[version.state] + ("" if kept.has_folder or version.state == "refused" else ", 파일 없음")
    return f"• {version.name} — {state}\n  {moment(version.created_at, timezone)} · {_metrics(version.metrics)}"


def _metrics(metrics: Mapping[str, Any]) -> str:
    after, before = metrics.get("valid_perplexity"), metrics.get("parent_perplexity")
    if not isinstance(after, int | float):
        return "점수 없음"
    return f"퍼플렉서티 {after:.4g}" + (f" (전 모델 {before:.4g})" if isinstance(before, int | float) else "")


def moment(at: datetime, timezone: str) -> str:
    return f"{at.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"


def schedule(cron: str | None, is_from_settings: bool, next_at: datetime | None, timezone: str) -> str:
    source = "설정 파일대로" if is_from_settings else "관리자가 정한 대로"
    if cron is None:
        return f"⏰ 저절로 학습하지 않아요 ({source})."
    when = moment(next_at, timezone) if next_at else "오지 않는 날이에요"
    return f"⏰ 저절로 학습하는 때: {cron} ({source})\n다음: {when} ({timezone})"


def members(members: Sequence[Member]) -> str:
    lines = [
        f"• {one.user_id} {ROLES[one.role]}{' (설정 파일)' if one.is_from_settings else ''}" for one in members
    ]  # fmt: skip
    return "\n".join([*lines, "", ROLE_NEEDED])


def review(turn: UsableTurn) -> str:
    """A turn as a curator sees it, masked."""
    exchange, curation = turn.exchange, turn.curated.curation
    facts = [f"🔎 대화 {turn.turn_id}", curation.model_version or "모델 없음"]
    if curation.confidence is not None:
        facts.append(f"확신 {curation.confidence:.2f}")
    if curation.rating:
        facts.append("👍" if curation.rating > 0 else "👎")
    said = "\n".join(f"  {shortened(text, 200)}" for text in exchange.context)
    lines = [" · ".join(facts), said, f"👤 {shortened(exchange.question)}", f"🤖 {shortened(exchange.answer)}"]
    return "\n\n".join(line for line in [*lines, TOXIC if turn.is_answer_toxic else ""] if line)


def shortened(text: str, chars: int = 1200) -> str:
    """So that a question is one message, with one set of buttons."""
    return text if len(text) <= chars else f"{text[:chars]}…"


def statistics(statistics: TalkStatistics) -> str:
    good, bad = statistics.ratings
    half, most = (percentile(statistics.latencies, share) for share in (0.5, 0.95))
    waited = f"절반은 {half:.2f}초, 95%는 {most:.2f}초 안에" if half is not None and most is not None else "아직 없음"
    states = {REVIEW_STATES.get(state, state): count for state, count in statistics.review_states.items()}
    return (
        f"📊 지난 {len(statistics.days)}일\n"
        f"💬 대화 {statistics.turns:,}번, 사람 {statistics.people:,}명, 대답하지 못한 말 {statistics.fallbacks:,}번\n"
        f"👍 {good:,}  👎 {bad:,}\n"
        f"⏱ 대답까지: {waited}\n"
        f"🔎 모든 대화의 검수: {counted(states)}"
    )


def export_receipt(exported: int, left_out: Mapping[str, int], masked: Mapping[str, int]) -> str:
    reasons = {REASONS.get(reason, reason): count for reason, count in left_out.items()}
    return "\n".join(
        [f"내보낸 대화: {exported:,}개", f"뺀 대화: {counted(reasons)}", f"가린 개인정보: {counted(masked)}"]
    )


def counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "없음"


def undelivered(lines: list[str], count: int) -> str:
    if not lines:
        return UNDELIVERED_NONE
    shown = "\n".join(lines)
    return f"📭 끝내 답하지 못한 메시지 {count:,}개 중 최근 {len(lines)}개\n{shown}\n\n{UNDELIVERED_USAGE}"


def undelivered_retried(update_ids: list[int]) -> str:
    if not update_ids:
        return "다시 시도할 메시지가 없어요. 번호는 /undelivered 로 볼 수 있어요."
    return f"메시지 {len(update_ids):,}개에 다시 답해 볼게요."
