"""What does one say who does not know? Just that, kindly, in the right speech level, taking up what was heard."""

import re
import zlib
from collections.abc import Sequence
from typing import NamedTuple

from seq2seq.answering.hostility import CALM, hostility_of
from seq2seq.answering.listening import phrases
from seq2seq.answering.listening.echo import Echo, echo_of
from seq2seq.answering.listening.english import is_english, named_in
from seq2seq.answering.listening.feelings import Feeling, feeling_of
from seq2seq.answering.listening.offered import resolved
from seq2seq.answering.listening.scribble import scribble_of
from seq2seq.answering.listening.short_turns import answered, completed, turn_of
from seq2seq.answering.listening.topic import topic_of
from seq2seq.answering.respelling import Doubt

_question = re.compile(
    r"(?:\?|(?:(?<!니)까요?|(?<![겁화신증열혼성땀만끝])나요|냐|[은는인한]가요|[은는인한]지|뭐지|왜지)[.!~]*)[\s?!~ㅋㅎㅠㅜ]*$"
    r"|(?:왜|뭐|어떻게|무슨|어떤|누가|언제|어디).*(?:모르겠|궁금)"
)

_request = re.compile(r"(?:줘|주세요|주라|줄래요?|주실래요|주시겠어요|봐라)[\s.!?~ㅋㅎㅠㅜ]*(?:$|(?<=[.!?])\s)")
_because = re.compile(r".*때문에요?[\s.!~ㅋㅎㅠㅜ]*")
_sentence_end = re.compile(r"(?<=[.!~])\s+")
_WITHOUT_SYMPATHY = ("weighed", "wondered")
_SHORT_ECHO = 12  # signs; a longer one is a story of its own, even in a talk


class Heard(NamedTuple):
    text: str
    share: float  # of what was said


class Unknown(NamedTuple):
    text: str
    plain: str  # of nothing that was heard
    heard: float  # how much: 0 nothing, 1 words that can be taken up


# How much is heard where an answer is put into what was asked, where words can be taken up, where they are felt with
# too … : what judges gave to replies of each kind, between those with no more than a topic and an echo
# (docs/RESULTS.md).
_ANSWER, _WORDS, _WORDS_AND_FEELING, _NAMED, _FEELING, _TOPIC = 1.2, 1.0, 0.85, 0.5, 0.2, 0.0
_MENDED = 0.8  # of that, where it had to be respelt
_IN_TALK, _IN_TALK_OF = 0.9, 0.4  # few answers that were learnt for something else go on with a talk


def unknown_reply(question: str, level: str | None, context: Sequence[str] = (), doubt: Doubt | None = None) -> Unknown:
    """What may be said to a question without a fitting answer; what is in doubt is not said again."""
    question = resolved(question, context[-1]) if context else question
    listener = _Listener(question, level or "polite", context, doubt)
    plain = listener.say(phrases.PLAIN)
    if sort := hostility_of(question, is_in_talk=bool(context)):
        return Unknown(listener.say(CALM[sort]), plain, _WORDS)
    heard = (
        listener.scribble()
        or listener.english()
        or listener.taking_up()
        or listener.on_its_topic()
        or Heard(plain, 0.0)
    )
    share = heard.share if doubt is None else _MENDED * heard.share
    return Unknown(heard.text, plain, _IN_TALK + _IN_TALK_OF * share if context else share)


class _Listener(NamedTuple):
    question: str
    level: str
    context: Sequence[str]
    doubt: Doubt | None

    def scribble(self) -> Heard | None:
        found = scribble_of(self.question)
        if found is None or (found == "numbers" and self.context):  # which may answer something
            return None
        return Heard(self.say(phrases.SCRIBBLES[found]), _ANSWER)

    def english(self) -> Heard | None:
        if not is_english(self.question):
            return None
        named = named_in(self.question)
        return Heard(self.say(phrases.ENGLISH_ABOUT, named), _NAMED) if named else Heard(self.say(phrases.ENGLISH), 0.0)

    def taking_up(self) -> Heard | None:
        """What was said, by what it answers, its words and its feeling; None where none of these is heard."""
        if self.context and (turn := turn_of(self.question)):
            plain = Heard(self.say(phrases.TURNS[turn], self.earlier_topic or "그"), _WORDS)
            return self.as_answer(self.question) or plain
        if _request.search(self.question):
            return None
        first, *more = _sentence_end.split(self.question, 1)
        answer = self.as_answer(first) if more or _because.fullmatch(first) else None
        return answer or self.in_its_words(is_one_sentence=not more)

    def as_answer(self, said: str) -> Heard | None:
        """To what the companion asked, or a few words completed; None outside of a talk."""
        if not self.context:
            return None
        asked, is_casual = self.context[-1], self.level == "casual"
        if turn := turn_of(said):
            words = answered(turn, said, asked, is_casual=is_casual)
        else:
            words = completed(said, asked if "?" in asked else None, is_casual=is_casual)
        return Heard(f"{words}. {self.in_talk()}", _ANSWER) if words else None

    def in_its_words(self, *, is_one_sentence: bool) -> Heard | None:
        """By an echo, with sympathy where something is felt."""
        echo = echo_of(self.question, self.level, self.doubt)
        if echo is None and (answer := self.as_answer(self.question)):
            return answer
        is_thought = echo and (echo.tone in _WITHOUT_SYMPATHY or (echo.tone == "retold" and is_one_sentence))
        feeling = None if is_thought else feeling_of(self.question)
        if echo is None and (feeling is None or _question.search(self.question)):
            return None
        words = f"{echo.text}." if echo else ""
        sympathy = self.say(phrases.SYMPATHY[feeling], after=words) if feeling else ""
        text = " ".join(filter(None, (words, sympathy, self.going_on(echo, feeling))))
        return Heard(text, _FEELING if echo is None else _WORDS_AND_FEELING if feeling else _WORDS)

    def going_on(self, echo: Echo | None, feeling: Feeling | None) -> str:
        if echo and echo.tone in ("weighed", "wondered"):
            return self.say(phrases.OF_TONE[echo.tone])
        if feeling is None and (echo is None or (self.context and len(echo.text) <= _SHORT_ECHO)):
            return self.in_talk()
        return self.say(phrases.OF_TONE[echo.tone if echo else "told"])

    def in_talk(self) -> str:
        if topic := self.earlier_topic:
            return self.say(phrases.IN_TALK_ON_TOPIC, topic)
        return self.say(phrases.IN_TALK)

    def on_its_topic(self) -> Heard | None:
        """Of a question, or of a statement whose words are not understood; in a talk it may have been said before."""
        topic = topic_of(self.question)
        if topic and self.doubt and self.doubt(topic):
            topic = None
        if _question.search(self.question):
            table = phrases.ASKED_BACK if self.context else phrases.ASKED
            asked = next(replies for signs, replies in table.items() if re.search(signs, self.question))
            if self.context:
                return Heard(self.say(asked), _TOPIC)
            return Heard(self.say(asked, topic), _TOPIC) if topic else None
        if topic:
            return Heard(self.say(phrases.ABOUT, topic), _TOPIC)
        if self.earlier_topic:
            return Heard(self.say(phrases.MORE_OF_IT, self.earlier_topic), _TOPIC)
        return Heard(self.say(phrases.LISTEN), _TOPIC) if self.context else None

    @property
    def earlier_topic(self) -> str | None:
        """Of what the person said before."""
        return topic_of(" ".join(self.context[-2:-1]))

    def say(self, replies: phrases.Replies, topic: str = "그", after: str = "") -> str:
        """For the same words in the same talk always the same; not what was just said, and no word of `after` again."""
        said = " ".join(self.context[-1::-2])
        fresh = [one for one in replies[self.level] if one.rpartition("}")[2] not in said and one[:2] not in after]
        fresh = fresh or list(replies[self.level])
        return fresh[zlib.crc32(self.question.encode("utf-8", "replace")) % len(fresh)].format(topic=topic)
