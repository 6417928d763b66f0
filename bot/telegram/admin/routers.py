"""Which handler takes which command and button of admins and curators?"""

from collections.abc import Awaitable, Callable

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import Message

from bot.database.engine import Sessions
from bot.telegram.admin import (
    announce,
    export,
    judging,
    models,
    people,
    review,
    stats,
    status,
    texts,
    training,
    undelivered,
)
from bot.telegram.admin.access import (
    COMMANDS,
    AuditedActions,
    is_admin,
    is_curator,
    may_use,
    speaks_for_many,
    who_presses,
)
from bot.telegram.admin.confirming import Confirmation, Perform, build_confirm
from bot.telegram.delivery import send
from bot.telegram.speaking import who_speaks

HANDLERS: dict[str, Callable[..., Awaitable[None]]] = {
    "status": status.show_status,
    "review": review.start_review,
    "approve": judging.approve,
    "fix": judging.fix,
    "stats": stats.show_statistics,
    "export": export.export,
    "retrain": training.retrain,
    "cancel": training.cancel,
    "schedule": training.schedule,
    "models": models.show_models,
    "promote": models.promote,
    "rollback": models.roll_back,
    "delete": models.delete,
    "announce": announce.announce,
    "block": people.block,
    "unblock": people.unblock,
    "role": people.role,
    "undelivered": undelivered.show_undelivered,
}
PERFORMERS: dict[str, Perform] = {
    training.RETRAIN: training.perform_retrain,
    models.PROMOTE: models.perform_promote,
    models.ROLLBACK: models.perform_rollback,
    models.DELETE: models.perform_delete,
    announce.ANNOUNCE: announce.perform_announce,
}


def build_admin_routers(sessions: Sessions) -> list[Router]:
    """The commands, the buttons, better answers, and behind them the refusal for everyone else."""
    routers = [_commands(), _buttons(), _better_answers()]
    for router in routers:
        for observer in (router.message, router.callback_query):
            observer.middleware(AuditedActions(sessions))
    return [_claim(), *routers, _refusals()]


def _commands() -> Router:
    router = Router(name="admin-commands")
    router.message.filter(who_speaks, F.chat.type == ChatType.PRIVATE, Command(*COMMANDS), may_use)
    for command, handler in HANDLERS.items():
        router.message.register(handler, Command(command))
    return router


def _buttons() -> Router:
    router = Router(name="admin-buttons")
    router.callback_query.filter(who_presses)
    router.callback_query.register(review.decide, review.ReviewChoice.filter(), is_curator)
    router.callback_query.register(build_confirm(PERFORMERS), Confirmation.filter(), is_admin)
    return router


def _better_answers() -> Router:
    router = Router(name="better-answers")
    router.message.filter(who_speaks, F.chat.type == ChatType.PRIVATE, F.reply_to_message, ~F.text.startswith("/"))
    router.message.register(review.take_better_answer, is_curator, review.shows_a_turn)
    return router


def _claim() -> Router:
    router = Router(name="claim")
    router.message.filter(who_speaks, F.chat.type == ChatType.PRIVATE)
    router.message.register(people.claim, Command("claim"))
    return router


def _refusals() -> Router:
    router = Router(name="not-admin")
    refused = Command(*(command for command in COMMANDS if command != "fix"))  # from others that is a lesson
    router.message.register(refuse_the_nameless, refused, speaks_for_many)
    router.message.register(refuse, refused, who_speaks)
    return router


async def refuse(message: Message) -> None:
    await send(message, texts.ADMINS_ONLY)


async def refuse_the_nameless(message: Message) -> None:
    await send(message, texts.ANONYMOUS)
