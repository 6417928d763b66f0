"""What may stand in a log? What happened and where; never what people said, and never a token or a password."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

TOKEN = re.compile(r"(\d{5,}):[\w-]{8,}")  # as @BotFather gives it; it stands in each address of the Bot API
PASSWORD = re.compile(r"(://[^:/@\s]*):[^@/\s]+@")  # in the address of a database
# Errors whose own text quotes what they could not read.
QUOTING = {"ValidationError", "ClientDecodeError", "DataNotDictLikeError"}
MAX_ERROR_CHARS = 500

Event = MutableMapping[str, Any]


def configure_logging() -> None:
    """To stderr, as stdout belongs to replies: for people where it is a terminal, else one JSON object a line."""
    is_terminal = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if is_terminal else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            show_exception,
            renderer,
            lambda _logger, _method, line: redacted(str(line)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
    )
    logging.getLogger().addHandler(LibraryLogs(logging.WARNING))
    sys.excepthook = log_uncaught


class LibraryLogs(logging.Handler):
    """What libraries log goes the same way."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().log(record.levelno, record.getMessage(), library=record.name, exc_info=error)


def log_uncaught(_kind: type[BaseException], error: BaseException, _traceback: TracebackType | None) -> None:
    structlog.get_logger().critical("ended_by_an_error", exc_info=error)


def show_exception(_logger: Any, _method: str, event: Event) -> Event:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["exception"] = traced(error)
    return event


def traced(error: BaseException) -> str:
    """The error with where it came from, cause first, without the values of variables."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{traced(cause)}\n\nwhich led to\n\n" if cause else ""
    return before + "".join(traceback.format_tb(error.__traceback__)) + described(error)


def described(error: BaseException) -> str:
    """In a line or few, for a log or the database."""
    kind = type(error).__name__
    text = "something was not as expected; its text would quote it" if kind in QUOTING else str(error)
    return redacted(f"{kind}: {text}").replace("\0", "")[:MAX_ERROR_CHARS]


def redacted(text: str) -> str:
    return PASSWORD.sub(r"\1:***@", TOKEN.sub(r"\1:***", text))
