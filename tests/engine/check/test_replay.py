"""The cases that Keras tests its own layers with, replayed against import, check and build.

Each call of `run_layer_test` in Keras's wheel (see replay_recorder) becomes the JSON that Keras
would write for a functional model of that one layer. The check must infer the shapes and dtypes
that Keras's test expects, and the built layer must have the same number of weights. Cases that
can't be replayed are counted by reason.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import keras
from keras.src.backend.common import global_state

from engine.catalogue import load
from engine.check import check
from engine.imports.graph_builder import Imported
from engine.imports.keras_json import from_keras_json
from engine.keras.build import build_model

Case = dict[str, Any]
SPARSE = "the input is sparse or ragged, which a document's Input is not"
OWN_CLASS = "a class of the test's own"
EMPTY = "an axis of length 0"
DEPRECATED = "rms_scaling, which Keras has deprecated"
REFUSED = "a layer that the palette refuses with a reason"


def record() -> list[Case]:
    """The calls of Keras's tests, from a process in which Keras's state may change."""
    command = [sys.executable, "-m", "tests.engine.replay_recorder"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def not_replayed(case: Case) -> str | None:
    """Why a case can't be replayed; None if it can."""
    if case["sparse"]:
        return SPARSE
    if any(class_.get("registered_name") for class_ in classes(case["layer"])):
        return OWN_CLASS
    if any(0 in shape for shape in shapes(case["inputs"])):
        return EMPTY
    if case["layer"]["config"].get("rms_scaling"):
        return DEPRECATED
    entry = load().layer(case["layer"]["class_name"])
    return REFUSED if entry and entry.refused else None


def shapes(value: Any) -> Iterator[list[int | None]]:
    """The shapes of all tensors in a value."""
    if isinstance(value, dict) and "tensor" in value:
        yield value["tensor"]
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from shapes(item)


def classes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object that Keras wrote inside a value, and the value itself."""
    if isinstance(value, dict):
        if "class_name" in value:
            yield value
        for item in value.values():
            yield from classes(item)
    elif isinstance(value, list):
        for item in value:
            yield from classes(item)


def functional(case: Case) -> dict[str, Any]:
    """The JSON of a functional model that consists of this layer."""
    starts: list[dict[str, Any]] = []

    def with_histories(value: Any) -> Any:
        if isinstance(value, dict) and "tensor" in value:
            name = f"in_{len(starts)}"
            config = {"batch_shape": value["tensor"], "dtype": value["dtype"], "name": name}
            starts.append({"class_name": "InputLayer", "config": config, "name": name})
            history = {"keras_history": [name, 0, 0]}
            return {"class_name": "__keras_tensor__", "config": history}
        if isinstance(value, dict):
            return {key: with_histories(item) for key, item in value.items()}
        return [with_histories(item) for item in value] if isinstance(value, list) else value

    # `training` is an argument of the whole model (see decision 010).
    arguments = with_histories(
        {key: item for key, item in case["call"].items() if key != "training"}
    )
    inputs = with_histories(case["inputs"])
    by_name = isinstance(inputs, dict) and "class_name" not in inputs
    call = {
        "args": [] if by_name else [inputs],
        "kwargs": {**(inputs if by_name else {}), **arguments},
    }
    layer = {**case["layer"], "name": "layer", "inbound_nodes": [call]}
    layer["config"] = {**layer["config"], "name": "layer"}
    config = {
        "name": "replayed",
        "layers": [*starts, layer],
        "input_layers": [[start["name"], 0, 0] for start in starts],
        "output_layers": [["layer", 0, 0]],
    }
    return {"class_name": "Functional", "config": config}


def replay(case: Case) -> list[str]:
    """The differences from what Keras's test expects."""
    imported = from_keras_json(functional(case))
    if not isinstance(imported, Imported):
        return [imported[0].message]
    result = [problem.message for problem in imported.problems]
    verdict = check(imported.document)
    errors = [problem for problem in verdict.problems if problem.severity == "error"]
    if case["refused"] is not None:
        return [] if errors else [f"Keras refuses it: {case['refused']}"]
    if errors:
        return [*result, *(error.message + " | " + (error.detail or "") for error in errors)]
    (node,) = (node.id for node in imported.document.main.nodes if node.name == "layer")
    outputs = verdict.nodes[node].outputs
    result += differences("shape", case["output_shape"], [list(output.shape) for output in outputs])
    result += differences("dtype", case["output_dtype"], [output.dtype for output in outputs])
    model = built(imported)
    weights = model.get_layer("layer")
    for kind in ("trainable", "non_trainable"):
        count = len(getattr(weights, f"{kind}_weights"))
        if case[f"num_{kind}_weights"] not in (None, count):
            result.append(f"{count} {kind} weights, expected {case[f'num_{kind}_weights']}")
    counted = verdict.totals.trainable + verdict.totals.non_trainable
    if counted != model.count_params():
        result.append(f"{counted} parameters, built {model.count_params()}")
    return result


def built(imported: Imported) -> keras.Model:
    """The model, without allocating weights."""
    try:
        with keras.StatelessScope(initialize_variables=False):
            return build_model(imported.document)
    finally:
        global_state.set_global_attribute("uninitialized_variables", [])


def differences(what: str, expected: Any, actual: list[Any]) -> list[str]:
    """A difference from what is expected, if anything is; an unknown axis fits any length."""
    if expected is None:
        return []
    if isinstance(expected, str) or not isinstance(expected[0], list | str):
        expected = [expected]
    same = len(expected) == len(actual) and all(map(compatible, expected, actual))
    return [] if same else [f"{what} {actual}, expected {expected}"]


def compatible(expected: Any, actual: Any) -> bool:
    if isinstance(expected, str):
        return bool(expected == actual)
    return len(expected) == len(actual) and all(
        a in (None, b) for a, b in zip(expected, actual, strict=True)
    )


def test_the_check_agrees_with_the_tests_of_keras_layers(
    record_property: Callable[[str, object], None],
) -> None:
    reasons: Counter[str] = Counter()
    failed, passed = {}, 0
    for number, case in enumerate(record()):
        reason = not_replayed(case)
        if reason is not None:
            reasons[reason] += 1
        elif differs := replay(case):
            failed[f"{number} {case['test']}"] = differs
        else:
            passed += 1
    skipped = "; ".join(f"{count} {reason}" for reason, count in reasons.items())
    record_property(
        "figures",
        f"Keras's own layer tests: {passed + len(failed)} cases run, {passed} passed; "
        f"{reasons.total()} can't be represented ({skipped})",
    )
    assert failed == {}
    assert passed > 450  # Keras 3.15 has 530 cases
