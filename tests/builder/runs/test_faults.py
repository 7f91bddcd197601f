"""Whatever is killed: the log of each run has no gap and one true end, and no process is left.

`make fuzz` looks further.
"""

from collections.abc import Iterator

import hypothesis
import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.small.machine import Faults, World, world

SAME = hypothesis.settings.get_current_profile_name() == "same"


@pytest.fixture(scope="module")
def small() -> Iterator[World]:
    """Processes of a home folder of their own."""
    with world() as made:
        yield made


@pytest.mark.hypothesis
def test_runs_survive_faults(small: World) -> None:
    Faults.world = small
    settings = hypothesis.settings(
        max_examples=5 if SAME else 100,
        stateful_step_count=20 if SAME else 50,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],  # what fails depends on the time, and can't be reduced
    )
    run_state_machine_as_test(Faults, settings=settings)
