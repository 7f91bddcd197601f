"""What a run on a cluster keeps of its events until they are acknowledged."""

import asyncio
from collections.abc import AsyncIterator

from engine.processes.cluster.keeper import visible_gpus
from engine.processes.keeping.kept import UNKEPT, Kept
from engine.protocol import BatchEvent, EpochEvent, Frame, Report


def batch(step: int) -> BatchEvent:
    return BatchEvent(epoch=1, step=step, steps=9, seconds=0.1)


def epoch(number: int) -> EpochEvent:
    return EpochEvent(epoch=number, metrics={}, seconds=0.1)


def frame(step: int) -> Frame:
    return Frame(epoch=1, step=step)


async def read(events: AsyncIterator[tuple[int, Report]], count: int) -> list[tuple[int, Report]]:
    return [await anext(events) for _ in range(count)]


async def test_events_are_numbered_without_gaps_and_kept_until_acknowledged() -> None:
    kept = Kept()
    for number in (1, 2, 3):
        kept.put(epoch(number))
    whole = [(number, epoch(number)) for number in (1, 2, 3)]
    assert await read(kept.after(0), 3) == whole
    assert await read(kept.after(0), 3) == whole, "nobody has acknowledged them"
    kept.acknowledge(2)
    assert await read(kept.after(0), 1) == whole[2:]
    assert await read(kept.after(2), 1) == whole[2:]
    kept.acknowledge(99)
    kept.put(epoch(4))
    assert await read(kept.after(3), 1) == [(4, epoch(4))]
    assert kept.last == 4


async def test_a_batch_that_nobody_has_read_gives_its_number_to_the_next() -> None:
    kept = Kept()
    kept.put(epoch(1))
    for step in (1, 2, 3):
        kept.put(batch(step))
    reader = kept.after(0)
    assert await read(reader, 2) == [(1, epoch(1)), (2, batch(3))]
    kept.put(batch(4))
    kept.put(batch(5))
    kept.put(epoch(2))
    assert await read(reader, 2) == [(3, batch(5)), (4, epoch(2))]


async def test_a_reader_waits_for_events_and_a_later_one_ends_it() -> None:
    kept = Kept()
    earlier, later = kept.after(0), kept.after(0)
    waiting = asyncio.ensure_future(anext(earlier, None))
    await asyncio.sleep(0)
    event = asyncio.ensure_future(anext(later))
    assert await waiting is None
    kept.put(epoch(1))
    assert await event == (1, epoch(1))


async def test_only_the_newest_frame_is_passed_on_and_none_is_kept() -> None:
    kept = Kept()
    kept.put(frame(1))
    kept.put(frame(2))
    kept.put(epoch(1))
    assert await read(kept.after(0), 2) == [(1, epoch(1)), (UNKEPT, frame(2))]
    kept.put(epoch(2))
    assert await read(kept.after(0), 2) == [(1, epoch(1)), (2, epoch(2))]


def test_a_run_sees_the_gpu_that_it_was_given_and_on_the_cpu_none() -> None:
    assert visible_gpus("cpu", "0,1") == ""
    assert visible_gpus("gpu", "3") == "3"
    assert visible_gpus("gpu:1", "3") == "3,3"
    assert visible_gpus("gpu:0", "") == ""
    assert visible_gpus("cpu:0,1", "3") == ""
    assert visible_gpus("gpu:0,2", "3,5") == "3,3,5"
