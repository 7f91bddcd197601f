"""The model that is proposed for each kind of file fits it, and trains on each backend."""

import math
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
from tests.engine.training.kinds import KINDS, Kind, described, proposed

BACKENDS: tuple[BackendId, ...] = ("tensorflow", "jax")


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


@pytest.fixture(scope="module", params=BACKENDS)
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What each kind came to on a backend; XLA compiles quickly, for the little that is trained."""
    folder = tmp_path_factory.mktemp("kinds")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XLA_FLAGS", "--xla_backend_optimization_level=0")
        return request.param, printed("training.proposal_cases", request.param, str(folder))


@pytest.mark.parametrize("name", KINDS)
def test_a_proposal_trains(name: str, trained: Any) -> None:
    backend, found = trained
    if found[name] is None:
        assert (backend, "text" in name) == ("jax", True)
        return
    assert (found[name]["outcome"], found[name]["problem"]) == ("finished", None)
    losses, measured = found[name]["losses"], found[name]["measured"]
    assert len(losses) == 1
    assert {"loss", KINDS[name].metric} <= {*measured}
    assert all(map(math.isfinite, [*losses, *measured.values()]))


def test_every_task_and_every_format_has_a_kind(tmp_path: Path) -> None:
    assert {kind.task for kind in KINDS.values()} == {*get_args(Task)}
    formats = set()
    for number, kind in enumerate(KINDS.values()):
        path, content = tmp_path / str(number), kind.content()
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        formats.add(recognise(Source(path, kind.name, tmp_path, tmp_path, Options(), Limits())))
    assert formats == {*get_args(Format)}
