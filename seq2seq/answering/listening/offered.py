"""Which of the two things that the companion offered? "파전이나 칼국수는 어때?", "뒤에 거로 할래" → "칼국수로 할래"."""

import re

from seq2seq.answering.listening.particles import agreeing
from seq2seq.answering.tables import any_of, twins

_offer = re.compile(
    r"(?P<first>[가-힣A-Za-z0-9]{2,}?)(?:이나|나|이랑|랑|하고|과|와)(?: 아니면)? "
    r"(?P<second>[가-힣A-Za-z0-9]{2,}?)(?:을|를|은|는|이|가|도|으로|로)?(?: (?:중|어때|어떠|괜찮|좋|해|추천)|[?.])"
)
_thing = "(?:_?(?:거|것|게|건|걸))?"
_POINTING = {
    "first": f"전자 앞에{_thing} 앞의_거 (?:첫|1)_?번째{_thing} 첫째 1번 처음_거 먼저_말한_거",
    "second": f"후자 뒤에{_thing} 뒤의_거 (?:두|2)_?번째{_thing} 둘째 2번 나중_거 뒤에_말한_거",
}
_pointing = {one: re.compile(rf"(?<!\S)(?:{any_of(words)})") for one, words in _POINTING.items()}
_particle = re.compile("으로|로|이랑|랑|은|는|이(?!요)|가|을|를")
_WITHIN = twins("게:가 건:는 걸:를")  # 게 is 거 with 가


def resolved(text: str, offered: str) -> str:
    """The text with the name of what it points to; as it is where that is not sure.

    offered: what the companion said before.
    """
    found = _offer.search(offered)
    if found is None:
        return text
    for one, pointing in _pointing.items():
        if (words := pointing.search(text)) is not None:
            name, rest = found[one], text[words.end() :]
            if not rest.strip(" .!~ㅋㅎ요") and "?" not in offered:
                rest = "로 할래"
            particle = _particle.match(rest)
            if particle is not None:
                rest = agreeing(name, particle[0]) + rest[particle.end() :]
            elif within := _WITHIN.get(words[0][-1]):
                rest = agreeing(name, within) + rest
            return text[: words.start()] + name + rest
    return text
