"""How is a question stated? "심으셨어요?" → 심으셨군요, and with a no 안 심으셨군요."""

import re
from collections.abc import Sequence

from seq2seq.answering.listening.endings import told_in_past
from seq2seq.answering.listening.stems import (
    final_of,
    honoured,
    is_adjective,
    is_verb_in_i,
    present_stem,
    with_final,
    with_past,
)
from seq2seq.hangul import split

# Endings that only questions have; what stands before them is the stem of a verb, or of an adjective before ㄴ.
_asks_of_past = re.compile("(?<=[가-힣])(?:니|냐|나요?|습니까|던가요?|을까요?|대요?)$")
_asks_of_seen = re.compile("(.*[가-힣])던가요?")  # of an adjective as of a verb
_asks_what_is_told = re.compile("(.*[가-힣])대요?")  # 언제 온대요?
_is_going_to = re.compile("(.*거)(?:야|예요|에요|니|냐|ㄴ가요)|(.*)건(?:가요?|데요?)")
_honours = re.compile("(.+?)(?:세요|시나요|신가요|셔요?|시니|십니까|시는데요?|시는지요?|시죠)")
_asks_of_verb = re.compile("(.+?)(?:나요?|니|냐|는데요?|는가요?|는지요?)")
_asks_of_adjective = re.compile("(.+)(?:가요?|데요?)")
_done = re.compile("([가-힣]+?)((?:하|했).*)")  # 걱정하시는군요
_done_and = re.compile("([가-힣]{2,}(?<![어아워와려]))해")  # 얘기해 보셨군요
_auxiliary = re.compile("있|싶|봤|보셨|보시|주셨|줬|놓|놨|뒀|두셨")
_joined = re.compile(".*[어아해여셔워져려와고겨켜]")
_MOST_SYLLABLES = 30


def stated(words: Sequence[str], *, is_casual: bool) -> str | None:
    """The words of a question with a listener's ending; None where its own is not known, or where it grows too long."""
    *earlier, last = words
    stem = _stem(last, earlier[-1] if earlier else "", is_casual=is_casual)
    text = " ".join([*earlier, f"{stem}{'구나' if is_casual else '군요'}"])
    return None if stem is None or sum(split(sign) is not None for sign in text) > _MOST_SYLLABLES else text


def negated(statement: str) -> str | None:
    """With 안 before the predicate, or with the word for the contrary; None where neither is sure to be right."""
    *earlier, last = statement.split()
    if last.startswith("있") and not (earlier and _joined.fullmatch(earlier[-1])):
        return " ".join([*earlier, f"없{last[1:]}"])
    if "이시" in last:  # of a noun, as in 학생이시군요
        return None
    if (found := _done.fullmatch(last)) and not found[1].endswith(("아", "어", "워")):
        if is_adjective(f"{found[1]}하", ""):
            return None
        return " ".join([*earlier, found[1], "안", found[2]])
    if earlier and _auxiliary.match(last) and (found := _done_and.fullmatch(earlier[-1])):
        return " ".join([*earlier[:-1], found[1], "안 해", last])
    is_joined = earlier and (last.startswith("거") or (_auxiliary.match(last) and _joined.fullmatch(earlier[-1])))
    return " ".join([*earlier[:-1], "안", earlier[-1], last] if is_joined else [*earlier, "안", last])


def _stem(word: str, before: str, *, is_casual: bool) -> str | None:
    """What stands before 구나: 심으셨 of 심으셨어요, 가는 of 가, 힘드시 of 힘드세요."""
    if past := told_in_past(_asks_of_past.sub("어", word)):
        return past if is_casual else honoured(past)
    if found := _asks_of_seen.fullmatch(word):
        return with_past(found[1])
    if (found := _asks_what_is_told.fullmatch(word)) and final_of(found[1]) == "ㄴ":
        return _present(with_final(found[1], " ") or "", before)
    if found := _is_going_to.fullmatch(word):
        return found[1] or f"{found[2]}거"
    if found := _honours.fullmatch(word):
        base = found[1]
        is_noun = base.endswith("이") and not is_verb_in_i(base)
        stem = present_stem(f"{base[:-1]}워", "") if base.endswith("우") else base.removesuffix("으")
        is_plain = is_noun or is_adjective(_with_l(stem or base), before)
        return None if is_plain is None and base != "하" else f"{base}시" if is_plain else f"{base}시는"
    if word.removesuffix("요").endswith("나") and (stem := present_stem(word, "")):
        return _present(stem, before)  # 만나요
    if found := _asks_of_verb.fullmatch(word):
        return _present(_with_l(found[1]), before)
    if (found := _asks_of_adjective.fullmatch(word)) and final_of(found[1]) == "ㄴ":
        base = with_final(found[1], " ") or ""
        stem = found[1][:-1] if found[1].endswith("은") else base
        return _with_l(stem) if is_adjective(_with_l(stem), before) else None
    stem = present_stem(word, before) or present_stem(word, "안")  # 가 is one after 안, and here too
    return "싶으시" if stem == "싶" and not is_casual else stem and _present(stem, before)


def _present(stem: str, before: str) -> str | None:
    is_plain = is_adjective(stem, before)
    if is_plain is None and stem != "하":
        return None
    return stem if is_plain else f"{with_final(stem, ' ') if final_of(stem) == 'ㄹ' else stem}는"


def _with_l(stem: str) -> str:
    """힘들 of 힘드, 길 of 기; of verbs as they are."""
    long = with_final(stem, "ㄹ")
    return long if final_of(stem) == " " and long and is_adjective(long, "") and not is_adjective(stem, "") else stem
