"""The starter corpus keeps its rules and becomes the exchanges it promises."""

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from dialogue_data.errors import CorpusError
from dialogue_data.starter import STARTER_DIR, Intent, expand, load_intents, read_starter
from dialogue_data.starter_rules import check_starter

HUNGRY = Intent(
    name="food.hungry",
    says=("배고파", "출출하다", "배가 고파요"),
    replies={"polite": ("뭐라도 드세요.", "저런, 얼른 드세요."), "casual": ("뭐라도 먹어.", "저런, 얼른 먹어.")},
    then=(
        Intent(
            name="food.hungry.then0",
            says=("라면 먹을까", "라면이요"),
            replies={"polite": ("좋죠.", "맛있겠네요."), "casual": ("좋지.",)},
        ),
    ),
)

SOUND = """
- intent: food.hungry
  says: [배고파, 출출하다]
  polite: [얼른 드세요.]
  casual: [얼른 먹어.]
"""


def test_the_shipped_corpus_keeps_its_rules() -> None:
    assert check_starter() == []


def test_the_shipped_corpus_is_large_and_its_ids_are_unique(intents: list[Intent]) -> None:
    assert len(intents) > 800
    corpus = list(read_starter())
    assert len(corpus) > 90_000
    assert len({exchange.id for exchange in corpus}) == len(corpus)
    assert {exchange.speech_level for exchange in corpus} == {"polite", "casual"}


def test_every_saying_meets_every_reply_of_both_levels() -> None:
    pairs = Counter((e.question, e.answer) for e in expand(HUNGRY) if not e.context)
    assert set(pairs.values()) == {1}
    assert set(pairs) == {
        (saying, reply) for saying in HUNGRY.says for replies in HUNGRY.replies.values() for reply in replies
    }


def test_a_follow_up_comes_after_a_saying_and_a_reply_of_its_own_level() -> None:
    follow_ups = [exchange for exchange in expand(HUNGRY) if exchange.context]
    assert follow_ups
    for exchange in follow_ups:
        said, replied = exchange.context
        assert said in HUNGRY.says
        assert replied in HUNGRY.replies[str(exchange.speech_level)]
        assert exchange.id.startswith(f"food.hungry.then0:{exchange.speech_level}:")


def test_every_follow_up_saying_has_different_beginnings_each_with_all_replies() -> None:
    answers = defaultdict(set)
    for exchange in expand(HUNGRY):
        if exchange.context and exchange.speech_level == "polite":
            answers[exchange.question, exchange.context].add(exchange.answer)
    assert len(answers) == 4
    assert all(found == {"좋죠.", "맛있겠네요."} for found in answers.values())
    assert {context[1] for _, context in answers} == set(HUNGRY.replies["polite"])


@pytest.mark.parametrize(
    ("yaml", "complaint"),
    [
        (SOUND + "  mood: good\n", r"intent 1 \(food.hungry\): unknown key mood; known are intent, says"),
        (SOUND.replace("casual: [얼른 먹어.]", ""), "casual is None, expected a list of texts"),
        (SOUND.replace("[배고파, 출출하다]", "배고파"), "says is '배고파', expected a list of texts"),
        (SOUND.replace("출출하다", "109"), "says holds 109, expected text. Are quotes missing?"),
        (SOUND.replace("intent: food.hungry", "topic: food"), "expected a mapping with the key intent"),
        (SOUND + "  then: [배고파]\n", r"then\[0\]: found '배고파', expected a mapping with says"),
        (SOUND + "  then: {says: [가]}\n", "then is .*, expected a list of follow-ups"),
        ("배고파", "expected a list of intents"),
        ("- [\n", "not YAML: .*line 2"),
        ("- \x00", "not YAML"),
    ],
)
def test_a_malformed_intent_is_named_with_file_and_place(tmp_path: Path, yaml: str, complaint: str) -> None:
    (tmp_path / "food.yaml").write_text(yaml, encoding="utf-8")
    with pytest.raises(CorpusError, match=f"food.yaml: .*{complaint}"):
        load_intents(tmp_path)


def test_a_folder_without_intents_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no intents"):
        load_intents(tmp_path)


def test_each_breach_of_the_rules_is_found(tmp_path: Path) -> None:
    sound = (STARTER_DIR / "food.yaml").read_text(encoding="utf-8").split("- intent: ")[1]
    broken = {
        "emoji": sound.replace("출출하다", "출출하다 🍜"),
        "does not end as a polite reply": sound.replace("얼른 뭐라도 챙겨 드세요.", "얼른 뭐라도 챙겨 먹어."),
        "does not end as a casual reply": sound.replace("얼른 뭐라도 챙겨 먹어.", "얼른 뭐라도 챙겨 먹어요."),
        "has 47 characters": sound.replace("출출하다", "출" * 47),
        "stands there twice": sound.replace("출출하다", "배고파"),
        "more than single spaces": sound.replace("아 배고파 죽겠다", "아  배고파"),
        "1 sayings, expected 4": re.sub(r"  says:\n(    - .*\n)+", "  says: [배고파]\n", sound),
        "snake_case": sound.replace("food.hungry", "Hungry"),
        "NFC": sound.replace("출출하다", "\u110e\u116e\u11af하다"),
        "also stands under": sound + "- intent: " + sound.replace("food.hungry", "food.starving"),
    }
    for complaint, text in broken.items():
        (tmp_path / "food.yaml").write_text("- intent: " + text, encoding="utf-8")
        problems = check_starter(tmp_path)
        assert any(complaint in problem for problem in problems), problems
