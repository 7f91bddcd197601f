"""The old interpreters with Keras 2.3.1, for tests that need one; elsewhere they are skipped."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.code.trainable import trainable
from engine.data.built_in import BUILT_IN
from engine.document import Document, Target
from engine.machine.old import ENGINES, get
from engine.training import compiling
from engine.training.old import weights
from tests.engine.engines import ROOT

MARKS = {
    id: pytest.mark.skipif(
        not row.is_complete(),
        reason=f"no {row.backend.title} here: no {row.folder.name} with {row.requirement} and "
        f"Keras 2.3.1 (make {row.backend.make})",
    )
    for id, row in ENGINES.items()
}
"""Marks of tests that need an engine: they say plainly if they could not run."""
each_engine = pytest.mark.parametrize(
    "engine", [pytest.param(id, marks=mark) for id, mark in MARKS.items()]
)


def run(engine: str, source: str, given: Any = None) -> str:
    """Return what a source prints in an old interpreter; it reads `given` as JSON."""
    row = get(engine)
    process = subprocess.run(
        [str(row.own), "-c", source], cwd=ROOT, env=row.variables(os.environ, 1),
        input=json.dumps(given), capture_output=True, text=True, timeout=3600, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr[-3000:]
    return process.stdout


PREDICT = """
import json, os, sys
sys.path.insert(0, "engine/legacy")
import keras, numpy, worker
failed = {}
for case in json.load(sys.stdin):
    try:
        names = {}
        exec(case["source"], names)
        model = names["build_model"]()
        layers = worker.weighed(model, case["layers"])
        worker.put_weights(layers, os.path.join(case["folder"], "first.npz"))
        with numpy.load(os.path.join(case["folder"], "inputs.npz")) as arrays:
            inputs = [arrays[str(at)] for at in range(len(model.inputs))]
        outputs = model.predict(inputs)
        outputs = outputs if isinstance(outputs, list) else [outputs]
        numpy.savez(os.path.join(case["folder"], "outputs.npz"), *outputs)
    except Exception as error:
        failed[case["name"]] = repr(error)
print(json.dumps(failed))
"""


def differences(
    engine: str, documents: Mapping[str, Document], folder: Path
) -> dict[str, float | str]:
    """How far the outputs of models are from those that Keras 3 computes with the same weights.

    The greatest difference of any value, or why there are no outputs. Weights and inputs are drawn.
    """
    cases, expected = [], {}
    places: dict[str, Path] = {}
    for at, (name, made) in enumerate(documents.items()):
        own = places[name] = folder / str(at)
        own.mkdir()
        expected[name], layers = _expected(made, own, get(engine).turns_kernels)
        there = made.model_copy(update={"target": Target(backend=engine)})
        source = trainable(there, BUILT_IN, {})
        cases.append({"name": name, "source": source, "layers": layers, "folder": str(own)})
    failed: dict[str, str] = json.loads(run(engine, PREDICT, cases).splitlines()[-1])
    return {name: failed.get(name) or _apart(expected[name], places[name]) for name in documents}


def _expected(made: Document, folder: Path, turned: bool) -> tuple[list[np.ndarray], Any]:
    """Write inputs and weights, and return what Keras 3 makes of them."""
    random = np.random.default_rng(7)
    model = compiling.build(made)
    for variable in model.weights:  # variances, among others, are positive
        variable.assign(random.uniform(0.05, 0.5, variable.shape).astype("float32"))
    inputs = [
        random.integers(0, 9, (3, *tensor.shape[1:])).astype("int32")
        if "int" in tensor.dtype
        else random.normal(size=(3, *tensor.shape[1:])).astype("float32")
        for tensor in model.inputs
    ]
    np.savez(folder / "inputs.npz", **{str(at): array for at, array in enumerate(inputs)})
    weights.write(model, folder / "first.npz", turned)
    outputs = model(inputs if len(inputs) > 1 else inputs[0])
    several = outputs if isinstance(outputs, list | tuple) else [outputs]
    return [np.asarray(output) for output in several], weights.counted(model)


def _apart(expected: list[np.ndarray], folder: Path) -> float | str:
    with np.load(folder / "outputs.npz", allow_pickle=False) as archive:
        found = [archive[name] for name in archive.files]
    shapes = [array.shape for array in found], [array.shape for array in expected]
    if shapes[0] != shapes[1]:
        return f"{shapes[0]} instead of {shapes[1]}"
    return max(float(abs(a - b).max()) for a, b in zip(found, expected, strict=True))
