"""The table of backends agrees with the dependencies, the document and the processes."""

import sys
import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from engine.document import Target
from engine.machine import backends, cores
from engine.machine.backends import BACKENDS, CHECKED_ON, environment
from engine.machine.old import ENGINES
from engine.problems.absent import missing_backend
from engine.processes.executors.process import Share, arguments
from engine.training.devices import GPUS

KEPT = {
    "JAX_COMPILATION_CACHE_MAX_SIZE": "1073741824",
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.05",
}
"""Variables that keep what JAX compiles."""
PROJECT = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_a_document_names_a_backend_of_the_table() -> None:
    assert [Target(backend=row.id).backend for row in BACKENDS] == [row.id for row in BACKENDS]
    assert Target().backend == BACKENDS[0].id
    with pytest.raises(ValidationError):
        Target(backend="mxnet")


def test_ids_are_unique_and_the_check_uses_one_of_them() -> None:
    assert len({row.id for row in BACKENDS}) == len(BACKENDS)
    assert backends.get(CHECKED_ON).id == CHECKED_ON
    assert backends.find("mxnet") is None


def test_every_backend_counts_its_gpus() -> None:
    assert set(GPUS) == {row.id for row in BACKENDS}


@pytest.mark.parametrize("row", BACKENDS, ids=lambda row: row.id)
def test_every_backend_is_a_dependency(row: backends.Backend) -> None:
    if engine := ENGINES.get(row.id):
        assert f"{engine.requirement.lower()} " in engine.lock.read_text(encoding="utf-8").lower()
        return
    extras = PROJECT["optional-dependencies"]
    required = extras[row.extra] if row.extra else PROJECT["dependencies"]
    assert any(line.startswith(row.package) for line in required)


@pytest.mark.parametrize("row", BACKENDS, ids=lambda row: row.id)
def test_a_missing_backend_is_called_by_its_title(row: backends.Backend) -> None:
    problem = missing_backend(row.id, "detail")
    assert problem.message.startswith(row.title)
    install = f"make {row.make}" if row.make else f"pip install {row.package}"
    assert install in (problem.hint or "")


def test_an_environment_holds_the_variables_of_every_backend() -> None:
    """TensorFlow may be imported on any backend, and must be quiet and share the GPU then."""
    assert environment("jax", "cpu", {}) == {
        "KERAS_BACKEND": "jax",
        "PYTHONUNBUFFERED": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        **KEPT,
        "OMP_WAIT_POLICY": "PASSIVE",
        "JAX_PLATFORMS": "cpu",
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        "CUDA_VISIBLE_DEVICES": "-1",
    }
    assert environment("torch", "gpu", {}) == {
        "KERAS_BACKEND": "torch",
        "PYTHONUNBUFFERED": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        **KEPT,
        "OMP_WAIT_POLICY": "PASSIVE",
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        "CUDA_VISIBLE_DEVICES": "0",
    }


def test_an_old_engine_has_keras_3_on_another_one_beside_it() -> None:
    old = [row for row in BACKENDS if row.environment]
    assert [row.id for row in old] == [*ENGINES]
    for row in old:
        assert (row.host, row.make) == ("jax", f"legacy-{row.id}")
        assert environment(row.id, "cpu", {})["KERAS_BACKEND"] == "jax"
        assert arguments(row.id, "cpu", Share(1), warm=False)[0] == sys.executable


def test_runs_divide_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "cores", lambda: 8)
    assert [cores.share(runs) for runs in (1, 2, 3, 64)] == [None, 4, 2, 1]
    assert "--threads" not in arguments("jax", "cpu", Share(1), warm=False)
    line = arguments("jax", "cpu", Share(1, threads=4), warm=False)
    assert line[line.index("--threads") + 1] == "4"
    bounded = environment("jax", "cpu", {}, threads=4)
    assert {bounded[name] for name in backends.THREADS} == {"4"}
    assert not set(backends.THREADS) & environment("jax", "cpu", {}).keys()
