"""What becomes of runs whose web process has ended, and whose workers with it."""

from pathlib import Path

import pytest

from builder import database
from builder.runs import actions as runs
from builder.runs import recovering
from builder.services import Services
from builder.wire.schemas import ProjectOut
from engine.protocol import EpochEvent, PhaseEvent
from tests.builder.conftest import FakeExecutor
from tests.builder.runs.helpers import FINISHED, another_runner, ended, epoch, start


@pytest.mark.parametrize("kindly", [True, False])
async def test_a_run_that_was_only_being_started_waits_again(
    kindly: bool, project: ProjectOut, services: Services, executor: FakeExecutor, home: Path
) -> None:
    run = await start(services, project)
    for _ in range(recovering.STARTS):
        await executor.next()
        executor.crashes = not kindly
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("builder.runs.runner.GRACE", 5.0 if kindly else 0.0)
            await services.runner.close()
        assert (await database.read(runs.get, run.id)).outcome is None
        executor = FakeExecutor()
        services.runner = another_runner(services, executor, home)
        await services.runner.begin()
    last = await ended(services, run.id)
    assert last.problem
    assert last.problem.code == "run_lost", "it may be what ends the server"
    phases = [entry.event for entry in await database.read(runs.events, run.id, 0, 100)]
    assert [event.phase for event in phases if isinstance(event, PhaseEvent)] == [
        *("queued", "starting") * recovering.STARTS
    ]


async def test_epochs_that_are_told_again_are_in_the_log_once(
    project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    run = await start(services, project)
    broken_off = epoch(3).model_copy(update={"complete": False})
    told = [epoch(1), epoch(2), broken_off, epoch(1), epoch(2), epoch(3), epoch(3), epoch(4)]
    (await executor.next()).emit(*told, FINISHED)
    await ended(services, run.id)
    log = [entry.event for entry in await database.read(runs.events, run.id, 0, 100)]
    recorded = [event for event in log if isinstance(event, EpochEvent)]
    assert recorded == [epoch(1), epoch(2), broken_off, epoch(3), epoch(4)]
