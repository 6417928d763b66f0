"""Which of the two things that the companion offered? "파전이나 칼국수는 어때?", "뒤에 거로 할래" → "칼국수로 할래"."""

import re

from seq2seq.answering.listening.stems import final_of
from seq2seq.answering.tables import any_of

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
_with_particle = {"게": ("이", "가"), "건": ("은", "는"), "걸": ("을", "를")}  # after a consonant, after a vowel


def resolved(text: str, offered: str) -> str:
    """The text with the name of what it points to; as it is where that is not sure.

    offered: what the companion said before.
    """
    found = _offer.search(offered)
    if found is None:
        return text
    for one, pointing in _pointing.items():
        if (words := pointing.search(text)) is not None:
            name = found[one]
            after_consonant, after_vowel = _with_particle.get(words[0][-1], ("", ""))
            name += after_vowel if final_of(name) == " " else after_consonant
            rest = text[words.end() :]
            if not rest.strip(" .!~ㅋㅎ요") and "?" not in offered:
                rest = "로 할래"
            return text[: words.start()] + _agreeing(name, rest)
    return text


def _agreeing(name: str, rest: str) -> str:
    """파전으로 할래, of 앞에 거로 할래."""
    final = final_of(name)
    if final not in (" ", "ㄹ", None) and rest.startswith("로"):
        return f"{name}으{rest}"
    twins = {"는": "은", "가": "이", "를": "을", "랑": "이랑"}
    if final not in (" ", None) and rest[:1] in twins:
        return name + twins[rest[0]] + rest[1:]
    return name + rest
