"""A call that takes too long is interrupted where Python doesn't ignore the exception."""

import time
import weakref
from collections.abc import Callable

import pytest

from engine.check import clock


class Thing:
    pass


class Finalized:
    def __del__(self) -> None:
        spend(0.3)


def finalized() -> None:
    Finalized()


def finalized_by_a_callback() -> None:
    thing = Thing()
    weakref.finalize(thing, spend, 0.3)


def spend(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


@pytest.mark.parametrize("before", [lambda: None, finalized, finalized_by_a_callback])
def test_what_takes_too_long_is_interrupted_once(
    before: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "LAYER_SECONDS", 0.1)
    monkeypatch.setattr(clock, "AGAIN_SECONDS", 0.05)
    started = time.process_time()

    def action() -> None:
        before()
        spend(20)

    with pytest.raises(clock.TooSlowError):
        clock.limit_time(action)
    assert time.process_time() - started < 10
