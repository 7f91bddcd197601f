"""Functions of keras.ops in Keras's JSON, and private layers that functions or layers equal.

Keras writes an operation as the class behind the function (ops.top_k is TopK), its settings as
config, and constants among the tensors of its call.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.catalogue import Entry, load, slicing, snake_case
from engine.graph.kinds import OPS
from engine.imports.keras_2 import TENSOR
from engine.imports.keras_config import Params, read_config

_MODULES = ("keras.src.ops.", "keras.ops.", "keras.src.activations.")
_NAMED_OTHERWISE = {"absolute": "abs", "re_lu": "relu"}  # by the class in snake case
_SIX = 6.0


def operation(layer: Mapping[str, Any]) -> Entry | None:
    """The operation that an entry of Keras's JSON is; None when it is a layer or not known."""
    if not str(layer.get("module") or "").startswith(_MODULES):
        return None
    word = snake_case(str(layer["class_name"]))
    entry = load().layer(OPS + _NAMED_OTHERWISE.get(word, word))
    return entry if entry and entry.kind == "op" else None


def chosen_name(layer: Mapping[str, Any], name: str) -> str:
    """The name of an operation; empty when it is only what Keras counted (add_3, tf.nn.relu_1)."""
    if re.fullmatch(r"tf\.[\w.]+", name):
        return ""
    counted = re.escape(snake_case(str(layer["class_name"]))) + r"(_\d+)?"
    return "" if re.fullmatch(counted, name) else name


def bound(entry: Entry, config: Mapping[str, Any], inbound: Any) -> dict[str, Any]:
    """The arguments of one call by name: those of the function that are not in the config."""
    args, kwargs = inbound.get("args") or [], inbound.get("kwargs") or {}
    names = [name for name in entry.signature if name not in config]
    if any(port.spread for port in entry.inputs):
        return {entry.inputs[0].name: args}
    return {**dict(zip(names, args, strict=False)), **kwargs}


def read_operation(entry: Entry, config: Mapping[str, Any], given: Mapping[str, Any]) -> Params:
    """The parameters of an operation: its config, and the constants among its arguments."""
    constants = {key: one for key, one in given.items() if not holds_tensor(one)}
    if "key" in constants:
        constants["key"] = slicing.write(_slices(constants["key"]))
    told = {key: one for key, one in {**config, **constants}.items() if one is not None}
    dtype = told.pop("dtype", None)
    result = read_config(entry, told)
    if dtype is not None and not (entry.name == "ops.one_hot" and dtype == "float32"):
        result.params["dtype"] = dtype
    return result


def holds_tensor(value: Any) -> bool:
    """Whether an argument is a tensor, or a list with one."""
    if isinstance(value, dict):
        return value.get("class_name") == TENSOR
    return isinstance(value, list) and any(holds_tensor(item) for item in value)


def _slices(key: Any) -> Any:
    """The key of GetItem from Keras's JSON, as Python has it."""
    if isinstance(key, list):
        return tuple(_slices(item) for item in key)
    if not isinstance(key, dict):
        return key
    if key.get("class_name") == "__ellipsis__":
        return ...
    config = key.get("config") or {}
    return slice(*(config.get(bound) for bound in ("start", "stop", "step")))


# --- private layers of keras.applications ----------------------------------------------------


STAND_INS = {
    "LayerScale": "EinsumDense layers",
    "StochasticDepth": "Dropout layers",
    "CustomScaleLayer": "a product and a sum",
}
"""Private layers, and what computes the same."""


def equal_layers(layer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The layers that compute the same as one that Keras does not export; else the layer itself.

    LayerScale multiplies by a learned vector, as EinsumDense does with this equation;
    StochasticDepth drops whole examples, as Dropout does with this noise shape;
    CustomScaleLayer adds a scaled tensor; the function relu may be cut off like the layer ReLU.
    """
    kind, config = str(layer["class_name"]), layer["config"]
    module = str(layer.get("module") or "")
    if kind == "ReLU" and module.startswith("keras.src.activations."):
        yield _relu(layer)
    elif not module.startswith(("keras.src.applications.", "keras.applications.")):
        yield layer
    elif kind == "LayerScale":
        constant = {"class_name": "Constant", "config": {"value": config["init_values"]}}
        yield _layer(
            layer,
            "EinsumDense",
            equation="...c,c->...c",
            output_shape=[config["projection_dim"]],
            kernel_initializer={"module": "keras.initializers", **constant},
        )
    elif kind == "StochasticDepth":
        yield _layer(layer, "Dropout", rate=config["drop_path_rate"], noise_shape=[None, 1, 1, 1])
    elif kind == "CustomScaleLayer":
        yield from _scaled(layer)
    else:
        yield layer


def _layer(layer: Mapping[str, Any], kind: str, **config: Any) -> Mapping[str, Any]:
    kept = {key: layer["config"][key] for key in ("name", "trainable", "dtype")}
    same = {"module": "keras.layers", "class_name": kind, "registered_name": None}
    return {**layer, **same, "config": {**kept, **config}}


def _relu(layer: Mapping[str, Any]) -> Mapping[str, Any]:
    limits = {key: one for key, one in layer["config"].items() if key != "name"}
    plain = {"negative_slope": 0.0, "max_value": None, "threshold": 0.0}
    name = {"name": layer["config"].get("name")}
    for kind, value in (("Relu", None), ("Relu6", _SIX)):
        if limits == {**plain, "max_value": value}:
            return {**layer, "module": "keras.src.ops.nn", "class_name": kind, "config": name}
    same = {"module": "keras.layers", "class_name": "ReLU", "registered_name": None}
    return {**layer, **same, "config": {**layer["config"]}}


def _scaled(layer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """inputs[0] + inputs[1] * scale, as two operations; the sum has the layer's name."""
    name = str(layer["config"]["name"])
    times, plus = f"{name}_scaled", {"module": "keras.src.ops.numpy"}
    products, sums = [], []
    for call, inbound in enumerate(layer.get("inbound_nodes") or ()):
        first, second = inbound["args"][0]
        product = {"class_name": TENSOR, "config": {"keras_history": [times, call, 0]}}
        products.append({"args": [second, layer["config"]["scale"]], "kwargs": {}})
        sums.append({"args": [first, product], "kwargs": {}})
    for kind, own, inbound_nodes in (("Multiply", times, products), ("Add", name, sums)):
        yield {
            **plus,
            "class_name": kind,
            "config": {"name": own},
            "name": own,
            "inbound_nodes": inbound_nodes,
        }
