"""How does one person talk with the bot at a keyboard, or through a pipe?"""

import asyncio
import sys
from contextlib import AsyncExitStack, suppress
from importlib import import_module
from io import TextIOWrapper
from typing import TextIO

from rich.console import Console
from rich.text import Text

from bot.answering import Answer
from bot.conversation import Conversation, build_conversation
from bot.curation import Curation
from bot.database.migrating import open_database
from bot.database.model_versions import serving_model_path
from bot.database.people import Speaker
from bot.errors import RefusedError
from bot.forgetting import Forgetting
from bot.insight import Insights
from bot.lessons import Lessons
from bot.ratings import Ratings
from bot.replier import LoadReplier
from bot.reply_worker import ReplyWorker
from bot.settings import Settings
from bot.speech_style import CHOSEN, WHICH_STYLE, read_style
from bot.terminal_own_data import TerminalOwnData

OWNER = Speaker(platform="terminal", user_id="owner", chat_id="owner")

WELCOME = "말동무예요. 편하게 이야기해 주세요. 도움말은 /help, 끝내려면 /quit 이나 Ctrl-D."
GOODBYE = "또 이야기해요!"
HELP = """\
/reset          지금까지 나눈 이야기를 잊고 새로 시작해요
/말투 반말       반말, 해요체, 합쇼체, 나처럼 가운데 골라요
/another        방금 한 말에 다르게 대답해 봐요
/why            왜 그렇게 대답했는지 보여 줘요
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

    def __init__(
        self,
        conversation: Conversation,
        curation: Curation,
        ratings: Ratings,
        lessons: Lessons,
        insights: Insights,
        own_data: TerminalOwnData,
    ) -> None:
        self._conversation = conversation
        self._curation = curation
        self._ratings = ratings
        self._lessons = lessons
        self._insights = insights
        self._own_data = own_data

    async def respond(self, line: str) -> str | None:
        """What to show for this line; None: the person wants to go."""
        command, _, rest = line.strip().partition(" ")
        if command == "/quit":
            return None
        try:
            return await self._respond(command, rest.strip(), line)
        except RefusedError as refusal:
            return str(refusal)

    async def _respond(self, command: str, rest: str, line: str) -> str:
        match command:
            case "/help":
                return HELP
            case "/reset":
                await self._conversation.reset(OWNER)
                return "네, 새로 시작해요."
            case "/말투" | "/style":
                return await self._set_style(rest)
            case "/another":
                return await self._say(await self._conversation.another(OWNER))
            case "/why":
                return await self._explain()
            case "/fix":
                await self._curation.fix(OWNER, rest)
                return "고마워요. 다음에는 그렇게 말해 볼게요."
            case "/approve":
                await self._curation.approve(OWNER)
                return "고마워요. 좋은 대답으로 적어 둘게요."
            case "/good" | "/bad":
                await self._ratings.rate_last(OWNER, 1 if command == "/good" else -1)
                return "알려 줘서 고마워요."
            case "/teach":
                return await self._lessons.teach(OWNER, rest)
            case "/privacy":
                return await self._own_data.decide_privacy(rest)
            case "/mydata":
                return await self._own_data.write(rest)
            case "/forget":
                return await self._own_data.forget(rest)
            case _ if command.startswith("/"):
                return f"{command} 명령은 몰라요. /help 를 보면 할 수 있는 일이 나와요."
            case _:
                return await self._say(await self._conversation.answer(OWNER, line))

    async def _say(self, answer: Answer) -> str:
        if answer.turn_id is not None:
            await self._conversation.mark_sent(answer.turn_id, None)
        return f"(“{answer.understood}” 라고 읽었어요.) {answer.text}" if answer.understood else answer.text

    async def _explain(self) -> str:
        insight = await self._insights.explain(OWNER)
        drawn = insight.attention.in_letters() if insight.attention else ""
        return f"{insight.text()}\n\n{drawn}".rstrip()

    async def _set_style(self, wanted: str) -> str:
        if (style := read_style(wanted)) is None:
            return WHICH_STYLE
        await self._conversation.set_style(OWNER, style)
        return CHOSEN[style]


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
            curation = Curation(sessions)
            chat = TerminalChat(
                conversation,
                curation,
                Ratings(sessions),
                Lessons(sessions, per_day=settings.lessons_per_day, max_chars=settings.max_question_chars),
                Insights(sessions, worker, timeout_seconds=settings.reply_timeout_seconds),
                TerminalOwnData(sessions, curation, Forgetting(sessions, settings.models_dir), OWNER),
            )
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
