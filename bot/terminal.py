"""How does one person talk with the bot at a keyboard, or through a pipe?"""

import asyncio
import sys
from contextlib import AsyncExitStack, suppress
from importlib import import_module
from io import TextIOWrapper
from typing import TextIO

from rich.console import Console
from rich.text import Text

from bot.conversation import Conversation, build_conversation
from bot.curation import Curation, CurationRefusedError
from bot.database.migrating import open_database
from bot.database.model_versions import serving_model_path
from bot.database.people import Speaker
from bot.forgetting import Forgetting, ForgettingRefusedError
from bot.replier import LoadReplier
from bot.reply_worker import ReplyWorker
from bot.settings import Settings
from bot.terminal_own_data import TerminalOwnData

OWNER = Speaker(platform="terminal", user_id="owner", chat_id="owner")
SPEECH_LEVELS = {"합쇼체": "formal", "해요체": "polite", "반말": "casual"}

WELCOME = "말동무예요. 편하게 이야기해 주세요. 도움말은 /help, 끝내려면 /quit 이나 Ctrl-D."
GOODBYE = "또 이야기해요!"
HELP = """\
/reset          지금까지 나눈 이야기를 잊고 새로 시작해요
/말투 반말       반말, 해요체, 합쇼체 가운데 골라요
/fix 고친 답     방금 한 대답을 이렇게 고쳐요
/approve        방금 한 대답이 좋았다고 표시해요
/good, /bad     방금 한 대답이 마음에 들었는지 알려 줘요
/teach 질문 => 답   새로운 것을 가르쳐요
/privacy        내 이야기를 보관하고 학습에 써도 되는지 보고 정해요
/mydata         나에 대해 보관된 것을 모두 파일로 내보내요
/forget         나눈 이야기를 하나만, 또는 모두 지워요
/quit           끝내요"""


class TerminalChat:
    """What each typed line means."""

    def __init__(self, conversation: Conversation, curation: Curation, own_data: TerminalOwnData) -> None:
        self._conversation = conversation
        self._curation = curation
        self._own_data = own_data

    async def respond(self, line: str) -> str | None:
        """What to show for this line; None: the person wants to go."""
        command, _, rest = line.strip().partition(" ")
        if command == "/quit":
            return None
        try:
            return await self._respond(command, rest.strip(), line)
        except (CurationRefusedError, ForgettingRefusedError) as refusal:
            return str(refusal)

    async def _respond(self, command: str, rest: str, line: str) -> str:
        match command:
            case "/help":
                return HELP
            case "/reset":
                await self._conversation.reset(OWNER)
                return "네, 새로 시작해요."
            case "/말투":
                return await self._set_speech_level(rest)
            case "/fix":
                await self._curation.fix(OWNER, rest)
                return "고마워요. 다음에는 그렇게 말해 볼게요."
            case "/approve":
                await self._curation.approve(OWNER)
                return "고마워요. 좋은 대답으로 적어 둘게요."
            case "/good" | "/bad":
                await self._curation.rate(OWNER, 1 if command == "/good" else -1)
                return "알려 줘서 고마워요."
            case "/teach":
                await self._curation.teach(OWNER, rest)
                return "고마워요. 살펴본 다음에 배울게요."
            case "/privacy":
                return await self._own_data.decide_privacy(rest)
            case "/mydata":
                return await self._own_data.write(rest)
            case "/forget":
                return await self._own_data.forget(rest)
            case _ if command.startswith("/"):
                return f"{command} 명령은 몰라요. /help 를 보면 할 수 있는 일이 나와요."
            case _:
                return await self._answer(line)

    async def _answer(self, line: str) -> str:
        answer = await self._conversation.answer(OWNER, line)
        if answer.turn_id is not None:
            await self._conversation.mark_sent(answer.turn_id, None)
        return answer.text

    async def _set_speech_level(self, wanted: str) -> str:
        if wanted not in SPEECH_LEVELS:
            return f"{', '.join(SPEECH_LEVELS)} 가운데 골라 주세요. 예: /말투 반말"
        await self._conversation.set_speech_level(OWNER, SPEECH_LEVELS[wanted])
        return "그래, 이제 편하게 말할게." if wanted == "반말" else "네, 그렇게 말할게요."


def talk(settings: Settings, load_replier: LoadReplier) -> None:
    """Opens database and model, talks until the person goes or the pipe ends, and closes both."""
    with asyncio.Runner() as runner:
        database = AsyncExitStack()
        sessions = runner.run(database.enter_async_context(open_database(settings.database_url)))
        try:
            worker = ReplyWorker(
                load_replier(runner.run(serving_model_path(sessions, settings.models_dir))),
                max_batch_size=settings.max_batch_size,
            )
            conversation = build_conversation(settings, sessions, worker)
            curation, forgetting = Curation(sessions), Forgetting(sessions, settings.models_dir)
            own_data = TerminalOwnData(sessions, curation, forgetting, OWNER)
            chat = TerminalChat(conversation, curation, own_data)
            runner.run(conversation.reset(OWNER))  # a new start is a new conversation
            worker.start()
            try:
                if sys.stdin.isatty():
                    talk_at_keyboard(chat, runner)
                else:
                    talk_through_pipe(chat, runner, sys.stdin, sys.stdout)
            finally:
                worker.stop()
        finally:
            runner.run(database.aclose())


def talk_through_pipe(chat: TerminalChat, runner: asyncio.Runner, lines: TextIO, replies: TextIO) -> None:
    """One line in, one line out, in order, and nothing else."""
    if isinstance(lines, TextIOWrapper):  # whatever the locale says: a stray byte costs one character, not the talk
        lines.reconfigure(encoding="utf-8", errors="replace")
    for line in lines:
        shown = runner.run(chat.respond(line))
        if shown is None:
            break
        print(" ".join(shown.split()), file=replies, flush=True)


def talk_at_keyboard(chat: TerminalChat, runner: asyncio.Runner) -> None:
    """input() waits outside the event loop, so that Ctrl-C reaches it."""
    with suppress(ImportError):  # not on every system; where it is, input() edits lines and remembers them
        import_module("readline")
    console = Console()
    console.print(Text(WELCOME, "dim"))
    try:
        while True:
            line = input("나 › ")
            with console.status("생각하고 있어요…"):
                shown = runner.run(chat.respond(line))
            if shown is None:
                break
            console.print(Text.assemble(("말동무 › ", "bold cyan"), shown))
    except (EOFError, KeyboardInterrupt):
        console.print()
    console.print(Text(GOODBYE, "dim"))
