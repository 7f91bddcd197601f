"""The supervisor of the checker process, tested with a fake checker without Keras."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from builder.checking.checker import Checker, no_verdict
from builder.processes.process import ForkServer
from builder.processes.supervised import UnansweredError
from engine.check.verdict import Verdict
from engine.document import Document
from tests.builder.conftest import FAKE_CHECKER


def document(name: str) -> str:
    return Document(name=name).model_dump_json(by_alias=True)


async def verdict_on(checker: Checker, name: str) -> Verdict:
    """Return the verdict on a document of this name, or one that says why there is none."""
    try:
        verdict = await checker.verdict("project", 0, document(name), None)
    except UnansweredError as error:
        return no_verdict(error)
    return Verdict.model_validate_json(verdict.text)


@pytest.fixture
async def checker() -> AsyncIterator[Checker]:
    checker = Checker(20.0, command=FAKE_CHECKER)
    yield checker
    await checker.close()


def codes(verdict: object) -> list[str]:
    return [problem.code for problem in verdict.problems]  # type: ignore[attr-defined]


async def test_each_request_gets_its_own_answer(checker: Checker) -> None:
    checker.warm()
    verdict, broken, summary, preview = await asyncio.gather(
        verdict_on(checker, "fine"),
        verdict_on(checker, "broken"),
        checker.summary(document("fine")),
        checker.preview("digits"),
    )
    assert verdict.ok
    assert verdict.totals.nodes == 0
    assert (broken.ok, codes(broken)) == (False, ["broken"])
    assert summary == "Model: fine"
    assert not isinstance(preview, list)
    assert preview.data == "digits"


@pytest.mark.parametrize("name", ["die", "gibberish"])
async def test_a_document_that_kills_the_checker_does_not_affect_other_requests(
    checker: Checker, name: str
) -> None:
    verdicts = await asyncio.gather(
        verdict_on(checker, "fine"),
        verdict_on(checker, name),
        verdict_on(checker, "fine"),
    )
    assert [verdict.ok for verdict in verdicts] == [True, False, True]
    assert codes(verdicts[1]) == ["checker_died"]


async def test_a_document_that_takes_too_long_does_not_affect_the_next_request() -> None:
    checker = Checker(1.0, command=FAKE_CHECKER)
    slow, fine = await asyncio.gather(verdict_on(checker, "hang"), verdict_on(checker, "fine"))
    await checker.close()
    assert codes(slow) == ["checker_slow"]
    assert fine.ok


async def test_a_dead_checker_is_replaced_by_a_fork(checker: Checker) -> None:
    await verdict_on(checker, "fine")
    fork_server, first = checker._fork_server, checker.pid
    await verdict_on(checker, "die")
    assert (await verdict_on(checker, "fine")).ok
    assert checker._fork_server is fork_server
    assert checker.pid != first
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


async def test_a_dead_fork_server_is_restarted(checker: Checker) -> None:
    await verdict_on(checker, "fine")
    assert checker._fork_server
    first = checker._fork_server
    first._process.kill()
    await first._process.wait()
    assert (await verdict_on(checker, "fine")).ok
    assert checker._fork_server is not first


async def test_a_dead_fork_server_that_seems_alive_is_replaced(
    checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verdict_on(checker, "fine")
    fork_server = checker._fork_server
    assert fork_server
    fork_server._process.kill()
    await fork_server._process.wait()
    monkeypatch.setattr(ForkServer, "alive", property(lambda self: self is fork_server))
    assert (await verdict_on(checker, "fine")).ok
    assert checker._fork_server is not fork_server


KILLED_ONCE = f"""
import os, pathlib, runpy, signal, sys
try:
    pathlib.Path(sys.argv.pop()).unlink()
except FileNotFoundError:
    runpy.run_path({str(FAKE_CHECKER[1])!r}, run_name="__main__")
else:
    print("importing", file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


async def test_a_process_killed_during_its_start_is_restarted(tmp_path: Path) -> None:
    (tmp_path / "first").touch()
    command = (sys.executable, "-c", KILLED_ONCE, str(tmp_path / "first"))
    checker = Checker(20.0, command=command)
    assert (await verdict_on(checker, "fine")).ok
    await checker.close()


async def test_a_process_killed_between_requests_does_not_fail_the_next_request(
    checker: Checker,
) -> None:
    await verdict_on(checker, "fine")
    os.kill(checker.pid, signal.SIGKILL)
    assert (await verdict_on(checker, "fine")).ok


async def test_a_cancelled_request_does_not_affect_the_next(checker: Checker) -> None:
    await verdict_on(checker, "fine")
    waiting = asyncio.create_task(verdict_on(checker, "hang"))
    while not checker._lock.locked():
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert codes(await verdict_on(checker, "broken")) == ["broken"]


@pytest.mark.parametrize(
    "command",
    [
        ("/nowhere/python",),
        (sys.executable, "-c", "raise SystemExit('no such module')"),
        (sys.executable, "-c", "print('hello')"),
    ],
)
async def test_a_checker_that_cannot_start_is_reported_for_each_request(
    command: tuple[str, ...],
) -> None:
    checker = Checker(20.0, command=command)
    for _ in range(2):
        assert codes(await verdict_on(checker, "fine")) == ["checker_missing"]
    with pytest.raises(UnansweredError):
        await checker.preview("digits")
    await checker.close()


async def test_memory_is_limited() -> None:
    checker = Checker(20.0, memory_mb=512, command=FAKE_CHECKER)
    hungry, fine = await asyncio.gather(verdict_on(checker, "hungry"), verdict_on(checker, "fine"))
    await checker.close()
    assert codes(hungry) == ["checker_died"]
    assert fine.ok


async def test_closing_ends_the_process(checker: Checker) -> None:
    await verdict_on(checker, "fine")
    pid = checker.pid
    await checker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert codes(await verdict_on(checker, "fine")) == ["checker_missing"]


async def test_closing_ends_a_process_without_requests(checker: Checker) -> None:
    checker.warm()
    assert checker._starting
    copy = await checker._starting
    assert copy.alive
    await checker.close()
    assert not copy.alive


async def test_closing_ends_a_process_that_is_still_starting(tmp_path: Path) -> None:
    slow = "import os, sys, time; print(os.getpid(), file=sys.stderr, flush=True); time.sleep(99)"
    checker = Checker(20.0, command=(sys.executable, "-c", slow))
    waiting = asyncio.create_task(verdict_on(checker, "fine"))
    while checker._starting is None:
        await asyncio.sleep(0)
    starting = checker._starting
    await checker.close()
    assert starting.cancelled()
    assert codes(await waiting) == ["checker_missing"]
