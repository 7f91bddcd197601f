"""Models that are kept ready: few processes, each let go when another is needed or nobody asks."""

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest

from builder.predicting.predictors import Model, Predictors
from builder.processes.supervised import Supervised
from engine.protocol.frames import Frame, Look

COMMAND = (sys.executable, "-m", "tests.builder.predicting.fake_predictor")
LOOK = Look(nodes=(("a",),))


@pytest.fixture
async def predictors() -> AsyncIterator[Predictors]:
    predictors = Predictors(30.0, 0, most=2, command=lambda _: COMMAND)
    yield predictors
    await predictors.close()


def model(place: str, name: str = "one", document: str = "{}") -> Model:
    return Model(place, name, "jax", document)


async def process_of(predictors: Predictors, asked: Model) -> int:
    """Ask a model; return the id of the process that answered."""
    frame = Frame.model_validate_json(await predictors.frame(asked, LOOK))
    assert frame.problem is None, frame.problem
    return frame.epoch


async def test_a_place_keeps_its_process_and_opens_a_newer_model(predictors: Predictors) -> None:
    first = await process_of(predictors, model("a"))
    assert await process_of(predictors, model("a")) == first
    assert await process_of(predictors, model("a", "two")) == first


async def test_the_model_that_was_asked_longest_ago_is_let_go(predictors: Predictors) -> None:
    first = await process_of(predictors, model("a"))
    second = await process_of(predictors, model("b"))
    assert await process_of(predictors, model("a")) == first != second
    await process_of(predictors, model("c"))
    assert predictors.places == ["a", "c"]
    assert await process_of(predictors, model("b")) != second


async def test_a_process_that_dies_is_replaced(predictors: Predictors) -> None:
    before = await process_of(predictors, model("a"))
    frame = Frame.model_validate_json(await predictors.frame(model("a", "dies"), LOOK))
    assert frame.problem is not None
    assert frame.problem.code == "predictor_died"
    assert await process_of(predictors, model("a")) != before


async def test_memory_is_limited() -> None:
    predictors = Predictors(30.0, 512, most=2, command=lambda _: COMMAND)
    frame = Frame.model_validate_json(await predictors.frame(model("a", "hungry"), LOOK))
    assert frame.problem is not None
    assert frame.problem.code == "predictor_died"
    await process_of(predictors, model("a"))
    await predictors.close()


async def test_a_model_that_can_not_be_opened_is_a_problem(predictors: Predictors) -> None:
    frame = Frame.model_validate_json(await predictors.frame(model("a", "b", "wrong"), LOOK))
    assert frame.problem is not None
    assert frame.problem.code == "probe_untrained"


async def test_a_process_that_nobody_asks_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    ended, close = asyncio.Event(), Supervised.close

    async def noted(process: Supervised) -> None:
        await close(process)
        ended.set()

    monkeypatch.setattr(Supervised, "close", noted)
    predictors = Predictors(30.0, 0, most=2, command=lambda _: COMMAND, idle=0.01)
    await process_of(predictors, model("a"))
    await asyncio.wait_for(ended.wait(), 30)
    assert predictors.places == []
    await predictors.close()
