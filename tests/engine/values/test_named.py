"""Numbers with names behave like plain ones, and lose their names in computations."""

import copy
import json
import pickle

import pytest

from engine.values.named import constant_of, is_integer, is_number, named, unnamed


@pytest.mark.parametrize("value", [3, 0.5])
def test_a_named_number_equals_the_plain_one(value: float) -> None:
    number = named(value, "size")
    assert (number, repr(number), f"{number}", hash(number)) == (
        value, repr(value), f"{value}", hash(value),
    )  # fmt: skip
    assert json.dumps([number]) == json.dumps([value])
    assert constant_of(number) == "size"
    assert type(unnamed(number)) is type(value)
    assert constant_of(copy.deepcopy(number)) == constant_of(pickle.loads(pickle.dumps(number)))


def test_computed_numbers_have_no_name() -> None:
    size = named(3, "size")
    assert not any(map(constant_of, (size + 0, 1 * size, -size, int(size), size // 1, size**1)))


def test_truth_values_are_no_numbers() -> None:
    assert [is_number(value) for value in (1, 1.0, True, "1", None)] == [True, True] + [False] * 3
    assert [is_integer(value) for value in (named(1, "n"), 1.0, False)] == [True, False, False]
