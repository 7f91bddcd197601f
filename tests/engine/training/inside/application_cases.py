"""Looks into architectures of keras.applications with their first weights, on the active backend.

    python -m tests.engine.training.inside.application_cases [--small] [NAME…]

prints a JSON line for each, or for all: the nodes of the model, how many were looked at, and what
is wrong with their pictures; exits with 1 if anything is. As many nodes from all over the model are
looked at as one view may have; their values are compared with those of the layers, called one by
one. `--small` takes small inputs and ten classes.

A compiled function rounds otherwise than layers do, and a deep model with first weights enlarges
the difference: after 425 of the 743 nodes of EfficientNetV2M, the values of both on JAX are 0.2 to
0.7 % away from those in float64, the compiled ones less. Where values are apart, it is therefore
measured how far each node moves when all weights and the input move to the next float32, and RULE
times that is taken for rounding. `rounding` in the JSON is the most that was allowed so, relative
to the largest value of the tensor.
"""

import base64
import gc
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

import keras
import numpy as np

from engine.data.built_in import BUILT_IN
from engine.document import MAIN
from engine.graph.bypass import without_bypassed
from engine.graph.ports import Outline
from engine.imports.graph_builder import Imported
from engine.imports.keras_json import from_keras_json
from engine.keras.applications import application_json
from engine.problems import Problem
from engine.protocol.frames import MAX_NODES, Look, OwnSample
from engine.protocol.tensors import Form, NodePath, Picture
from engine.training.inside.opening import Opened, open_model
from engine.training.inside.samples import own
from tests.engine.application_cases import COLLECT_AFTER, NAMES
from tests.engine.training.inside.cases import one_by_one

SMALL = {"input_shape": (96, 96, 3), "classes": 10}
OPEN_SIDE = 224
"""The side of a picture whose model leaves it open."""
CHANNELS, PIXELS = 16, 28
"""The most that a frame may hold of a picture; of a vector, as many values as that is in a row."""
RULE = 2
"""How many times further roundings within a model may move its values than those of its weights."""
FORMS: tuple[set[Form], ...] = ({"bars"}, {"bars"}, {"strip"}, {"maps", "colors"})
"""How a tensor may be drawn, by its number of axes."""


def looked_into(name: str, small: bool) -> dict[str, Any]:
    """Look into an architecture; return what is wrong with it, and the seconds it took."""
    began = time.perf_counter()
    config = application_json(name, SMALL if small else {})
    assert isinstance(config, dict), config
    imported = from_keras_json(config)
    assert isinstance(imported, Imported), imported
    document = without_bypassed(imported.document)
    model = open_model(document, BUILT_IN, None)
    assert isinstance(model, Opened), model
    sample = photo(model)
    arrays = own(sample, model.subject.network.model.inputs, model.subject.inputs)
    assert not isinstance(arrays, Problem)

    def layerwise(arrays: Sequence[np.ndarray]) -> dict[NodePath, np.ndarray]:
        tensors = map(keras.ops.convert_to_tensor, arrays)
        feeds = dict(zip(model.subject.inputs, tensors, strict=True))
        found = one_by_one(model.subject.network, Outline(document), MAIN, feeds)
        return {path: np.asarray(value)[0] for path, value in found.items()}

    values = layerwise(arrays)
    paths = spread(sorted(values, key=len))
    frame = model.frame(Look(nodes=tuple(paths), sample=sample))
    assert frame.problem is None, frame.problem
    shown = {picture.node: picture for picture in frame.pictures}
    expected = {path: values[path] for path in paths}
    wrong, rounding = [*all_errors(shown, expected, {})], dict[NodePath, float]()
    if wrong:
        for variable in model.subject.network.model.weights:
            variable.assign(shaken(np.asarray(keras.ops.convert_to_numpy(variable))))
        moved = layerwise([*map(shaken, arrays)])
        rounding = {path: RULE * distance(moved[path], values[path]) for path in paths}
        wrong = [*all_errors(shown, expected, rounding)]
    return {
        "name": name,
        "nodes": len(values),
        "looked_at": len(paths),
        "wrong": wrong,
        "rounding": float(f"{max(rounding.values(), default=0):.1e}"),
        "seconds": round(time.perf_counter() - began, 1),
    }


def photo(model: Opened) -> OwnSample:
    """A picture of noise, packed as the page sends photos."""
    random = np.random.default_rng(7)
    packed = {}
    for node, tensor in zip(model.subject.inputs, model.subject.network.model.inputs, strict=True):
        size = prod(OPEN_SIDE if axis is None else axis for axis in tensor.shape[1:])
        values = random.uniform(-1, 1, size).astype("<f4")
        packed[node] = base64.b64encode(values.tobytes()).decode()
    return OwnSample(packed=packed)


def spread(paths: list[NodePath]) -> list[NodePath]:
    """As many of the nodes as a view may have, evenly spread over the model, with both ends."""
    places = np.linspace(0, len(paths) - 1, min(len(paths), MAX_NODES)).round().astype(int)
    return [paths[place] for place in places]


def shaken(array: np.ndarray) -> np.ndarray:
    """The next float32 of each value, above it or below; of others, themselves."""
    if array.dtype != np.float32:
        return array
    ends = np.random.default_rng(8).choice(np.float32([-np.inf, np.inf]), array.shape)
    return np.nextafter(array, ends)


def reach(values: np.ndarray) -> float:
    """The largest value of a tensor, for what is relative to it."""
    return max(1e-6, float(np.abs(values).max()))


def distance(values: np.ndarray, others: np.ndarray) -> float:
    """How far two tensors are apart, relative to the largest value of the second."""
    return float(np.abs(values - others).max()) / reach(others)


def all_errors(
    shown: Mapping[NodePath, Picture],
    expected: Mapping[NodePath, np.ndarray],
    rounding: Mapping[NodePath, float],
) -> Iterator[str]:
    """What is wrong with the pictures of all nodes; `rounding` as in `errors`, for each."""
    for path, values in expected.items():
        for error in errors(shown.get(path), values, rounding.get(path, 0.0)):
            yield f"{'/'.join(path)}: {error}"


def errors(picture: Picture | None, values: np.ndarray, rounding: float) -> Iterator[str]:
    """What is wrong with the picture of a tensor without its batch axis.

    `rounding` is how far its values may be apart, relative to the largest, if more than usual.
    """
    if picture is None:
        yield "no picture"
        return
    if picture.form not in FORMS[min(values.ndim, 3)]:
        yield f"{values.ndim} axes drawn as {picture.form}"
    if picture.shape != values.shape:
        yield f"shape {picture.shape} instead of {values.shape}"
    most = CHANNELS * PIXELS if picture.form == "bars" else PIXELS
    if picture.channels > CHANNELS or picture.rows > PIXELS or picture.columns > most:
        yield f"too large: {picture.channels} × {picture.rows} × {picture.columns}"
    if len(base64.b64decode(picture.pixels)) != picture.channels * picture.rows * picture.columns:
        yield "not one byte for each pixel"
    for told, expected in (
        (picture.low, values.min()),
        (picture.high, values.max()),
        (picture.mean, values.mean()),
    ):
        if not abs(told - float(expected)) <= max(1e-3, rounding) * reach(values):
            yield f"{told} instead of {float(expected)}"


def main(arguments: list[str]) -> int:
    """Look into all of them; return 1 if anything is wrong."""
    small = "--small" in arguments
    wrong = False
    for name in [each for each in arguments if each != "--small"] or NAMES:
        found = looked_into(name, small)
        wrong |= bool(found["wrong"])
        print(json.dumps(found), flush=True)
    return int(wrong)


if __name__ == "__main__":
    gc.set_threshold(COLLECT_AFTER)
    sys.exit(main(sys.argv[1:]))
