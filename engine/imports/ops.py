"""Ops in Keras JSON, and public equivalents of Keras's private layers.

Keras writes an op as the class behind the function (ops.top_k is TopK) with its settings as
config; constant arguments are among the tensors of its call.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.catalogue import Entry, load, slicing, snake_case
from engine.graph.kinds import OPS
from engine.imports.keras_2 import TENSOR
from engine.imports.keras_config import Params, read_config
from engine.problems import phrase

_MODULES = ("keras.src.ops.", "keras.ops.", "keras.src.activations.")
_RENAMED = {"absolute": "abs", "re_lu": "relu"}  # class name in snake case → op
_SIX = 6.0


def find_op(layer: Mapping[str, Any]) -> Entry | None:
    """The catalogue's op for a layer in Keras JSON; None when it is a layer or unknown."""
    if not str(layer.get("module") or "").startswith(_MODULES):
        return None
    name = snake_case(str(layer["class_name"]))
    entry = load().layer(OPS + _RENAMED.get(name, name))
    return entry if entry and entry.kind == "op" else None


def custom_name(layer: Mapping[str, Any], name: str) -> str:
    """The name that a person gave to an op; empty for Keras's own (add_3, tf.nn.relu_1)."""
    if re.fullmatch(r"tf\.[\w.]+", name):
        return ""
    default = re.escape(snake_case(str(layer["class_name"]))) + r"(_\d+)?"
    return "" if re.fullmatch(default, name) else name


def bind(entry: Entry, config: Mapping[str, Any], inbound: Any) -> dict[str, Any]:
    """The arguments of one call by name, without those in the config."""
    args, kwargs = inbound.get("args") or [], inbound.get("kwargs") or {}
    names = [name for name in entry.signature if name not in config]
    if any(port.spread for port in entry.inputs):
        return {entry.inputs[0].name: args}
    return {**dict(zip(names, args, strict=False)), **kwargs}


def read_op(entry: Entry, config: Mapping[str, Any], arguments: Mapping[str, Any]) -> Params:
    """The parameters of an op: its config and the constants among its call arguments."""
    constants = {name: value for name, value in arguments.items() if not holds_tensor(value)}
    if "key" in constants:
        constants["key"] = slicing.write(_slices(constants["key"]))
    settings = {k: value for k, value in {**config, **constants}.items() if value is not None}
    dtype = settings.pop("dtype", None)
    result = read_config(entry, settings)
    if dtype is not None and not (entry.name == "ops.one_hot" and dtype == "float32"):
        result.params["dtype"] = dtype
    return result


def holds_tensor(value: Any) -> bool:
    """Whether an argument is a tensor, or a list with one."""
    if isinstance(value, dict):
        return value.get("class_name") == TENSOR
    return isinstance(value, list) and any(holds_tensor(item) for item in value)


def _slices(key: Any) -> Any:
    """The key of GetItem in Keras JSON as a Python object for indexing."""
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
    "LayerScale": phrase("EinsumDense layers"),
    "StochasticDepth": phrase("Dropout layers"),
    "CustomScaleLayer": phrase("a product and a sum"),
}
"""Private layers, and a description of their public equivalents."""


def equivalent_layers(layer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The public equivalents of a layer that Keras does not export; any other layer itself.

    LayerScale multiplies by a learned vector, as EinsumDense does with this equation;
    StochasticDepth drops whole examples, as Dropout does with this noise shape;
    CustomScaleLayer adds a scaled tensor; the function relu has the options of the layer ReLU.
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
    common = {key: layer["config"][key] for key in ("name", "trainable", "dtype")}
    identity = {"module": "keras.layers", "class_name": kind, "registered_name": None}
    return {**layer, **identity, "config": {**common, **config}}


def _relu(layer: Mapping[str, Any]) -> Mapping[str, Any]:
    options = {key: value for key, value in layer["config"].items() if key != "name"}
    defaults = {"negative_slope": 0.0, "max_value": None, "threshold": 0.0}
    name = {"name": layer["config"].get("name")}
    for kind, max_value in (("Relu", None), ("Relu6", _SIX)):
        if options == {**defaults, "max_value": max_value}:
            return {**layer, "module": "keras.src.ops.nn", "class_name": kind, "config": name}
    identity = {"module": "keras.layers", "class_name": "ReLU", "registered_name": None}
    return {**layer, **identity, "config": {**layer["config"]}}


def _scaled(layer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """inputs[0] + inputs[1] * scale as two ops; the sum has the layer's name."""
    name = str(layer["config"]["name"])
    product_name = f"{name}_scaled"
    products, sums = [], []
    for call, inbound in enumerate(layer.get("inbound_nodes") or ()):
        first, second = inbound["args"][0]
        product = {"class_name": TENSOR, "config": {"keras_history": [product_name, call, 0]}}
        products.append({"args": [second, layer["config"]["scale"]], "kwargs": {}})
        sums.append({"args": [first, product], "kwargs": {}})
    for kind, op_name, inbound_nodes in (
        ("Multiply", product_name, products),
        ("Add", name, sums),
    ):
        yield {
            "module": "keras.src.ops.numpy",
            "class_name": kind,
            "config": {"name": op_name},
            "name": op_name,
            "inbound_nodes": inbound_nodes,
        }
