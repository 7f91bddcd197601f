"""Rows are divided into three parts: completely, by the rule, and by the seed alone."""

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.catalogue import Column
from engine.data.dividing import divide
from engine.data.division import PARTS, Rule
from engine.data.splitting import (
    split_by_class,
    split_by_group,
    split_by_name,
    split_by_time,
    split_rows,
    split_with_test,
)

SHARES = st.tuples(st.floats(0, 0.5), st.floats(0, 0.5))
SEEDS = st.integers(0, 2**31 - 1)
NUMBERS = st.lists(st.integers(0, 5), min_size=1, max_size=200).map(np.array)

Parts = list[np.ndarray]

FUNCTIONS: dict[str, Callable[[np.ndarray, float, float, int], Parts]] = {
    "random": lambda numbers, *rest: split_with_test(len(numbers), *rest),
    "class": split_by_class,
    "group": split_by_group,
    "time": lambda numbers, validation, test, _: split_by_time(numbers, validation, test),
}


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
@given(numbers=NUMBERS, shares=SHARES, seed=SEEDS)
def test_every_row_is_in_one_part_and_the_seed_decides(
    function: Callable[[np.ndarray, float, float, int], Parts],
    numbers: np.ndarray,
    shares: tuple[float, float],
    seed: int,
) -> None:
    parts = function(numbers, *shares, seed)
    assert len(parts) == 3
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(numbers)))
    assert [part.tolist() for part in function(numbers, *shares, seed)] == [
        part.tolist() for part in parts
    ]


@given(rows=st.integers(1, 300), fraction=st.floats(0, 0.9), seed=SEEDS)
def test_without_test_rows_the_parts_are_those_of_earlier_documents(
    rows: int, fraction: float, seed: int
) -> None:
    training, validation, test = split_with_test(rows, fraction, 0.0, seed)
    before = split_rows(rows, fraction, seed)
    assert (training.tolist(), validation.tolist()) == tuple(part.tolist() for part in before)
    assert not len(test)


@given(numbers=NUMBERS, shares=SHARES, seed=SEEDS)
def test_each_part_has_its_share_of_each_class(
    numbers: np.ndarray, shares: tuple[float, float], seed: int
) -> None:
    _, validation, test = split_by_class(numbers, *shares, seed)
    for number, count in zip(*np.unique(numbers, return_counts=True), strict=True):
        held = [(numbers[part] == number).sum() for part in (validation, test)]
        assert abs(held[0] - count * shares[0]) <= 0.5 + 1e-9
        assert abs(sum(held) - count * sum(shares)) <= 0.5 + 1e-9


@given(numbers=NUMBERS, shares=SHARES, seed=SEEDS)
def test_no_group_is_in_two_parts_and_no_part_takes_more_groups_than_it_needs(
    numbers: np.ndarray, shares: tuple[float, float], seed: int
) -> None:
    training, validation, test = (numbers[part] for part in split_by_group(numbers, *shares, seed))
    assert not {*training} & {*validation}
    assert not {*training} & {*test}
    assert not {*validation} & {*test}
    largest = np.unique(numbers, return_counts=True)[1].max()
    assert len(validation) <= len(numbers) * shares[0] + largest
    assert len(test) <= len(numbers) * shares[1] + largest
    if len(training):
        assert len(validation) >= len(numbers) * shares[0]
        assert len(test) >= len(numbers) * shares[1] - 1e-9


@given(numbers=NUMBERS, shares=SHARES)
def test_later_parts_have_later_rows(numbers: np.ndarray, shares: tuple[float, float]) -> None:
    times = np.concatenate([numbers[parts] for parts in split_by_time(numbers, *shares)])
    assert times.tolist() == sorted(numbers.tolist())


def test_rows_without_a_time_come_first() -> None:
    times = np.array([[3.0], [np.nan], [1.0], [2.0]])
    parts = split_by_time(times, 0.25, 0.25)
    assert [part.tolist() for part in parts] == [[1, 2], [3], [0]]


def test_groups_may_be_texts_or_numbers() -> None:
    names = np.array(["b", "a", "b", "c", "a", "c"], dtype=object)
    numbers = np.array([[1.5], [0.5], [1.5], [2.5], [0.5], [2.5]])
    by_name, by_number = (split_by_group(column, 0.3, 0.3, 7) for column in (names, numbers))
    assert [part.tolist() for part in by_name] == [part.tolist() for part in by_number]
    assert [len(part) for part in by_name] == [2, 2, 2]


def test_a_column_names_the_parts() -> None:
    names = ["test", "training", "validation"]
    numbers = np.array([1, 0, 2, 1, 1])
    parts = split_by_name(numbers, names, 0.5, 0.5, 0)
    assert [sorted(part.tolist()) for part in parts] == [[0, 3, 4], [2], [1]]


def test_a_part_that_a_column_does_not_name_is_drawn_from_the_training_rows() -> None:
    numbers = np.array([0] * 10 + [1] * 5)
    training, validation, test = split_by_name(numbers, ["training", "test"], 0.2, 0.5, 0)
    assert test.tolist() == [10, 11, 12, 13, 14]
    assert len(validation) == 2
    assert sorted([*training, *validation]) == list(range(10))


@pytest.mark.parametrize(("name", "part"), PARTS.items())
def test_a_column_names_parts_by_the_usual_words(name: str, part: str) -> None:
    column = Column(name="part", shape=(), dtype="int64", classes=(f" {name.upper()} ",))
    rule = Rule(by="column", column=column, validation=0.0, test=0.0)
    parts = divide(rule, 1, {"part": np.array([0])}, 0)
    found = [len(rows) for rows in (parts.training, parts.validation, parts.test)]
    assert found == [int(part == other) for other in ("training", "validation", "test")]


ELSEWHERE = """
import numpy as np
from engine.data.splitting import split_by_class, split_by_group, split_with_test
numbers = np.arange(40) % 7
print([part.tolist() for split in (split_by_class, split_by_group)
       for part in split(numbers, 0.2, 0.1, 3)])
print([part.tolist() for part in split_with_test(12, 0.2, 0.2, 3)])
"""
KNOWN = [[0, 1, 4, 6, 9, 5, 3, 8], [11, 7], [2, 10]]


def test_another_process_divides_in_the_same_way() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", ELSEWHERE],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        ).stdout
        for seed in ("1", "2")
    }
    (output,) = outputs
    here = [part.tolist() for part in split_with_test(12, 0.2, 0.2, 3)]
    assert output.splitlines()[1] == str(here)
    assert here == KNOWN
