"""What does the bot say of itself, apart from its answers?"""

from aiogram.types import BotCommand

from bot.curation import CONSENT_TEXT
from bot.database.tables import Consent

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


def with_english(text: str, english: str, language_code: str | None) -> str:
    return text if (language_code or "").startswith("ko") else f"{text}\n\n{english}"


def privacy(consent: Consent | None) -> str:
    may_train = consent is not None and consent.may_train
    state = "학습에 쓰기로 하셨어요." if may_train else "학습에 쓰지 않아요."
    return f"{KEPT}\n\n{CONSENT_TEXT}\n\n지금은: {state}"
