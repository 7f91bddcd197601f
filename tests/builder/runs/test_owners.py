"""Which web processes count as alive."""

import os
import sys
from pathlib import Path

import pytest

from builder.runs.owners import Owner
from engine.processes.executors.connection import Keeping
from engine.processes.executors.handle import Limits

SMALL = (sys.executable, "-m", "tests.faults.small.keeper")


def test_a_web_process_lives_until_it_releases_its_lock(tmp_path: Path) -> None:
    first, second = Owner(tmp_path), Owner(tmp_path)
    assert second.alive(first.id)
    first.release()
    assert not second.alive(first.id)
    second.release()


@pytest.mark.parametrize("orphan", [0.0, 600.0])
def test_a_killed_web_process_lives_until_the_runs_that_end_with_it_have(
    orphan: float, tmp_path: Path
) -> None:
    first, second = Owner(tmp_path), Owner(tmp_path)
    keepers = tmp_path / "keepers"
    keeping = Keeping(keepers, orphan, Limits(), spare=False, lock=first.lock, program=SMALL)
    folder, keeper = keeping.start()
    os.close(first.lock)  # as when it is killed
    assert second.alive(first.id) == (orphan == 0), "its keeper may have runs"
    keeper.communicate()
    assert not second.alive(first.id)
    assert not folder.exists()
    second.release()
