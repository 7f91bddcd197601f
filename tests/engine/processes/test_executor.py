"""Whatever a worker does, the events of its run are in order and have exactly one end."""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from engine.machine import memory
from engine.processes.executors import process
from engine.processes.executors.handle import FailedStart, Limits, LocalHandle
from engine.processes.executors.local import LocalExecutor
from engine.processes.executors.streams import Log, Outbox, lines, readable, together
from engine.protocol import (
    BatchEvent,
    EndedEvent,
    EpochEvent,
    LogEvent,
    PhaseEvent,
    Report,
    RunEvent,
    line,
)
from tests.engine.runs import all_events, final_event, train_command

ENDED = line(EndedEvent(outcome="finished")).decode().strip()
NO_THREAD = "F0000 env.cc:84] Check failed: ret == 0 Thread x creation via pthread_create() failed."
STACK_FRAME = "    @     0x7f0fc61a62cd  tsl::thread::ThreadPool::ThreadPool()"
PHASE = line(PhaseEvent(phase="training")).decode().strip()

Replace = Callable[[str], None]


@pytest.fixture
def replace_worker(monkeypatch: pytest.MonkeyPatch) -> Replace:
    """Replace the worker's program by a script that behaves like a broken worker."""

    def replace(script: str) -> None:
        monkeypatch.setattr(process, "arguments", lambda *_: [sys.executable, "-c", script])

    return replace


async def run(folder: Path, **limits: float) -> list[RunEvent]:
    """Run the replaced worker to its end."""
    executor = LocalExecutor(spare=False, limits=Limits(**limits))
    handle = await executor.start(train_command(folder, "iris").as_text())
    events = await all_events(handle)
    await executor.close()
    return events


CASES = {
    "silent end": ("pass", "killed", []),
    "error code": (
        "import sys; print('Traceback: broken', file=sys.stderr); sys.exit(3)",
        "killed",
        ["Traceback: broken"],
    ),
    "signal": ("import os; os.kill(os.getpid(), 9)", "killed", []),
    "garbage": (
        f"print('no JSON'); print('{{\"type\": \"unknown\"}}'); print('{PHASE}'); print('{ENDED}')",
        "finished",
        ["no JSON", '{"type": "unknown"}'],
    ),
    "several ends": (f"print('{ENDED}'); print('{ENDED}'); print('{PHASE}')", "finished", []),
    "bytes that are no text": (
        "import sys; sys.stdout.buffer.write(b'\\xff\\xfe\\0\\n'); sys.stdout.flush()",
        "killed",
        ["\ufffd\ufffd"],
    ),
    "a line without an end": ("print('x' * 9_000_000, end='')", "killed", ["x" * 2000]),
    "colours and progress bars": (
        "import sys; print('\\x1b[31m1/9\\r9/9\\x1b[0m', file=sys.stderr)",
        "killed",
        ["9/9"],
    ),
    "out of memory in C++": (
        "import os, sys; print('what():  std::bad_alloc', file=sys.stderr, flush=True); os.abort()",
        "over memory",
        ["what():  std::bad_alloc"],
    ),
    "no memory for a thread, above a long stack trace": (
        f"import os, sys; print({NO_THREAD!r}, *[{STACK_FRAME!r}] * 50, sep='\\n', file=sys.stderr,"
        " flush=True); os.abort()",
        "over memory",
        [NO_THREAD, *[STACK_FRAME] * 50],
    ),
    "a child that stays": (
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', "
        "'import time; time.sleep(600)'])",
        "killed",
        [],
    ),
    "a child in another session": (
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', "
        "'import time; time.sleep(20)'], start_new_session=True)",
        "killed",
        [],
    ),
}


@pytest.mark.parametrize(("script", "outcome", "logs"), CASES.values(), ids=CASES)
async def test_a_broken_worker_has_exactly_one_end(
    script: str, outcome: str, logs: list[str], replace_worker: Replace, tmp_path: Path
) -> None:
    replace_worker(script)
    events = await run(tmp_path, drain=0.5)
    end = final_event(events)
    assert end.outcome == outcome
    assert (end.problem is None) == (outcome == "finished")
    assert [event.text for event in events if isinstance(event, LogEvent)] == logs


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ("import os; os.kill(os.getpid(), 9)", "over memory"),
        ("import os; os.kill(os.getpid(), 11)", "killed"),
        ("raise SystemExit(3)", "killed"),
        (f"print('{ENDED}')", "finished"),
    ],
)
async def test_only_a_worker_that_was_killed_can_have_been_killed_for_memory(
    script: str,
    outcome: str,
    replace_worker: Replace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The kernel may have killed other processes during the run."""
    counted = itertools.count()
    monkeypatch.setattr(memory, "kills", lambda: next(counted))
    replace_worker(script)
    assert final_event(await run(tmp_path)).outcome == outcome


async def test_a_run_ends_at_its_time_limit(replace_worker: Replace, tmp_path: Path) -> None:
    replace_worker("import time; time.sleep(600)")
    end = final_event(await run(tmp_path, seconds=0.01))
    assert end.outcome == "timed out"
    assert end.problem is not None
    assert end.problem.code == "timed_out"


STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    f"print('{PHASE}', flush=True); time.sleep(600)"
)


async def test_a_worker_that_ignores_stop_and_sigterm_is_killed(
    replace_worker: Replace, tmp_path: Path
) -> None:
    replace_worker(STUBBORN)
    executor = LocalExecutor(spare=False, limits=Limits(stop=0.01, exit=0.01))
    handle = await executor.start(train_command(tmp_path, "iris").as_text())
    events = handle.events()
    assert await anext(events) == PhaseEvent(phase="training")
    await handle.stop("now")
    end = final_event([event async for event in events])
    assert end.outcome == "stopped"
    assert end.problem is not None
    assert end.problem.code == "unanswered_stop"
    await executor.close()


async def test_asking_twice_to_stop_now_does_not_wait(
    replace_worker: Replace, tmp_path: Path
) -> None:
    replace_worker(f"import time; print('{PHASE}', flush=True); time.sleep(600)")
    executor = LocalExecutor(spare=False, limits=Limits(stop=600, exit=600))
    handle = await executor.start(train_command(tmp_path, "iris").as_text())
    await anext(handle.events())
    await handle.stop("now")
    await handle.stop("now")
    assert final_event(await all_events(handle)).outcome == "stopped"
    await executor.close()


async def test_closing_ends_the_runs_with_a_problem(
    replace_worker: Replace, tmp_path: Path
) -> None:
    replace_worker(f"import time; print('{PHASE}', flush=True); time.sleep(600)")
    executor = LocalExecutor(spare=True)
    await executor.warm("jax", "cpu")
    handle = await executor.start(train_command(tmp_path, "iris").as_text())
    await executor.close()
    end = final_event(await all_events(handle))
    assert end.outcome == "lost"
    assert end.problem is not None
    assert end.problem.code == "server_closed"


async def test_spares_are_kept_for_the_backends_that_were_expected_last(
    replace_worker: Replace, tmp_path: Path
) -> None:
    replace_worker(f"import time; print('{PHASE}', flush=True); time.sleep(600)")
    executor = LocalExecutor(spare=True)
    executor._most = 2
    for backend in ("jax", "tensorflow", "jax", "torch"):  # jax is newer than tensorflow
        await executor.warm(backend, "cpu")
    assert list(executor._spares) == [("jax", "cpu"), ("torch", "cpu")]
    spare = executor._spares["jax", "cpu"]
    await asyncio.gather(*(executor.warm("jax", "cpu") for _ in range(3)))
    assert executor._spares["jax", "cpu"] is spare
    handle = await executor.start(train_command(tmp_path, "iris").as_text())
    assert isinstance(handle, LocalHandle)
    assert handle.pid == spare.pid
    others = list(executor._spares.values())
    await executor.close()
    assert not any(worker.alive for worker in (spare, *others))


async def test_a_run_ends_if_its_process_can_not_be_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def refuse(*_: object) -> process.Worker:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(process, "launch", refuse)
    end = final_event(await run(tmp_path))
    assert end.outcome == "lost"
    assert end.problem is not None
    assert end.problem.code == "cannot_start"


async def test_the_process_of_a_run_gives_way_as_far_as_its_limits_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commands: list[list[str]] = []

    async def refuse(command: list[str], _: object) -> process.Worker:
        commands.append(command)
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(process, "launch", refuse)
    await run(tmp_path, niceness=3)
    (command,) = commands
    assert command[command.index("--niceness") + 1] == "3"


async def _lines(data: bytes, longest: int) -> list[bytes]:
    stream = asyncio.StreamReader()
    stream.feed_data(data)
    stream.feed_eof()
    return [text async for text in lines(stream, longest)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"a\nb\n", [b"a", b"b"]),
        (b"a\n\nb", [b"a", b"", b"b"]),
        (b"abcdef\ngh\n", [b"abcd", b"gh"]),
        (b"x" * 200_000 + b"\ny", [b"xxxx", b"y"]),
    ],
)
async def test_lines_are_cut_and_never_joined(data: bytes, expected: list[bytes]) -> None:
    assert await _lines(data, 4) == expected


def test_the_log_is_bounded() -> None:
    log = Log()
    results = [log.event(f"line {number}".encode()) for number in range(3 * Log.MAX_EVENTS)]
    events = [event for event in results if event]
    assert len(events) == Log.MAX_EVENTS
    assert events[-1].level == "warning"
    assert log.tail[-1] == f"line {3 * Log.MAX_EVENTS - 1}"


def test_import_messages_of_tensorflow_are_left_out() -> None:
    log = Log()
    assert log.event(b"I0000 00:00:1795218183.751549 12106 cudart_stub.cc:31] no drivers") is None
    assert log.event(b"Everything went well.") is not None


def test_escape_sequences_are_removed_from_lines() -> None:
    assert readable(b"\x1b[1m\x1b[38;5;9mred\x1b[0m\x07 \x1b]0;title\x07text\r\n") == "red text"


async def test_a_slow_reader_misses_only_batches() -> None:
    outbox = Outbox()
    batches = [BatchEvent(epoch=1, step=step, steps=9, seconds=0.1) for step in range(1, 6)]
    epoch = EpochEvent(epoch=1, metrics={}, seconds=0.2)
    for event in (*batches, epoch, batches[0], batches[1], epoch):
        outbox.put(event)
    assert await outbox.take(1) == [(batches[-1], 0)]
    assert [event for event, _ in await outbox.take(9)] == [epoch, batches[1], epoch]
    outbox.close()
    assert await outbox.take(9) == []


async def test_what_comes_meanwhile_is_read_together() -> None:
    """Nothing is lost or reordered, and an error of the source is raised after what came before."""
    epochs = [EpochEvent(epoch=number, metrics={}, seconds=0.1) for number in range(1, 8)]

    class Source(FailedStart):
        async def events(self) -> AsyncIterator[Report]:
            for self.number, epoch in enumerate(epochs, 1):
                yield epoch
            raise OSError("gone")

    lists = []

    async def read() -> None:
        async for some in together(Source(EndedEvent(outcome="lost")), 3):
            lists.append(some)

    with pytest.raises(OSError, match="gone"):
        await read()
    assert [len(some) for some in lists] == [3, 3, 1]
    assert [pair for some in lists for pair in some] == list(zip(epochs, range(1, 8), strict=True))


def test_executors_import_no_machine_learning_library() -> None:
    heavy = "{'keras', 'tensorflow', 'jax', 'torch', 'numpy', 'sklearn'}"
    script = (
        f"import sys, engine.processes.executors.local; print(sorted({heavy} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=process.ROOT, capture_output=True, check=True
    )
    assert result.stdout == b"[]\n"


def test_prints_do_not_reach_the_protocol() -> None:
    script = (
        "import os; from engine.processes.worker import take_protocol; protocol = take_protocol();"
        "print('a stray print', flush=True); os.system('echo from a child');"
        "protocol.write(b'event'); protocol.flush()"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=process.ROOT, capture_output=True, check=True
    )
    assert result.stdout == b"event"
    assert result.stderr.splitlines() == [b"a stray print", b"from a child"]


def test_a_worker_ends_with_its_parent() -> None:
    """A killed parent can't stop its worker, but the worker's pipe must close."""
    parent = (
        "import subprocess, sys, time;"
        "command = [sys.executable, '-m', 'engine.processes.worker'];"
        "worker = subprocess.Popen(command, stdin=subprocess.PIPE);"
        "print(worker.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent], cwd=process.ROOT, stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout is not None
        worker = int(started.stdout.readline())
        os.kill(worker, 0)
        started.send_signal(signal.SIGKILL)
        assert started.stdout.read() == ""  # the worker held the other end of this pipe
