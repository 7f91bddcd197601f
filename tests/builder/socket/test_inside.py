"""The inside view over a socket: what is asked of a model that does not train, and the pace."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from builder import database
from builder.log.pace import Pace
from builder.models import Project
from builder.predicting.predictors import Model, Predictors
from builder.projects.states import LARGE
from builder.services import Services
from builder.socket import inside
from builder.wire.schemas import ProjectOut
from engine.protocol.frames import Frame, Look, OwnSample
from tests.builder.conftest import FakeExecutor, Tab
from tests.builder.runs.helpers import FINISHED, ended, start

Opener = Callable[..., Tab]
LOOK = Look(nodes=(("dense",),))


class PredictorsInside(Predictors):
    """Answers in this process, one question at a time; keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(1.0, 0, most=1)
        self.asked: list[tuple[Model, Look]] = []
        self.free = asyncio.Event()

    async def frame(self, model: Model, look: Look) -> str:
        """Answer once `free` is set."""
        self.asked.append((model, look))
        await self.free.wait()
        return Frame(epoch=len(self.asked)).model_dump_json()


async def test_the_first_weights_of_the_document_are_asked(
    open_tab: Opener, project: ProjectOut, services: Services
) -> None:
    services.predictors = predictors = PredictorsInside()
    predictors.free.set()
    tab = open_tab()
    await tab.join()
    await tab.send(type="inspect", run=None, look=LOOK.model_dump())
    frame = await tab.receive("frame")
    assert (frame["run"], frame["epoch"]) == (None, 1)
    model, look = predictors.asked[0]
    assert (model.place, model.weights) == (f"project-{project.id}", None)
    assert json.loads(model.document)["name"] == project.document.name
    assert look == LOOK


async def test_a_photo_is_asked_about(
    open_tab: Opener, project: ProjectOut, services: Services
) -> None:
    """Its numbers come packed, in a message that is longer than any other that is read here."""
    services.predictors = predictors = PredictorsInside()
    predictors.free.set()
    tab = open_tab()
    await tab.join()
    sample = OwnSample(packed={"image": "AAAA" * LARGE})
    look = Look(sample=sample, nodes=LOOK.nodes)
    await tab.send(type="inspect", run=None, look=look.model_dump())
    assert (await tab.receive("frame"))["problem"] is None
    assert predictors.asked[0][1] == look


async def test_explanations_while_a_run_trains_are_of_its_checkpoint(
    open_tab: Opener, project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    services.predictors = predictors = PredictorsInside()
    predictors.free.set()
    tab = open_tab()
    await tab.join()
    run = await start(services, project)
    worker = await executor.next()
    explained = {**LOOK.model_dump(), "explain": {"method": "occlusion"}}
    await tab.send(type="inspect", run=run.id, look=explained)
    assert (await asyncio.wait_for(worker.looks.get(), 30)).nodes == LOOK.nodes
    assert predictors.asked == []  # there is no checkpoint yet: the training shows itself

    checkpoint = Path(worker.command.output) / "checkpoint.npz"
    checkpoint.write_bytes(b"weights")
    await tab.send(type="inspect", run=run.id, look=explained)
    frame = await tab.receive("frame")
    assert frame["run"] == run.id
    ((model, look),) = predictors.asked
    assert (model.place, model.weights) == (f"run-{run.id}", str(checkpoint.resolve()))
    assert look.explain is not None
    assert not (await asyncio.wait_for(worker.looks.get(), 30)).nodes  # of this tab nothing more

    await tab.send(type="inspect", run=run.id, look=LOOK.model_dump())
    assert (await asyncio.wait_for(worker.looks.get(), 30)).nodes == LOOK.nodes
    assert len(predictors.asked) == 1
    worker.emit(FINISHED)
    await ended(services, run.id)


async def test_of_many_questions_the_first_and_the_last_are_asked(
    open_tab: Opener, project: ProjectOut, services: Services
) -> None:
    services.predictors = predictors = PredictorsInside()
    tab = open_tab()
    await tab.join()
    for row in range(5):
        sample = {"type": "row", "part": "validation", "row": row}
        await tab.send(type="inspect", run=None, look={**LOOK.model_dump(), "sample": sample})
    await tab.send(type="watch", run="elsewhere", after=0)
    await tab.receive("failed")  # all questions have been read by now
    predictors.free.set()
    await tab.receive("frame", where=lambda message: message["epoch"] == 2)
    assert [look.sample.row for _, look in predictors.asked if look.sample.type == "row"] == [0, 4]


async def test_frames_are_passed_on_at_their_pace_and_the_latest_wins() -> None:
    sent: asyncio.Queue[tuple[str, float]] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    pace = Pace(lambda text: sent.put_nowait((text, loop.time())), seconds=0.05)
    times = []
    for texts in ("abc", "de"):
        for text in texts:
            pace.send(text)
        passed, at = await asyncio.wait_for(sent.get(), 30)
        assert passed == texts[-1]
        times.append(at)
    assert times[1] - times[0] >= 0.04
    assert sent.empty()


async def test_an_editor_gets_ten_frames_a_second_and_a_viewer_two(
    open_tab: Opener,
    project: ProjectOut,
    services: Services,
    executor: FakeExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paces: list[Pace] = []

    class Noted(Pace):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments)  # type: ignore[arg-type]
            paces.append(self)

    monkeypatch.setattr(inside, "Pace", Noted)
    view = (await database.read(Project.objects.get, pk=project.id)).view
    editor, viewer = open_tab(), Tab(view)
    for tab in (editor, viewer):
        await tab.join()
    run = await start(services, project)
    worker = await executor.next()
    for tab in (editor, viewer):
        await tab.send(type="inspect", run=run.id, look=LOOK.model_dump())
        await asyncio.wait_for(worker.looks.get(), 30)
    assert [pace.seconds for pace in paces] == [0.1, 0.5]
    worker.emit(Frame(epoch=1, step=3))
    for tab in (editor, viewer):
        assert (await tab.receive("frame"))["step"] == 3
    await viewer.leave()
    worker.emit(FINISHED)
    await ended(services, run.id)
