"""The model that is proposed for each kind of file fits it, and trains on each backend."""

import math
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from engine.check import check
from engine.data.catalogue import Task
from engine.data.description import Options
from engine.data.files.limits import Limits
from engine.data.files.reading import as_data_sets
from engine.data.files.recognising import Format, recognise
from engine.data.files.source import Source
from engine.machine.backends import BackendId
from tests.engine.engines import printed
from tests.engine.training.kinds import BUNDLED, KINDS, ON_JAX, Kind, described, proposed

BACKENDS: tuple[BackendId, ...] = ("tensorflow", "jax")
TRAINED = {"tensorflow": [name for name in KINDS if name not in ON_JAX], "jax": [*ON_JAX]}
"""The kinds that each backend trains. The other tasks train on JAX in the test of bundles."""


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_a_proposal_fits(kind: Kind, tmp_path: Path) -> None:
    description = described(kind, tmp_path / "read")
    sets = as_data_sets(description, tmp_path / "read")
    assert description.data.task == kind.task
    for proposal in filter(None, (proposed(description, backend) for backend in BACKENDS)):
        verdict = check(proposal.document, sets)
        wrong = [item.message for item in verdict.problems if item.severity != "note"]
        assert (verdict.ok, wrong) == (True, [])
        head = proposal.document.main.nodes[-1]
        params = head.params
        assert (head.layer, params.get("units"), params.get("activation")) == kind.head


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """What each kind came to on a backend; XLA compiles quickly, for the little that is trained."""

    @cache
    def on(backend: str) -> Any:
        folder = str(tmp_path_factory.mktemp(backend))
        return printed("training.proposal_cases", backend, folder, *TRAINED[backend])

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XLA_FLAGS", "--xla_backend_optimization_level=0")
        yield on


@pytest.mark.parametrize(
    ("backend", "name"), [(backend, name) for backend in TRAINED for name in TRAINED[backend]]
)
def test_a_proposal_trains(backend: str, name: str, trained: Callable[[str], Any]) -> None:
    found = trained(backend)[name]
    assert (found["outcome"], found["problem"]) == ("finished", None)
    losses, measured = found["losses"], found["measured"]
    assert len(losses) == 1
    assert {"loss", KINDS[name].metric} <= {*measured}
    assert all(map(math.isfinite, [*losses, *measured.values()]))


def test_every_task_but_those_of_bundles_trains_on_each_backend() -> None:
    tasks = {backend: {KINDS[name].task for name in names} for backend, names in TRAINED.items()}
    assert tasks["jax"] == {*get_args(Task)} - BUNDLED
    assert tasks["tensorflow"] == {*get_args(Task)}


def test_every_task_and_every_format_has_a_kind(tmp_path: Path) -> None:
    assert {kind.task for kind in KINDS.values()} == {*get_args(Task)}
    formats = set()
    for number, kind in enumerate(KINDS.values()):
        path, content = tmp_path / str(number), kind.content()
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        formats.add(recognise(Source(path, kind.name, tmp_path, tmp_path, Options(), Limits())))
    assert formats == {*get_args(Format)}
