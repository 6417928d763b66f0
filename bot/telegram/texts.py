"""What does the bot say of itself, apart from its answers?"""

from collections.abc import Mapping

from aiogram.types import BotCommand

from bot.curation import CONSENT_TEXT
from bot.database.tables import Consent, FinetuneRun
from bot.status import Status

COMMANDS = [
    BotCommand(command="help", description="할 수 있는 일"),
    BotCommand(command="reset", description="지금까지의 흐름을 잊고 새로 시작하기"),
    BotCommand(command="privacy", description="무엇이 보관되는지 보고, 학습에 써도 되는지 정하기"),
]

START = """\
안녕하세요, 말동무예요. 😊
무슨 이야기든 편하게 건네 주세요. 저는 사람이 아니라 배워 가는 프로그램이라서, 가끔은 엉뚱한 말을 할지도 몰라요.

나눈 이야기를 학습에 써도 될지는 /privacy 에서 직접 정하실 수 있어요. 정하지 않으시면 쓰지 않아요.
할 수 있는 일은 /help 로 볼 수 있어요."""

START_ENGLISH = """\
Hello, I am Maldongmu, a companion to chat with in Korean. I am a program that is still learning, so some answers \
will miss the point.
Your words are used for training only if you allow it under /privacy. What I can do: /help"""

HELP = """\
그냥 말을 걸어 주시면 돼요. 단체방에서는 저를 @로 부르거나 제 말에 답장해 주세요.

/reset  지금까지의 흐름을 잊고 새로 이야기해요
/privacy  무엇이 보관되는지 보고, 학습에 써도 되는지 정해요
/help  이 안내를 다시 보여 드려요"""

HELP_ENGLISH = """\
Just write to me in Korean. In groups, mention me with @ or reply to one of my messages.

/reset  start afresh, without what was said so far
/privacy  see what is kept, and decide whether it may be used for training
/help  show this again"""

HELP_ADMIN = """\
관리자 명령 (1:1 대화에서만)
/status  모델, 대화 수, 마지막 학습
/export  동의받은 대화를 JSON Lines 파일로
/retrain  학습 예약
/undelivered  끝내 답하지 못한 메시지와 그 까닭, /undelivered retry 로 다시 시도
/approve  좋은 대답에 답장으로
/fix 고친 답  고칠 대답에 답장으로"""

KEPT = """\
🔒 이 서버에 보관하는 것
• 보내신 말과 제 대답: 앞의 이야기에 이어서 대답하려고
• 텔레그램의 숫자 아이디와 언어 설정: 누구와 나눈 이야기인지 구별하려고
지우고 싶은 이야기가 있으면 이 봇의 운영자에게 말씀해 주세요."""

CONSENT_YES = "학습에 써도 좋아요 (만 14세 이상)"
CONSENT_NO = "학습에 쓰지 않기"
CONSENT_GIVEN = "고마워요. 앞으로 학습에 쓸게요. 마음이 바뀌면 언제든 /privacy 에서 바꿀 수 있어요."
CONSENT_DECLINED = "알겠어요. 학습에 쓰지 않을게요. 대화는 지금처럼 편하게 하시면 돼요."
CONSENT_OUTDATED = "이 안내는 오래되었어요. /privacy 를 다시 보내서 읽어 보고 정해 주세요."
UNKNOWN_BUTTON = "이 버튼은 지금은 쓸 수 없어요."

RESET = "네, 지금까지의 흐름은 접어 두고 새로 시작해요. 무슨 이야기를 할까요?"
NOT_TEXT = "아직은 글만 읽을 수 있어요. 하고 싶은 말을 글로 적어 주시겠어요?"
UNKNOWN_COMMAND = "그 명령은 아직 몰라요. 할 수 있는 일은 /help 로 볼 수 있어요."
ADMINS_ONLY = "미안해요, 이 명령은 관리자가 저와의 1:1 대화에서만 쓸 수 있어요."

REPLY_NEEDED = "살펴볼 제 대답에 답장으로 보내 주세요."
APPROVED = "고마워요. 좋은 대답으로 적어 둘게요."
FIXED = "고마워요. 고쳐 주신 대로 배울게요."
RUN_QUEUED = "학습을 예약했어요 (#{run_id}). 얼마나 되었는지는 /status 로 볼 수 있어요."
RUN_ACTIVE = "이미 예약되었거나 진행 중인 학습이 있어요. /status 로 볼 수 있어요."
UNDELIVERED_NONE = "끝내 답하지 못한 메시지가 없어요."
UNDELIVERED_USAGE = (
    "/undelivered 로 목록을 보고, /undelivered retry 또는 /undelivered retry 12 34 로 다시 시도할 수 있어요."
)
NOTHING_TO_EXPORT = "아직 내보낼 수 있는 대화가 없어요."

REASONS = {
    "no consent to train": "학습 동의 없음",
    "no answer of a model": "모델의 대답이 아님",
    "review state new": "아직 살펴보지 않음",
    "review state masked": "아직 살펴보지 않음 (개인정보는 가림)",
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


def undelivered(lines: list[str], count: int) -> str:
    if not lines:
        return UNDELIVERED_NONE
    shown = "\n".join(lines)
    return f"📭 끝내 답하지 못한 메시지 {count:,}개 중 최근 {len(lines)}개\n{shown}\n\n{UNDELIVERED_USAGE}"


def undelivered_retried(update_ids: list[int]) -> str:
    if not update_ids:
        return "다시 시도할 메시지가 없어요. 번호는 /undelivered 로 볼 수 있어요."
    return f"메시지 {len(update_ids):,}개에 다시 답해 볼게요."


def with_english(text: str, english: str, language_code: str | None) -> str:
    return text if (language_code or "").startswith("ko") else f"{text}\n\n{english}"


def privacy(consent: Consent | None) -> str:
    may_train = consent is not None and consent.may_train
    state = "학습에 쓰기로 하셨어요." if may_train else "학습에 쓰지 않아요."
    return f"{KEPT}\n\n{CONSENT_TEXT}\n\n지금은: {state}"


def status(status: Status) -> str:
    return (
        f"🤖 모델: {status.model_version}\n"
        f"💬 대화: {status.turns:,}번, 그중 학습에 동의한 분의 대화 {status.consenting_turns:,}번\n"
        f"📥 답을 기다리는 메시지: {status.pending_updates:,}개, 끝내 답하지 못한 메시지: {status.dead_updates:,}개\n"
        f"🎓 마지막 학습: {run(status.last_run)}"
    )


def run(run: FinetuneRun | None) -> str:
    if run is None:
        return "아직 없어요"
    progress = run.progress if run.state == "running" else {}
    share_done = progress.get("share_done")
    parts = [
        f"#{run.id} {RUN_STATES[run.state]}",
        f"{share_done:.0%}" if isinstance(share_done, int | float) else "",
        f"에폭 {progress['epoch']}/{progress['epochs']}" if {"epoch", "epochs"} <= progress.keys() else "",
        f"손실 {progress['loss']:.3f}" if isinstance(progress.get("loss"), int | float) else "",
        run.reason or "",
    ]
    return " · ".join(part for part in parts if part)


def export_receipt(exported: int, left_out: Mapping[str, int], masked: Mapping[str, int]) -> str:
    reasons = {REASONS.get(reason, reason): count for reason, count in left_out.items()}
    return "\n".join(
        [f"내보낸 대화: {exported:,}개", f"뺀 대화: {counted(reasons)}", f"가린 개인정보: {counted(masked)}"]
    )


def counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "없음"
