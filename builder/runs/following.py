"""Follows one run: records what its worker sends, until its last event.

Events that come together are recorded in one transaction, and only then announced.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing

from builder.models import Run
from builder.runs.recording import Recorder
from engine.problems import problem, sentence
from engine.processes.executors.base import Handle, LetGoError
from engine.processes.executors.streams import together
from engine.protocol import EndedEvent, Frame, PhaseEvent, Report, RunEvent

MOST_TOGETHER = 50
"""How many events are recorded at once: more come meanwhile if epochs take milliseconds."""

Note = Callable[[str, PhaseEvent], Awaitable[None]]


async def follow(run: Run, handle: Handle, log: Recorder, note: Note) -> EndedEvent:
    """Record the worker's events; return the last one. The worker has exited by then.

    `note` is told each phase that the run has entered, after it was recorded. Raises LetGoError if
    the worker goes on without this process.
    """
    async with aclosing(together(handle, MOST_TOGETHER)) as lists:
        try:
            async for reports in lists:
                if last := await _take(run, reports, log, note):
                    return last
                await handle.acknowledge(reports[-1][1])
        except LetGoError:
            raise
        except Exception:
            await handle.stop("now")
            async for _ in lists:
                pass
            raise
    detail = sentence("The worker sent no final event.")
    return EndedEvent(outcome="killed", problem=problem("run_broken", detail=detail))


async def _take(
    run: Run, reports: Sequence[tuple[Report, int]], log: Recorder, note: Note
) -> EndedEvent | None:
    """Pass frames on and record events but for the last one of the run, which is returned."""
    events: list[RunEvent] = []
    heard, last = 0, None
    for report, number in reports:
        if isinstance(report, Frame):
            await log.pass_on(run.id, report)
        elif isinstance(report, EndedEvent):
            last = report
        else:
            events.append(report)
            heard = number
    if events:
        await log.record(run.id, run.generation, *events, number=heard)
    for event in events:
        if isinstance(event, PhaseEvent):
            await note(run.id, event)
    return last
