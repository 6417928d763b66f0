"""What may be taken from private talks, given who agreed?"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from dialogue_data.errors import CorpusError
from dialogue_data.exchange import Exchange
from dialogue_data.report import Report
from dialogue_data.speaker_names import NameReplacer
from dialogue_data.talk import Talk, Terms, exchanges

EVERYONE = "all"
SPEAKERS_NAMED = 20


def private_exchanges(talks: Sequence[Talk], terms: Terms, report: Report, source: str) -> Iterator[Exchange]:
    """Question and answer are both by people who agreed, and nobody who speaks in the talks is named in them."""
    speakers = Counter(utterance.speaker for talk in talks for utterance in talk.utterances)
    _refuse_unasked(speakers, terms, source)

    def agreed(speaker: str) -> bool:
        return EVERYONE in terms.consent or speaker in terms.consent

    report.left_out["no consent"] += sum(count for speaker, count in speakers.items() if not agreed(speaker))
    nameless = NameReplacer(speakers)
    times_seen: Counter[str] = Counter()
    for talk in talks:
        without_names = replace(talk, utterances=[replace(said, text=nameless(said.text)) for said in talk.utterances])
        for exchange in exchanges(without_names, terms, report, agreed):
            identity = _identity(exchange)
            times_seen[identity] += 1
            yield replace(exchange, id=f"{identity}:{times_seen[identity]}")


def _identity(exchange: Exchange) -> str:
    """From what is written anyway: a file's name, a chat's number or the time would point at people."""
    texts = "\n".join((*exchange.context, exchange.question, exchange.answer))
    return f"{exchange.source}:{hashlib.sha256(texts.encode()).hexdigest()[:16]}"


def _refuse_unasked(speakers: Counter[str], terms: Terms, source: str) -> None:
    found = name_speakers(speakers)
    if not terms.consent:
        raise CorpusError(
            f"{source}: private talk, which needs the consent of those who speak in it. Found {found}. Ask them, "
            f"then give --consent NAME for each who agreed, or --consent {EVERYONE}."
        )
    if unknown := sorted(terms.consent - speakers.keys() - {EVERYONE}):
        raise CorpusError(f"{source}: --consent {', '.join(unknown)}: nobody of that name speaks in it. Found {found}.")


def name_speakers(speakers: Counter[str]) -> str:
    most = (f"{speaker!r} ({count:,} messages)" for speaker, count in speakers.most_common(SPEAKERS_NAMED))
    more = len(speakers) - SPEAKERS_NAMED
    return ", ".join(most) + (f" and {more:,} more" if more > 0 else "")


def refuse_unknown_answerer(terms: Terms, speakers: Iterable[str], source: str) -> None:
    if terms.answers_of is not None and terms.answers_of not in (known := Counter(speakers)):
        found = ", ".join(map(repr, list(known)[:SPEAKERS_NAMED])) or "no speakers"
        raise CorpusError(
            f"{source}: --answers-of {terms.answers_of}: nobody of that name speaks in it. Found {found}."
        )
