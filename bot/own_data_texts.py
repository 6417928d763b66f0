"""What are people told about what is kept of them, and about what is forgotten?"""

from bot.database.forgetting import Forgotten
from bot.database.tables import Consent

KEPT = """\
🔒 이 서버에 보관하는 것
• 보내신 말과 제 대답: 앞의 이야기에 이어서 대답하려고
• 텔레그램의 숫자 아이디와 언어 설정: 누구와 나눈 이야기인지 구별하려고
/mydata 로 모두 받아 보고, /forget 으로 지우실 수 있어요."""

KEEP_YES = "🗂 이야기를 보관해도 좋아요"
KEEP_NO = "🗂 아무것도 보관하지 않기"
CONSENT_YES = "🎓 학습에 써도 좋아요 (만 14세 이상)"
CONSENT_NO = "🎓 학습에 쓰지 않기"
KEEP_GIVEN = "고마워요. 앞으로 나누는 이야기를 기억할게요. 학습에는 따로 허락하신 때만 써요."
KEEP_DECLINED = (
    "알겠어요. 지금부터는 아무것도 남기지 않고 대답만 할게요. 앞의 이야기에 이어서 대답하지는 못해요. "
    "전에 나눈 이야기는 /forget 으로 지우실 수 있어요."
)
CONSENT_GIVEN = "고마워요. 앞으로 학습에 쓸게요. 마음이 바뀌면 언제든 /privacy 에서 바꿀 수 있어요."
CONSENT_DECLINED = (
    "알겠어요. 지금부터 새 학습에 쓰지 않을게요. 대화는 지금처럼 편하게 하시면 돼요. "
    "이미 배운 것까지 지우려면 /forget 을 보내 주세요."
)
CONSENT_OUTDATED = "이 안내는 오래되었어요. /privacy 를 다시 보내서 읽어 보고 정해 주세요."

TERMINAL_PRIVACY = """\
/privacy on        학습에 써도 좋아요 (만 14세 이상)
/privacy off       학습에 쓰지 않기
/privacy keep      이야기를 보관해도 좋아요
/privacy nothing   아무것도 보관하지 않기"""

MY_DATA = "📦 나에 대해 이 서버에 보관된 모든 것이에요. 다른 분의 이야기는 들어 있지 않아요."
NOTHING_KEPT = "보관하고 있는 것이 없어요."
PRIVATE_ONLY = "다른 분께 보이지 않도록, 저와의 1:1 대화에서 보내 주세요."

FORGET_WHAT = """\
🧹 무엇을 지울까요? 지우면 되돌릴 수 없어요.

• 방금 한 이야기: 이 방에서 마지막으로 하신 말과 제 대답만 지워요.
• 모든 이야기: 어느 방에서든 저와 나눈 이야기, 대답 후보, 평가, 가르쳐 주신 것, 동의 기록, 아이디까지 모두 지워요.

어느 쪽이든, 배운 모델이 있으면 그 모델도 그 이야기 없이 다시 만들어요. \
하나만 골라 지우려면 그 대답에 답장으로 /forget 을 보내 주세요.
아래 버튼은 10분 동안, 물어보신 분만 누를 수 있어요."""
TERMINAL_FORGET = """\
무엇을 지울까요? 지우면 되돌릴 수 없어요.
/forget turn         방금 한 이야기만 지워요
/forget everything   모든 이야기, 평가, 가르친 것, 동의 기록까지 지워요"""
TERMINAL_CLEAN_MODEL = "모델을 다시 배우게 하려면 대화를 끝내고 maldongmu retrain 을 실행해 주세요."
FORGET_TURN = "방금 한 이야기만 지우기"
FORGET_EVERYTHING = "모든 이야기를 지우기"
FORGET_NOTHING = "그만두기"
FORGET_EXPIRED = "시간이 지나서 이 버튼은 쓸 수 없어요. 지우시려면 /forget 을 다시 보내 주세요."
FORGET_OTHERS = "이 버튼은 물어보신 분만 누를 수 있어요. 내 이야기를 지우려면 /forget 을 직접 보내 주세요."
FORGET_KEPT = "네, 아무것도 지우지 않았어요."
FORGET_NOT_FOUND = "그 이야기는 찾지 못했어요. 이미 지워졌거나, 처음부터 남기지 않은 이야기예요."
FORGET_NOT_YOURS = "다른 분과 나눈 이야기라서 지울 수 없어요. 내 이야기만 지울 수 있어요."

CLEAN_MODEL_COMES = (
    "⏳ 지금 대답하는 모델도 그중 하나예요. 그 이야기 없이 다시 배우는 일을 예약했고, 보통 몇 분에서 몇 시간이 걸려요. "
    "그때까지는 지금 모델이 대답하고, 끝나면 저절로 바뀌어요."
)


def privacy(consent: Consent | None) -> str:
    """Where they stand, without what they are asked."""
    may_keep = consent is None or consent.may_keep
    may_train = consent is not None and consent.may_train
    return (
        f"지금은: {'이야기를 보관해요.' if may_keep else '아무것도 보관하지 않아요.'} "
        f"{'학습에 쓰기로 하셨어요.' if may_train else '학습에 쓰지 않아요.'}"
    )


def turn_forgotten(forgotten: Forgotten) -> str:
    return "\n".join(["🧹 그 이야기를 지웠어요. 대답 후보, 평가, 검토 기록도 함께요.", *_about_models(forgotten)])


def everything_forgotten(forgotten: Forgotten | None) -> str:
    if forgotten is None:
        return NOTHING_KEPT
    sentences = [
        f"🧹 모두 지웠어요. 이야기 {forgotten.turns:,}개와 거기 딸린 대답 후보, 평가, 검토 기록, "
        "그리고 동의 기록과 아이디까지요.",
        *_about_models(forgotten),
        "아무것도 보관하지 않겠다는 뜻만은 적어 둘게요. 그래야 앞으로도 지킬 수 있어요."
        if forgotten.is_wish_kept
        else "다음에 말을 걸어 주시면 처음 만난 분으로 맞이할게요.",
        "대화 화면에 남은 글은 제가 지울 수 없어서, 직접 지워 주셔야 해요.",
    ]
    return "\n".join(sentences)


def _about_models(forgotten: Forgotten) -> list[str]:
    if not forgotten.models:
        return ["이 이야기를 배운 모델은 없어요."] if forgotten.turns else []
    return [
        f"이 이야기를 배운 모델 {forgotten.models:,}개도 더는 쓰지 않고 지워요.",
        *([CLEAN_MODEL_COMES] if forgotten.is_serving_tainted else []),
    ]
