"""What does a refusal of Telegram mean for what is to be delivered: does it pass, or will it never be?"""

from collections.abc import Iterator
from contextlib import contextmanager

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.inbox_worker import UndeliverableError, UnreachableError
from bot.logs import described


@contextmanager
def in_terms_of_the_inbox() -> Iterator[None]:
    try:
        yield
    except TelegramRetryAfter as error:
        raise UnreachableError(described(error), wait_seconds=error.retry_after) from error
    except (TelegramNetworkError, TelegramServerError, TelegramUnauthorizedError, ClientDecodeError) as error:
        raise UnreachableError(described(error)) from error
    except (TelegramForbiddenError, TelegramBadRequest) as error:
        raise UndeliverableError(described(error)) from error
