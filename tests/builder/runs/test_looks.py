"""What several tabs look at in one run, and the frames that they are sent."""

from builder.runs.looks import FORGOTTEN_AFTER, Looks
from builder.services import Services
from builder.wire.schemas import ProjectOut
from engine.protocol import PhaseEvent
from engine.protocol.frames import Frame, Look, RowSample
from tests.builder.conftest import FakeExecutor
from tests.builder.runs.helpers import FINISHED, Opener, start


def test_the_looks_of_all_tabs_are_one_look() -> None:
    looks = Looks()
    looks.take("a", Look(sample=RowSample(row=5), nodes=(("x",), ("y",))), leads=True)
    looks.take("b", Look(sample=RowSample(row=9), nodes=(("y",), ("z",))), leads=False)
    assert looks.together() == Look(sample=RowSample(row=5), nodes=(("y",), ("z",), ("x",)))
    looks.take("a", Look(), leads=True)
    assert looks.together() == Look(sample=RowSample(row=5), nodes=(("y",), ("z",)))


def test_a_tab_that_is_not_heard_of_is_forgotten() -> None:
    now = 0.0
    looks = Looks(lambda: now)
    looks.take("a", Look(nodes=(("x",),)), leads=True)
    now = FORGOTTEN_AFTER + 1
    looks.take("b", Look(nodes=(("y",),)), leads=True)
    assert looks.together().nodes == (("y",),)


async def test_frames_reach_who_looks_and_are_never_stored(
    open_tab: Opener, project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    tab, other = open_tab(), open_tab()
    await tab.join()
    await other.join()
    run = await start(services, project)
    worker = await executor.next()
    await other.send(type="watch", run=run.id, after=0)
    look = Look(sample=RowSample(row=3), nodes=(("dense",),))
    await tab.send(type="inspect", run=run.id, look=look.model_dump())
    assert await worker.looks.get() == look
    worker.emit(PhaseEvent(phase="training"), Frame(epoch=2, step=7))
    frame = await tab.receive("frame")
    assert (frame["run"], frame["epoch"], frame["step"]) == (run.id, 2, 7)
    await tab.leave()
    assert await worker.looks.get() == Look(sample=RowSample(row=3))
    worker.emit(FINISHED)
    await other.receive("happened", where=lambda message: message["event"]["type"] == "ended")
    assert {message["type"] for message in other.received} >= {"happened"}
    assert "frame" not in {message["type"] for message in other.received}
    numbers = [message["seq"] for message in other.received if message["type"] == "happened"]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_run_of_another_project_is_missing(
    open_tab: Opener, project: ProjectOut, services: Services
) -> None:
    tab = open_tab()
    await tab.join()
    look = Look(nodes=(("dense",),)).model_dump()
    await tab.send(type="inspect", run="elsewhere", look=look)
    assert (await tab.receive("failed"))["problem"]["code"] == "no_run"
