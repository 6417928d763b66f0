"""What a retraining learns from: turns, and what must be rehearsed lest it be forgotten."""

from collections import Counter
from pathlib import Path

import pytest

from bot.retraining.dataset import MAX_REPEATS, Dataset, choose_turns, write_dataset
from bot.retraining.ending import RunEndedError
from bot.retraining.gate import judge
from bot.retraining.rehearsal import choose_rehearsed, find_neighbours
from bot.selection import Tally, UsableTurn
from dialogue_data.curated import Curated
from dialogue_data.exchange import Exchange
from dialogue_data.jsonl import read_exchanges


def turn(question: str, answer: str = "강아지 이름은 보리예요.", number: int = 1) -> Exchange:
    return Exchange(id=f"turn:{number}", question=question, answer=answer, speech_level="polite", source="turns")


def base_exchange(number: int, question: str) -> Exchange:
    return Exchange(id=f"base:{number}", question=question, answer=f"대답 {number}", source="base")


PLACES = [
    "서울",
    "부산",
    "대구",
    "인천",
    "광주",
    "대전",
    "울산",
    "세종",
    "수원",
    "춘천",
    "강릉",
    "청주",
    "여수",
    "제주",
]
THINGS = ["날씨", "음식", "사람", "바다", "시장", "버스", "학교", "공원", "카페", "야경"]
BASE = [
    base_exchange(number, f"{place} {thing} 어때?")
    for number, (place, thing) in enumerate((place, thing) for place in PLACES for thing in THINGS)
]


def usable(number: int, exchange: Exchange, *, is_answer_masked: bool) -> UsableTurn:
    return UsableTurn(number, Curated(exchange=exchange), is_answer_masked=is_answer_masked)


def test_an_answer_that_holds_personal_data_is_not_learnt() -> None:
    good = usable(1, turn("내 강아지 이름이 뭐야?"), is_answer_masked=False)
    masked = usable(2, turn("네 번호 뭐야?", "<전화번호>예요."), is_answer_masked=True)
    assert choose_turns([good, masked], Tally()) == ([good], {"answer holds personal data": 1})


def test_without_a_turn_to_learn_the_run_is_refused_and_says_how_to_get_some() -> None:
    with pytest.raises(RunEndedError, match=r"3 × no_consent.*/privacy.*/approve.*/fix") as end:
        choose_turns([], Tally(left_out=Counter(no_consent=3)))
    assert end.value.state == "refused"
    with pytest.raises(RunEndedError, match="nobody has talked yet"):
        choose_turns([], Tally())


def written(folder: Path, turns: list[Exchange]) -> tuple[Dataset, list[Exchange], list[Exchange]]:
    dataset = write_dataset(folder, turns, BASE)
    return dataset, list(read_exchanges(dataset.train)), list(read_exchanges(dataset.valid))


def test_the_holdout_is_the_same_in_every_run_and_never_learnt(tmp_path: Path) -> None:
    _, learnt, holdout = written(tmp_path / "1", [turn("내 강아지 이름이 뭐야?")])
    _, learnt_next, holdout_next = written(tmp_path / "2", [turn("심심해")])
    assert holdout == holdout_next
    held_out = {exchange.id for exchange in holdout}
    assert held_out
    assert not held_out & {exchange.id for exchange in learnt + learnt_next}


def test_a_single_turn_is_repeated_until_it_is_learnt_and_many_turns_are_not(tmp_path: Path) -> None:
    one = turn("내 강아지 이름이 뭐야?")
    dataset, learnt, _ = written(tmp_path / "1", [one])
    assert learnt.count(one) == MAX_REPEATS
    assert dataset.exchange_count == len(learnt)
    many = [turn(f"{number}번 질문", number=number) for number in range(500)]
    _, learnt, _ = written(tmp_path / "2", many)
    assert learnt.count(many[0]) == 1


def test_the_hash_tells_whether_the_same_was_learnt(tmp_path: Path) -> None:
    first, again, other = (
        write_dataset(tmp_path / name, [turn(question)], BASE).content_hash
        for name, question in (("1", "심심해"), ("2", "심심해"), ("3", "배고파"))
    )
    assert first == again != other


def test_other_turns_rehearse_other_things_and_always_their_neighbours() -> None:
    base = [base_exchange(number, f"{number * 7919} 번째 이야기") for number in range(6000)]
    neighbour = base_exchange(6000, "강아지 이름이 뭐야?")
    first, second = (
        choose_rehearsed([turn("내 강아지 이름이 뭐야?", answer)], [*base, neighbour], 10)
        for answer in ("보리", "콩이")
    )
    assert neighbour in first
    assert neighbour in second
    assert first != second
    assert len(first) < 5000


def test_the_neighbours_of_a_question_are_those_that_share_most_of_its_letters() -> None:
    base = [
        base_exchange(n, q) for n, q in enumerate(["배고파", "너는 이름이 뭐야?", "강아지 이름 뭐야?", "오늘 뭐 해?"])
    ]
    assert find_neighbours(["내 강아지 이름이 뭐야?"], base, 2) == {1, 2}


@pytest.mark.parametrize(
    ("after", "margin", "state"), [(10.4, 0.05, "promoted"), (10.6, 0.05, "refused"), (float("nan"), 1.0, "refused")]
)
def test_the_gate_refuses_what_forgot_more_than_the_margin(after: float, margin: float, state: str) -> None:
    verdict = judge(10.0, after, margin)
    assert verdict.state == state
    assert f"{after:.4g}, before 10" in verdict.reason
