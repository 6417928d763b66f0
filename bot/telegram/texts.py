"""What does the bot say of itself, apart from its answers?"""

from aiogram.types import BotCommand

COMMANDS = [
    BotCommand(command="help", description="할 수 있는 일"),
    BotCommand(command="style", description="말투 고르기: 합쇼체, 해요체, 반말, 나처럼"),
    BotCommand(command="teach", description="가르치기: /teach 질문 => 답"),
    BotCommand(command="fix", description="제 대답에 답장으로 고친 답 알려 주기"),
    BotCommand(command="why", description="제 대답에 답장으로 그렇게 말한 까닭 묻기"),
    BotCommand(command="reset", description="지금까지의 흐름을 잊고 새로 시작하기"),
    BotCommand(command="privacy", description="무엇이 보관되는지 보고, 학습에 써도 되는지 정하기"),
    BotCommand(command="mydata", description="나에 대해 보관된 것을 모두 받아 보기"),
    BotCommand(command="forget", description="나눈 이야기를 지우기"),
]
COMMANDS_ENGLISH = [
    BotCommand(command="help", description="what I can do"),
    BotCommand(command="style", description="choose how I speak: formal, polite, casual, or as you do"),
    BotCommand(command="teach", description="teach me: /teach question => answer"),
    BotCommand(command="fix", description="reply to an answer of mine with a better one"),
    BotCommand(command="why", description="reply to an answer of mine to see why I said it"),
    BotCommand(command="reset", description="start afresh, without what was said so far"),
    BotCommand(command="privacy", description="see what is kept, and decide whether it may be used for training"),
    BotCommand(command="mydata", description="get all that is kept about you"),
    BotCommand(command="forget", description="delete what we talked about"),
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
그냥 말을 걸어 주시면 돼요. 단체방에서는 저를 @로 부르거나, 이름을 부르거나, 제 말에 답장해 주세요.
대답 아래의 👍 👎 로 마음에 드는지 알려 주시고, 🔄 로 다른 대답을 들어 보세요.

/말투 (/style)  합쇼체, 해요체, 반말 가운데 골라요. “나처럼”은 쓰시는 말투를 따라가요
/teach 질문 => 답  새로운 대답을 가르쳐 주세요
/fix 고친 답  아쉬운 대답에 답장으로 보내서 고쳐 주세요
/why  궁금한 대답에 답장으로 보내면 왜 그렇게 말했는지 보여 드려요
/reset  지금까지의 흐름을 잊고 새로 이야기해요
/privacy  무엇이 보관되는지 보고, 학습에 써도 되는지 정해요
/mydata  나에 대해 보관된 것을 모두 파일로 받아요
/forget  나눈 이야기를 하나만, 또는 모두 지워요
/help  이 안내를 다시 보여 드려요"""

HELP_ENGLISH = """\
Just write to me in Korean. In groups, mention me with @, call my name or reply to one of my messages.
Below an answer, 👍 and 👎 tell me how you like it, and 🔄 asks for another one.

/style  choose how I speak: formal, polite, casual, or follow (as you do)
/teach question => answer  teach me a new answer
/fix better answer  as a reply to an answer that missed the point
/why  as a reply to an answer: why I said it
/reset  start afresh, without what was said so far
/privacy  see what is kept, and decide whether it may be used for training
/mydata  get all that is kept about you as a file
/forget  delete one exchange (as a reply to it) or everything
/help  show this again"""

UNKNOWN_BUTTON = "이 버튼은 지금은 쓸 수 없어요."

RESET = "네, 지금까지의 흐름은 접어 두고 새로 시작해요. 무슨 이야기를 할까요?"
UNKNOWN_COMMAND = "그 명령은 아직 몰라요. 할 수 있는 일은 /help 로 볼 수 있어요."


MODEL_TAINTED = "⚠️ 이 모델은 지금은 지워진 이야기를 배웠어요. 그 이야기 없이 다시 배운 모델로 곧 바뀌어요."


def with_english(text: str, english: str, language_code: str | None) -> str:
    return text if (language_code or "").startswith("ko") else f"{text}\n\n{english}"
