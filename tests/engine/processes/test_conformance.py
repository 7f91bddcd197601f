"""What every executor promises, on processes of this machine and on a real Ray."""

import os
import signal
from pathlib import Path

import pytest

from engine.data.catalogue import DataSets
from engine.data.stores import rows_file
from engine.document import Document
from engine.processes.executors.base import Handle, LetGoError
from engine.protocol import (
    ArtefactEvent,
    BatchEvent,
    EndedEvent,
    EpochEvent,
    EvaluationEvent,
    Frame,
    PhaseEvent,
    RunEvent,
    Train,
)
from engine.protocol.frames import Look
from tests.engine.points import on_points, write_points
from tests.engine.processes.conftest import Place
from tests.engine.runs import all_events, final_event, train_command, until

LONG = 100_000
"""Epochs that nobody waits for."""


def phases(events: list[RunEvent]) -> list[str]:
    return [event.phase for event in events if isinstance(event, PhaseEvent)]


async def training(place: Place, folder: Path, template: str = "iris") -> tuple[Handle, list]:  # type: ignore[type-arg]
    """Start a long run, and return it once it trains."""
    handle = await place.start(train_command(folder, template, epochs=LONG))
    events = handle.events()
    await until(events, EpochEvent)
    return handle, events  # type: ignore[return-value]


async def the_rest(events: object) -> list[RunEvent]:
    return [event async for event in events]  # type: ignore[attr-defined]


async def test_a_run_tells_its_events_in_order_and_ends_once(place: Place, tmp_path: Path) -> None:
    command = train_command(tmp_path, "iris", epochs=3)
    handle = await place.start(command)
    events, numbers = [], []
    async for event in handle.events():
        events.append(event)
        numbers.append(handle.number)
        if isinstance(event, ArtefactEvent):
            assert (Path(command.output) / event.name).stat().st_size == event.bytes
    assert final_event(events).outcome == "finished"
    assert phases(events) == [
        *("starting", "loading data", "building", "training"),
        *("evaluating", "saving"),
    ]
    assert [event.epoch for event in events if isinstance(event, EpochEvent)] == [1, 2, 3]
    assert "model.keras" in {event.name for event in events if isinstance(event, ArtefactEvent)}
    if place.executor.outlived:
        assert numbers == sorted(set(numbers)), "every event has a number of its own"
    await handle.release()


@pytest.mark.parametrize("when", ["now", "epoch"])
async def test_a_stopped_run_is_evaluated(when: str, place: Place, tmp_path: Path) -> None:
    handle, events = await training(place, tmp_path)
    await handle.stop("now" if when == "now" else "epoch")
    rest = await the_rest(events)
    assert final_event(rest).outcome == "stopped"
    assert any(isinstance(event, EvaluationEvent) for event in rest)
    await handle.release()


async def test_a_run_that_was_asked_twice_to_stop_now_has_ended(
    place: Place, tmp_path: Path
) -> None:
    handle, events = await training(place, tmp_path)
    await handle.stop("now")
    await handle.stop("now")
    assert final_event(await the_rest(events)).outcome == "stopped"
    await handle.release()


async def test_a_paused_run_goes_on(place: Place, tmp_path: Path) -> None:
    handle, events = await training(place, tmp_path)
    await handle.pause()
    async for event in events:
        if event == PhaseEvent(phase="paused"):
            break
        assert not isinstance(event, EndedEvent)
    assert (tmp_path / "iris-jax" / "checkpoint.npz").exists()
    await handle.resume()
    await until(events, EpochEvent)  # type: ignore[arg-type]
    await handle.stop("now")
    assert final_event(await the_rest(events)).outcome == "stopped"
    await handle.release()


async def test_a_look_is_answered_by_frames(place: Place, tmp_path: Path) -> None:
    handle, events = await training(place, tmp_path, "digits_dense")
    await handle.look(Look(nodes=(("hidden",),)))
    frame = await until(events, Frame)  # type: ignore[arg-type]
    assert isinstance(frame, Frame)
    assert frame.pictures
    await handle.look(Look())
    await handle.stop("now")
    assert final_event(await the_rest(events)).outcome == "stopped"
    await handle.release()


async def test_a_killed_worker_is_the_end_of_its_run(place: Place, tmp_path: Path) -> None:
    handle, events = await training(place, tmp_path)
    (worker,) = place.workers()
    os.kill(worker, signal.SIGKILL)
    end = final_event(await the_rest(events))
    assert end.outcome == "killed"
    assert end.problem
    assert "SIGKILL" in end.problem.message
    await handle.release()


async def test_an_abandoned_run_is_lost(place: Place, tmp_path: Path) -> None:
    handle, events = await training(place, tmp_path)
    await handle.abandon()
    end = final_event(await the_rest(events))
    assert end.outcome == "lost"
    assert not place.workers()
    await handle.release()


async def test_a_run_ends_at_its_limit_of_time(place: Place, tmp_path: Path) -> None:
    limited = place.make(seconds=0.5)
    handle = await limited.start(train_command(tmp_path, "iris", epochs=LONG).as_text(), "limited")
    end = final_event(await all_events(handle))
    assert end.outcome == "timed out"
    await handle.release()
    await limited.close()


async def test_a_run_ends_at_its_limit_of_memory(place: Place, tmp_path: Path) -> None:
    limited = place.make(memory=1_000_000_000)
    command = train_command(tmp_path, "iris", epochs=1)
    values = command.document.to_json()
    for node in values["graphs"][0]["nodes"]:
        if node["id"] == "hidden":
            node["params"]["units"] = 500_000_000
    command = command.model_copy(update={"document": Document.model_validate(values)})
    handle = await limited.start(command.as_text(), "too-large")
    end = final_event(await all_events(handle))
    assert end.outcome == "over memory"
    await handle.release()
    await limited.close()


async def test_a_worker_has_its_limits_and_sees_no_gpu(place: Place, tmp_path: Path) -> None:
    limited = place.make(memory=3_000_000_000)
    command = train_command(tmp_path, "iris", epochs=LONG)
    handle = await limited.start(command.as_text(), "limits")
    events = handle.events()
    await until(events, EpochEvent)
    (worker,) = place.workers()
    data = Path(f"/proc/{worker}/limits").read_text().split("Max data size")[1].split()[0]
    assert int(data) == 3_000_000_000
    variables = Path(f"/proc/{worker}/environ").read_text().split("\0")
    if place.kind == "ray":
        assert "CUDA_VISIBLE_DEVICES=" in variables
    await handle.abandon()
    await the_rest(events)
    await handle.release()
    await limited.close()


async def test_data_are_found_by_their_hash(place: Place, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    data = write_points(tmp_path / "data")
    (described,) = data.sets
    assert described.hash
    Path(data.files["points"]).rename(rows_file(tmp_path / "data", described.hash))
    (tmp_path / "run").mkdir()
    named = DataSets(sets=data.sets)
    command = Train(document=on_points(), output=str(tmp_path / "run"), data=named)
    executor = place.make(data=tmp_path / "data")
    handle = await executor.start(command.as_text(), "by-hash")
    assert final_event(await all_events(handle)).outcome == "finished"
    await handle.release()
    await executor.close()


async def test_a_run_that_was_expected_starts(place: Place, tmp_path: Path) -> None:
    executor = place.make(spare=True)
    executor.expect("jax", "cpu")
    handle = await executor.start(train_command(tmp_path, "iris", epochs=1).as_text(), "expected")
    assert final_event(await all_events(handle)).outcome == "finished"
    await handle.release()
    await executor.close()


async def test_closing_ends_what_does_not_outlive_the_process(place: Place, tmp_path: Path) -> None:
    executor = place.make()
    handle = await executor.start(train_command(tmp_path, "iris", epochs=LONG).as_text(), "closed")
    events = handle.events()
    await until(events, BatchEvent)
    await executor.close()
    if not executor.outlived:
        assert final_event(await the_rest(events)).outcome == "lost"
        assert not place.workers()
        return
    with pytest.raises(LetGoError):
        await the_rest(events)
    assert "closed" in (await place.executor.living() or ())
    again = await place.executor.take_up("closed", handle.number)
    await again.stop("now")
    assert final_event(await all_events(again)).outcome == "stopped"
    await again.release()
