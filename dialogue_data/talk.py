"""Which exchanges does a talk between people hold?"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from dialogue_data.exchange import Exchange, normalise
from dialogue_data.report import Report

CONTEXT_TURNS = 4


@dataclass(frozen=True, slots=True)
class Utterance:
    speaker: str
    text: str  # empty where something without words was sent, such as a photo: it answers, and cannot be learnt
    time: datetime | None  # where the source gives it; only differences count, so any one time zone will do
    place: str  # in its talk, the same whenever that is read


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    id: str
    source: str
    utterances: Sequence[Utterance]
    answerer: str | None = None  # who answers in it, where the source says so: the system, the assistant
    is_private: bool = False  # between people whose consent is needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is wanted of the talks."""

    silence: timedelta = timedelta(hours=1)  # after a longer one nothing answers what was said before
    answers_of: str | None = None  # this speaker's answers alone; otherwise everyone's
    consent: frozenset[str] = frozenset()  # the speakers of private talks who agreed, or `all`


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said without being interrupted."""

    speaker: str
    text: str
    time: datetime | None
    place: str


def exchanges(
    talk: Talk, terms: Terms, report: Report, may_be_used: Callable[[str], bool] = lambda speaker: True
) -> Iterator[Exchange]:
    """Each turn with the one that answers it, and the turns before them as context.

    Only speakers that may be used are in it. Someone else's turn between two of theirs parts them.
    """
    answerer = terms.answers_of or talk.answerer

    def is_usable(turn: Turn) -> bool:
        return bool(turn.text) and may_be_used(turn.speaker)

    for session in sessions(talk.utterances, terms.silence):
        said = turns(session)
        if len(said) == 1:
            report.left_out["unanswered turn"] += 1
        earlier: deque[str] = deque(maxlen=CONTEXT_TURNS)
        for question, answer in pairwise(said):
            context = tuple(earlier)
            if is_usable(question):
                earlier.append(question.text)
            if not (is_usable(question) and is_usable(answer)):
                continue  # counted where the words or the consent were found missing
            if answerer is not None and answer.speaker != answerer:
                report.left_out[f"answer of another than {answerer}"] += terms.answers_of is not None
                continue
            yield Exchange(
                id=f"{talk.source}:{talk.id}:{answer.place}",
                context=context,
                question=question.text,
                answer=answer.text,
                source=talk.source,
            )


def sessions(utterances: Sequence[Utterance], silence: timedelta) -> Iterator[list[Utterance]]:
    session: list[Utterance] = []
    last: datetime | None = None
    for utterance in utterances:
        if utterance.time and last and abs(utterance.time - last) > silence:
            yield session
            session = []
        session.append(utterance)
        last = utterance.time or last
    if session:
        yield session


def turns(session: Sequence[Utterance]) -> list[Turn]:
    """Of several utterances of one speaker each becomes a part of the turn; its place is that of the first."""
    merged = []
    for speaker, run in groupby(session, key=lambda utterance: utterance.speaker):
        said = list(run)
        text = " ".join(utterance.text for utterance in said if utterance.text)
        merged.append(Turn(speaker, text, said[-1].time, said[0].place))
    return merged


def alternating(texts: Sequence[str]) -> list[Utterance]:
    """Two who speak in turn, where the source names nobody."""
    return [Utterance("AB"[place % 2], text, None, str(place + 1)) for place, text in enumerate(texts)]


def one_line(text: str) -> str:
    """Messengers break lines for the look of it."""
    return " ".join(normalise(text).split())
