"""Requests to stop runs reach their processes once, whatever becomes of messages."""

import pytest

from builder import database
from builder.runs import actions as runs
from builder.runs import stops
from builder.services import Services
from builder.wire.schemas import ProjectOut
from engine.protocol import PhaseEvent, When
from tests.builder.conftest import FakeExecutor
from tests.builder.runs.helpers import FINISHED, ended, phase, start


@pytest.mark.parametrize(
    ("before", "when", "after"),
    [
        ("", "epoch", "epoch"),
        ("", "now", "now"),
        ("epoch", "now", "now"),
        ("now", "epoch", "now"),
        ("now", "now", "now"),
        (stops.TOLD, "epoch", stops.TOLD),
        (stops.TOLD, "now", stops.FORCE),
        (stops.FORCE, "now", stops.FORCE),
    ],
)
def test_what_is_wanted_after_another_request(before: str, when: When, after: str) -> None:
    assert stops.asked(before, when) == after


async def test_a_stop_that_no_message_tells_of_is_found(
    project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    run = await start(services, project)
    worker = await executor.next()
    worker.emit(PhaseEvent(phase="training"))
    await phase(services, run.id, "training")
    await services.hub.unsubscribe(f"owner-{services.owner.id}", services.runner._on_message)
    await services.runner.stop(run.id, "epoch")
    assert worker.stops == []
    await services.runner.recover()
    await services.runner.recover()
    assert worker.stops == ["epoch"]
    await services.runner.stop(run.id, "now")
    await services.runner.stop(run.id, "now")
    await services.runner.recover()
    assert worker.stops == ["epoch", "now"], "the second one was not meant as “by force”"
    assert (await ended(services, run.id)).outcome == "stopped"


async def test_who_asks_again_ends_the_run_by_force(
    project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    run = await start(services, project)
    worker = await executor.next()
    worker.emit(PhaseEvent(phase="training"))
    worker.deaf = True
    await phase(services, run.id, "training")
    await services.runner.stop(run.id, "now")
    await told(services, run.id)
    await services.runner.stop(run.id, "now")
    await services.runner.recover()
    assert worker.stops == ["now", "now"]
    worker.emit(FINISHED)
    await ended(services, run.id)


async def told(services: Services, run: str) -> None:
    """Wait until it is recorded that the process of a run was told to stop."""
    while (await database.read(runs.find, run)).stop != stops.TOLD:
        await services.runner.recover()
