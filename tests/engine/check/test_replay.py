"""The cases that Keras tests its own layers with, replayed against import, check and build.

Each call of `run_layer_test` in Keras's wheel (see replay_recorder) becomes the JSON that Keras
would write for a functional model of that one layer; the check must say the shapes and dtypes
that Keras's test expects, and the built layer have as many weights. What can't be replayed is
counted under its reason.
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
    """Why a case has no place here, in words."""
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
    """The JSON of a functional model that is this one layer."""
    starts: list[dict[str, Any]] = []

    def wired(value: Any) -> Any:
        if isinstance(value, dict) and "tensor" in value:
            name = f"in_{len(starts)}"
            config = {"batch_shape": value["tensor"], "dtype": value["dtype"], "name": name}
            starts.append({"class_name": "InputLayer", "config": config, "name": name})
            history = {"keras_history": [name, 0, 0]}
            return {"class_name": "__keras_tensor__", "config": history}
        if isinstance(value, dict):
            return {key: wired(one) for key, one in value.items()}
        return [wired(one) for one in value] if isinstance(value, list) else value

    # Whether a functional model trains is said to the model as a whole (see decision 010).
    more = wired({key: one for key, one in case["call"].items() if key != "training"})
    given = wired(case["inputs"])
    named = isinstance(given, dict) and "class_name" not in given
    call = {"args": [] if named else [given], "kwargs": {**(given if named else {}), **more}}
    layer = {**case["layer"], "name": "layer", "inbound_nodes": [call]}
    layer["config"] = {**layer["config"], "name": "layer"}
    config = {
        "name": "replayed",
        "layers": [*starts, layer],
        "input_layers": [[one["name"], 0, 0] for one in starts],
        "output_layers": [["layer", 0, 0]],
    }
    return {"class_name": "Functional", "config": config}


def replay(case: Case) -> list[str]:
    """What of a case comes out otherwise than Keras's test expects."""
    imported = from_keras_json(functional(case))
    if not isinstance(imported, Imported):
        return [imported[0].message]
    told = [problem.message for problem in imported.problems]
    verdict = check(imported.document)
    errors = [problem for problem in verdict.problems if problem.severity == "error"]
    if case["refused"] is not None:
        return [] if errors else [f"Keras refuses it: {case['refused']}"]
    if errors:
        return [*told, *(error.message + " | " + (error.detail or "") for error in errors)]
    (node,) = (node.id for node in imported.document.main.nodes if node.name == "layer")
    outputs = verdict.nodes[node].outputs
    told += differences("shape", case["output_shape"], [list(output.shape) for output in outputs])
    told += differences("dtype", case["output_dtype"], [output.dtype for output in outputs])
    model = built(imported)
    weights = model.get_layer("layer")
    for kind in ("trainable", "non_trainable"):
        count = len(getattr(weights, f"{kind}_weights"))
        if case[f"num_{kind}_weights"] not in (None, count):
            told.append(f"{count} {kind} weights, expected {case[f'num_{kind}_weights']}")
    counted = verdict.totals.trainable + verdict.totals.non_trainable
    if counted != model.count_params():
        told.append(f"{counted} parameters, built {model.count_params()}")
    return told


def built(imported: Imported) -> keras.Model:
    """The model, without memory for its weights."""
    try:
        with keras.StatelessScope(initialize_variables=False):
            return build_model(imported.document)
    finally:
        global_state.set_global_attribute("uninitialized_variables", [])


def differences(what: str, expected: Any, found: list[Any]) -> list[str]:
    """Empty where nothing is expected or all is as expected; an open axis fits any length."""
    if expected is None:
        return []
    if isinstance(expected, str) or not isinstance(expected[0], list | str):
        expected = [expected]
    same = len(expected) == len(found) and all(map(alike, expected, found))
    return [] if same else [f"{what} {found}, expected {expected}"]


def alike(expected: Any, found: Any) -> bool:
    if isinstance(expected, str):
        return bool(expected == found)
    return len(expected) == len(found) and all(
        a in (None, b) for a, b in zip(expected, found, strict=True)
    )


def test_the_check_says_what_keras_tests_of_its_layers_expect(
    record_property: Callable[[str, object], None],
) -> None:
    reasons: Counter[str] = Counter()
    wrong, passed = {}, 0
    for number, case in enumerate(record()):
        why = not_replayed(case)
        if why is not None:
            reasons[why] += 1
        elif differs := replay(case):
            wrong[f"{number} {case['test']}"] = differs
        else:
            passed += 1
    left = "; ".join(f"{count} {why}" for why, count in reasons.items())
    record_property(
        "figures",
        f"Keras's own layer tests: {passed + len(wrong)} cases run, {passed} passed; "
        f"{reasons.total()} can't be represented ({left})",
    )
    assert wrong == {}
    assert passed > 450  # Keras 3.15 has 530 cases
