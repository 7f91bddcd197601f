"""The supervisor of the checker process, with a small process that speaks the protocol."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from builder.checking.checker import Checker
from builder.processes.process import ForkServer
from builder.processes.supervised import UnansweredError
from engine.document import Document
from tests.builder.conftest import FAKE_CHECKER


def named(name: str) -> str:
    return Document(name=name).model_dump_json(by_alias=True)


@pytest.fixture
async def checker() -> AsyncIterator[Checker]:
    one = Checker(20.0, command=FAKE_CHECKER)
    yield one
    await one.close()


def codes(found: object) -> list[str]:
    return [problem.code for problem in found.problems]  # type: ignore[attr-defined]


async def test_answers_come_to_whoever_asked(checker: Checker) -> None:
    checker.warm()
    verdict, broken, summary, preview = await asyncio.gather(
        checker.check(named("fine")),
        checker.check(named("broken")),
        checker.summary(named("fine")),
        checker.preview("digits"),
    )
    assert verdict.ok
    assert verdict.totals.nodes == 0
    assert (broken.ok, codes(broken)) == (False, ["broken"])
    assert summary == "Model: fine"
    assert not isinstance(preview, list)
    assert preview.data == "digits"


@pytest.mark.parametrize("name", ["die", "gibberish"])
async def test_what_kills_the_checker_is_refused_and_the_next_is_served(
    checker: Checker, name: str
) -> None:
    found = await asyncio.gather(
        checker.check(named("fine")), checker.check(named(name)), checker.check(named("fine"))
    )
    assert [verdict.ok for verdict in found] == [True, False, True]
    assert codes(found[1]) == ["checker_died"]


async def test_what_takes_too_long_is_refused_and_the_next_is_served() -> None:
    checker = Checker(1.0, command=FAKE_CHECKER)
    slow, fine = await asyncio.gather(checker.check(named("hang")), checker.check(named("fine")))
    await checker.close()
    assert codes(slow) == ["checker_slow"]
    assert fine.ok


async def test_a_fresh_process_is_forked_and_not_started(checker: Checker) -> None:
    await checker.check(named("fine"))
    fork_server, first = checker._fork_server, checker.pid
    await checker.check(named("die"))
    assert (await checker.check(named("fine"))).ok
    assert checker._fork_server is fork_server
    assert checker.pid != first
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


async def test_a_fork_server_that_died_is_started_again(checker: Checker) -> None:
    await checker.check(named("fine"))
    assert checker._fork_server
    first = checker._fork_server
    first._process.kill()
    await first._process.wait()
    assert (await checker.check(named("fine"))).ok
    assert checker._fork_server is not first


async def test_a_fork_server_whose_end_is_not_yet_known_is_replaced(
    checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await checker.check(named("fine"))
    fork_server = checker._fork_server
    assert fork_server
    fork_server._process.kill()
    await fork_server._process.wait()
    monkeypatch.setattr(ForkServer, "alive", property(lambda self: self is fork_server))
    assert (await checker.check(named("fine"))).ok
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


async def test_a_process_that_is_killed_while_it_starts_is_started_again(tmp_path: Path) -> None:
    (tmp_path / "first").touch()
    command = (sys.executable, "-c", KILLED_ONCE, str(tmp_path / "first"))
    checker = Checker(20.0, command=command)
    assert (await checker.check(named("fine"))).ok
    await checker.close()


async def test_a_process_that_died_meanwhile_is_not_blamed_on_the_next_graph(
    checker: Checker,
) -> None:
    await checker.check(named("fine"))
    os.kill(checker.pid, signal.SIGKILL)
    assert (await checker.check(named("fine"))).ok


async def test_a_request_that_is_given_up_does_not_confuse_the_next(checker: Checker) -> None:
    await checker.check(named("fine"))
    waiting = asyncio.create_task(checker.check(named("hang")))
    while not checker._lock.locked():
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert codes(await checker.check(named("broken"))) == ["broken"]


@pytest.mark.parametrize(
    "command",
    [
        ("/nowhere/python",),
        (sys.executable, "-c", "raise SystemExit('no such module')"),
        (sys.executable, "-c", "print('hello')"),
    ],
)
async def test_a_checker_that_does_not_start_says_so_each_time(command: tuple[str, ...]) -> None:
    checker = Checker(20.0, command=command)
    for _ in range(2):
        assert codes(await checker.check(named("fine"))) == ["checker_missing"]
    with pytest.raises(UnansweredError):
        await checker.preview("digits")
    await checker.close()


async def test_memory_is_limited() -> None:
    checker = Checker(20.0, memory_mb=512, command=FAKE_CHECKER)
    hungry, fine = await asyncio.gather(
        checker.check(named("hungry")), checker.check(named("fine"))
    )
    await checker.close()
    assert codes(hungry) == ["checker_died"]
    assert fine.ok


async def test_closing_ends_the_process(checker: Checker) -> None:
    await checker.check(named("fine"))
    pid = checker.pid
    await checker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert codes(await checker.check(named("fine"))) == ["checker_missing"]


async def test_closing_lets_go_of_a_process_that_nobody_asked(checker: Checker) -> None:
    checker.warm()
    assert checker._starting
    copy = await checker._starting
    assert copy.alive
    await checker.close()
    assert not copy.alive


async def test_closing_ends_a_process_that_is_still_starting(tmp_path: Path) -> None:
    slow = "import os, sys, time; print(os.getpid(), file=sys.stderr, flush=True); time.sleep(99)"
    checker = Checker(20.0, command=(sys.executable, "-c", slow))
    waiting = asyncio.create_task(checker.check(named("fine")))
    while checker._starting is None:
        await asyncio.sleep(0)
    starting = checker._starting
    await checker.close()
    assert starting.cancelled()
    assert codes(await waiting) == ["checker_missing"]
