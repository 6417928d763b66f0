"""How does a polite or formal word that ends a sentence sound among friends?"""

import re
from collections.abc import Sequence

from dialogue_data.speech_level import persons
from dialogue_data.speech_level.endings import VERBS
from dialogue_data.speech_level.hangul import NO_FINAL, ends_in, final_of, split, with_final
from dialogue_data.speech_level.honorifics import is_honoured, without_honour
from dialogue_data.speech_level.judging import is_casual
from dialogue_data.speech_level.stems import AMBIGUOUS, attach, infinitive, is_copula, restored
from dialogue_data.speech_level.tables import twins, words

WHOLE = twins("""
    안녕하세요:안녕 안녕하세여:안녕 안녕하십니까:안녕 네:응 예:응 넵:응 넹:응 아니요:아니 아뇨:아니 아니오:아니
    감사합니다:고마워 감사해요:고마워 고맙습니다:고마워 감사드려요:고마워 감사드립니다:고마워 죄송해요:미안해
    죄송합니다:미안해 죄송하지만:미안하지만 미안합니다:미안해 축하드려요:축하해 축하드립니다:축하해
    반갑습니다:반가워 그렇습니다:그래 아닙니다:아니야 저요:나 저도요:나도 저는요:나는 저기요:저기
    별말씀을요:별말을_다_한다 아니에요:아니야 아니예요:아니야 맞습니다:맞아 어디에요:어디야 하십시오:해
    실례합니다:실례할게 겁니다:거야 겁니까:거야 뭡니까:뭐야 봬요:봐 말아요:마 보아요:봐 그쵸:그치 뵈어요:봐
""")
_NO_INTENTION = re.compile(
    f"(?:알|모르|좋|싶|있|없|같|많|힘들|되|않|못하|보이|크|{ends_in('ㅆ')}|겁|쁘|프|럽|롭|렵|미치|죽|늦|어떻|그렇)$"
)
_MINE = re.compile("나는?|난|나도|내가|저는?|전|저도|제가|못|안")  # what I would do: 못 고르겠어
_SURE = re.compile("(?:알|모르|좋|못하|싶)겠")  # 알겠어, not the guess 알겠다
_GIVES = re.compile("(?:드려요|드립니다|드리지요|드리죠)$")
_SPOKEN = (
    (re.compile("([세네어아해게데죠까져와워봐줘돼셔예에군래])[용욤염영여유욥욧욬]$"), r"\1요"),
    (re.compile("니당$|니닷$"), "니다"),
)
_PLAIN_ENDINGS = tuple(words("까요 래요 대요 게요 데요 거든요 잖아요 걸요 고요 구요 니까요 서요 려고요 면요"))


def casual_word(word: str, earlier: Sequence[str], *, is_question: bool, keeps_humble: bool) -> str | None:
    """None where the word has no sure twin. `earlier`: the sentence so far."""
    before = earlier[-1] if earlier else ""
    if word in WHOLE:
        return WHOLE[word]
    for spoken, written in _SPOKEN:
        word = spoken.sub(written, word)
    if (
        _GIVES.search(word)
        and not keeps_humble
        and not is_question
        and "축하" not in word
        and "부탁" not in word
        and "감사" not in word
    ):
        given = without_honour(
            _GIVES.sub("드릴게요", word), earlier, keeps_humble=False
        )  # 알려 드려요: a promise, where 줘 would beg
        return given and given.removesuffix("요")
    plain = without_honour(word, earlier, keeps_humble=keeps_humble)
    if plain is None:
        return None
    if plain.endswith(("니다", "니까", "시다")):
        return plain_from_formal(plain, before, is_question=is_question)
    if plain.endswith("죠") or plain.endswith("지요"):
        return plain.removesuffix("죠").removesuffix("지요") + "지"
    if not plain.endswith("요"):
        return None
    is_guess = is_honoured(word) or not (_SURE.search(word) or any(map(_MINE.fullmatch, earlier)))
    return _from_polite(plain.removesuffix("요"), before, is_question, is_guess)


def plain_from_formal(word: str, before: str, *, is_question: bool) -> str | None:
    """갑니다 → 가, 갑시다 → 가자."""
    ending = split(word[-3])[2] if len(word) > 2 else NO_FINAL
    if ending != "ㅂ" or word[-3] in "답랍냡":  # 있답니다, 사람이랍니다
        return None
    stem = word[:-3] if word[-3] == "습" else with_final(word[:-2], NO_FINAL)
    if word.endswith("시다"):
        stem = word[:-3] if word[-3] == "읍" else stem
        return stem + "자" if stem else None
    if not stem:
        return None
    if stem.endswith(("거", "뭐")) and word[-3] != "습":
        return stem + "야"
    if stem == "이" and before:
        return None if final_of(before) == NO_FINAL else "이야"
    if stem.endswith("겠") and not is_question and _is_intention(stem[:-1], before):
        return attach(stem[:-1], "ㄹ게")  # 다녀오겠습니다
    if word[-3] == "습":
        return infinitive(stem)
    if word[-3] == "입" and is_copula(stem):
        return copula(stem[:-1])
    return infinitive(restored(stem)) if stem != "이" else None


def _is_intention(stem: str, before: str) -> bool:
    return bool(stem) and not _NO_INTENTION.search(stem) and not before.endswith(("이", "가"))


def copula(noun: str) -> str:
    return noun + ("야" if final_of(noun) == NO_FINAL else "이야")


def _from_polite(rest: str, before: str, is_question: bool, is_guess: bool) -> str | None:
    """`rest` is the word without its 요."""
    if not rest:
        return None
    if rest.endswith("예"):
        return rest[:-1] + "야" if len(rest) > 1 else None
    if rest.endswith("이에"):
        return rest[:-1] + "야"
    if rest.endswith("에"):
        return rest[:-1] + "야" if len(rest) > 1 and final_of(rest[:-1]) == NO_FINAL else _strip(rest, before)
    if rest.endswith("군"):
        return rest[:-1] + "구나"
    if rest.endswith("겠어") and not is_question and is_guess:
        return rest[:-1] + "다"
    if is_question and rest.endswith("나") and not (rest == "나" or VERBS.search(rest)):
        return _asked(rest[:-1], before)
    if is_question and rest.endswith("가") and len(rest) > 1 and final_of(rest[:-1]) == "ㄴ":
        return _wondered(rest[:-1], before)
    return _strip(rest, before)


def _asked(stem: str, before: str) -> str | None:
    """하나요 → 해, 했나요 → 했어."""
    stem = stem.removesuffix("으")
    if not stem or stem in AMBIGUOUS[:3]:
        return None
    if stem == "드":
        return "들어" if before.endswith(("에", "이", "가")) else None
    return copula(stem[:-1]) if is_copula(stem) else infinitive(restored(stem))


def _wondered(rest: str, before: str) -> str | None:
    """좋은가요 → 좋아, 사람인가요 → 사람이야; `rest` ends in ㄴ."""
    if rest.endswith("던"):
        return rest + "가"
    if rest in ("건", "뭔", "누군", "어딘", "언젠"):
        return with_final(rest, NO_FINAL) + "야"
    if rest.endswith("아닌"):
        return rest[:-1] + "니야"
    if rest.endswith("는"):
        return _asked(rest[:-1], before)
    if rest.endswith("은"):
        return infinitive(restored(rest[:-1] + "으")) if len(rest) > 1 else None
    if rest.endswith("인"):
        return copula(rest[:-1]) if len(rest) > 1 else None
    return infinitive(restored(with_final(rest, NO_FINAL)))


def _strip(rest: str, before: str) -> str | None:
    if (rest + "요").endswith(_PLAIN_ENDINGS) or is_casual(rest, before or "-"):
        return rest
    if rest.endswith("이") and len(rest) > 1 and final_of(rest[:-1]) != NO_FINAL:
        return rest[:-1]  # 표범이요
    return persons.plain(rest)
