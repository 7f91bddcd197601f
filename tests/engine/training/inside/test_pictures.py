"""Pictures of tensors: their form follows from the rank, their bytes stand for the values."""

import base64

import numpy as np
import pytest

from engine.protocol.tensors import Picture
from engine.training.inside.pictures import BARS, CHANNELS, PIXELS, picture


def restored(shown: Picture) -> np.ndarray:
    """The values that a picture's bytes stand for."""
    pixels = np.frombuffer(base64.b64decode(shown.pixels), np.uint8)
    pixels = pixels.reshape(shown.channels, shown.rows, shown.columns)
    return shown.low + pixels / 255 * (shown.high - shown.low)


def noise(*shape: int) -> np.ndarray:
    """Values that are the same in every run of the test."""
    return np.random.default_rng(1).normal(size=shape).astype("float32")


@pytest.mark.parametrize(
    ("shape", "form", "drawn"),
    [
        ((), "bars", (1, 1, 1)),
        ((7,), "bars", (1, 1, 7)),
        ((5000,), "bars", (1, 1, BARS)),
        ((9, 4), "strip", (1, 4, 9)),
        ((500, 300), "strip", (1, PIXELS, PIXELS)),
        ((8, 6, 3), "maps", (3, 8, 6)),
        ((224, 100, 64), "maps", (CHANNELS, PIXELS, PIXELS)),
        ((4, 8, 8, 2), "maps", (2, 8, 8)),
    ],
)
def test_the_rank_decides_the_form(
    shape: tuple[int, ...], form: str, drawn: tuple[int, int, int]
) -> None:
    shown = picture(("a",), noise(*shape))
    assert (shown.form, shown.shape) == (form, shape)
    assert (shown.channels, shown.rows, shown.columns) == drawn
    assert restored(shown).shape == drawn


def test_bytes_stand_for_the_values() -> None:
    values = noise(8, 6, 3)
    shown = picture(("a",), values)
    step = float(values.max() - values.min()) / 255
    assert restored(shown) == pytest.approx(np.moveaxis(values, -1, 0), abs=step / 2 + 1e-6)
    assert (shown.low, shown.high) == (float(values.min()), float(values.max()))
    assert shown.mean == pytest.approx(float(values.mean()))


def test_large_maps_show_the_means_of_blocks() -> None:
    values = np.arange(56.0).reshape(56, 1, 1) * np.ones((1, 2, 1))
    shown = picture(("a",), values)
    expected = np.repeat(np.arange(0.5, 56, 2)[:, None], 2, axis=1)[None]
    assert restored(shown) == pytest.approx(expected, abs=55 / 255)


def test_only_an_end_of_the_model_is_a_colour_picture() -> None:
    assert picture(("a",), noise(8, 8, 3), end=True).form == "colors"
    assert picture(("a",), noise(8, 8, 3)).form == "maps"
    assert picture(("a",), noise(8, 8, 1), end=True).form == "maps"


def test_scores_name_the_classes_with_the_winner_first() -> None:
    shown = picture(("a",), np.array([0.1, 0.7, 0.2]), labels=("ant", "bee", "cat"))
    assert [(score.label, score.value) for score in shown.scores] == [
        ("bee", pytest.approx(0.7)),
        ("cat", pytest.approx(0.2)),
        ("ant", pytest.approx(0.1)),
    ]
    assert picture(("a",), np.array([0.1, 0.9]), labels=("ant", "bee", "cat")).scores == ()


def test_values_that_are_no_numbers_are_counted_and_left_out() -> None:
    shown = picture(("a",), np.array([1.0, np.nan, np.inf, 0.0]))
    assert (shown.wrong, shown.low, shown.high, shown.zeros) == (2, 0.0, 1.0, 0.75)


def test_equal_values_are_drawn() -> None:
    assert restored(picture(("a",), np.full(3, 2.5))).tolist() == [[[2.5, 2.5, 2.5]]]


def test_text_is_shown_as_its_words() -> None:
    shown = picture(("a",), np.array([b"a good film"], object))
    assert (shown.words, shown.pixels) == ("a good film", "")
