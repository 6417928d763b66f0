"""What does the bot say around its answers: in groups, about styles, ratings, and what it cannot read?"""

from aiogram.enums import ContentType

RATED = {
    1: "마음에 드셨다니 기뻐요! 알려 줘서 고마워요.",
    -1: "알려 줘서 고마워요. 더 나은 대답을 /fix 로 가르쳐 주셔도 돼요.",
}

BEGAN_ANEW = "(오랜만이에요! 지난 이야기는 접어 두고 새로 시작할게요.)"

UNDERSTOOD = "(“{understood}” 라고 읽었어요. 한/영 키를 확인해 보세요!)"
TEACH_ME = "이 말에 답장으로 /fix 알맞은 대답 을 보내 주시면 배울게요."

REPLY_NEEDED = "살펴볼 제 대답에 답장으로 보내 주세요."
STYLE = "어떤 말투로 대답해 드릴까요?"

NOT_TEXT = "아직은 글만 읽을 수 있어요. 하고 싶은 말을 글로 적어 주시겠어요?"
KINDS_OF_CONTENT = {
    ContentType.STICKER: "귀여운 스티커네요! 저는 아직 글만 읽을 수 있어서, 어떤 마음인지 글로도 들려주세요.",
    ContentType.PHOTO: "사진을 보내 주셨군요! 저는 아직 사진을 볼 줄 몰라요. 무슨 사진인지 글로 이야기해 주시겠어요?",
    ContentType.VOICE: "목소리를 보내 주셨군요! 저는 아직 듣지 못해요. 글로 적어 주시면 잘 읽을게요.",
    ContentType.VIDEO: "영상을 보내 주셨군요! 저는 아직 볼 줄 몰라요. 어떤 영상인지 글로 이야기해 주시겠어요?",
}

GROUP_HELLO = """\
안녕하세요, 말동무예요. 😊 저와 이야기하고 싶으실 때는 {ways}
할 수 있는 일은 /help 로 볼 수 있어요."""
WAYS = "@{username} 으로 부르거나 제 말에 답장해 주세요."
WAYS_WITH_KEYWORD = "“{call}” 하고 부르거나, @{username} 으로 부르거나, 제 말에 답장해 주세요."
PRIVACY_MODE = """\
‘{title}’ 방에 들어왔는데, 텔레그램의 개인정보 보호 모드(privacy mode) 때문에 저를 @{username} 으로 부른 말과 \
제 말에 한 답장만 저에게 보여요. “{call}” 하고 불러도 저는 알 수 없어요.

그렇게도 부를 수 있게 하려면 @BotFather 에게 /setprivacy 를 보내 저를 고르고 Disable 을 누른 다음, 저를 그 방에서 \
내보냈다가 다시 초대해 주세요. 저를 그 방의 관리자로 정하셔도 돼요."""

ATTENTION = """\
{model_version} 모델이 대답의 한 조각(세로)을 말할 때 들은 말의 어느 조각(가로)을 보았는지예요. \
짙을수록 많이 본 거예요."""
ANOTHER_MODEL = " 이 대답을 한 모델({said_by})은 그 사이 바뀌었어요."
NO_PICTURE = "그림은 지금 보여 드릴 수 없어요."


def not_text(content_type: str) -> str:
    return next((text for kind, text in KINDS_OF_CONTENT.items() if kind == content_type), NOT_TEXT)


def attention_caption(drawn_by: str, said_by: str | None) -> str:
    caption = ATTENTION.format(model_version=drawn_by)
    return caption if drawn_by == said_by else caption + ANOTHER_MODEL.format(said_by=said_by)


def group_hello(username: str | None, keyword: str | None) -> str:
    """Without a keyword: nobody who only says it would be heard."""
    ways = WAYS_WITH_KEYWORD.format(call=call_of(keyword), username=username) if keyword else WAYS
    return GROUP_HELLO.format(ways=ways.format(username=username))


def privacy_mode(title: str, username: str | None, keyword: str) -> str:
    return PRIVACY_MODE.format(title=title, username=username, call=call_of(keyword))


def call_of(name: str) -> str:
    """말동무야, but 봇돌아: the particle depends on whether the last syllable ends in a consonant."""
    last = ord(name[-1]) - ord("가")
    return f"{name}{'아' if 0 <= last < 11172 and last % 28 else '야'}"
