"""Convert the JSON of Keras 2 (and tf.keras) to the form of Keras 3.

Where the meaning of a name has changed between the versions, the importer reports it, because
the model computes different numbers.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.catalogue import Entry, load
from engine.imports import tensorflow_functions
from engine.problems import Phrase, phrase

TENSOR = "__keras_tensor__"
_HISTORY = 3  # [layer, call, output]
_CONSTANT = "_CONSTANT_VALUE"  # instead of a layer's name: [_CONSTANT, -1, value]
_FUNCTIONS = ("TFOpLambda", "SlicingOpLambda")
_OLD = ("0", "1", "2")
_KERNEL = ("kernel_initializer", "kernel_regularizer", "kernel_constraint")
UNUSED = {
    "DepthwiseConv1D": (*_KERNEL, "filters", "groups"),
    "DepthwiseConv2D": (*_KERNEL, "filters", "groups"),
    "SeparableConv1D": (*_KERNEL, "groups"),
    "SeparableConv2D": (*_KERNEL, "groups"),
}
"""Arguments of layers that come from their base class and have no effect."""
_HARD_SIGMOID = phrase(
    "hard_sigmoid was 0.2·x + 0.5 in Keras 2 and is x/6 + 0.5 in Keras 3, "
    "so it gives slightly different numbers"
)


def is_keras_2(model: Mapping[str, Any]) -> bool:
    """Whether Keras 2 or older wrote the JSON of a model."""
    config = model["config"]
    layers = config["layers"] if isinstance(config, dict) else config
    return (
        not isinstance(config, dict)
        or str(model.get("keras_version", "")).startswith(_OLD)
        or any(_is_old(layer) for layer in layers)
    )


def _is_old(layer: Mapping[str, Any]) -> bool:
    return "batch_input_shape" in layer["config"] or any(
        isinstance(inbound, list) for inbound in layer.get("inbound_nodes") or ()
    )


def modern(layer: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a layer's JSON from Keras 2 to Keras 3; its inbound nodes are left unchanged.

    A TensorFlow function is converted to the equivalent op, including its inbound nodes.
    """
    if layer["class_name"] in _FUNCTIONS:
        return _function(layer)
    kind, config = str(layer["class_name"]), dict(layer["config"])
    unused = [key for key in UNUSED.get(kind, ()) if key in config]
    for key in unused:
        del config[key]
    if kind == "GRU":
        config.setdefault("reset_after", False)
    if "batch_input_shape" in config:
        config.setdefault("batch_shape", config["batch_input_shape"])
    return {**layer, "config": {key: _initializer(value) for key, value in config.items()}}


def _function(layer: Mapping[str, Any]) -> dict[str, Any]:
    """A TensorFlow function as an op; under its own name when there is no equivalent."""
    name = str(layer["config"]["function"])
    entry = tensorflow_functions.find(name)
    if entry is None or any(port.spread for port in entry.inputs):
        return {**layer, "class_name": f"tf.{name}", "registered_name": name}
    return {
        **layer,
        "module": "keras.ops.tensorflow",
        "class_name": entry.name.removeprefix("ops."),
        "config": {"name": layer["config"].get("name")},
        "inbound_nodes": [_operands(entry, call) for call in layer.get("inbound_nodes") or ()],
    }


def _operands(entry: Entry, inbound: Any) -> dict[str, Any]:
    """One call of a function in Keras 3's form, with the op's argument names."""
    args, kwargs = modern_call("", inbound)
    named = {
        tensorflow_functions.argument(entry, key): _key(value) if key == "slice_spec" else value
        for key, value in tensorflow_functions.completed(entry, kwargs).items()
        if key != "name"
    }
    return {"args": args, "kwargs": named}


def _key(spec: Any) -> Any:
    """The key of x[key], in which Keras 2 wrote slices as {start, stop, step}."""
    if isinstance(spec, list):
        return [_key(item) for item in spec]
    if isinstance(spec, dict) and "class_name" not in spec:
        return {"class_name": "__slice__", "config": spec}
    return spec


def _initializer(value: Any) -> Any:
    """Rename the distribution of VarianceScaling: Keras 2's "normal" is "truncated_normal"."""
    if not isinstance(value, dict) or value.get("class_name") != "VarianceScaling":
        return value
    config = value.get("config") or {}
    if config.get("distribution") == "normal":
        config = {**config, "distribution": "truncated_normal"}
    return {**value, "config": config}


def changed_meaning(config: Any) -> Iterator[Phrase]:
    """Descriptions of the settings in a layer's config that Keras 3 computes differently."""
    if "hard_sigmoid" in _strings(config, 0):
        yield _HARD_SIGMOID


def _strings(value: Any, depth: int) -> Iterator[str]:
    """All strings in a config, including those of wrapped layers."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and depth < 10:  # noqa: PLR2004  (configs nest less deeply)
        for item in value.values():
            yield from _strings(item, depth + 1)


def modern_call(kind: str, inbound: Any) -> tuple[list[Any], dict[str, Any]]:
    """The args and kwargs of one call, from Keras 2's list of [layer, call, output, kwargs]."""
    items = inbound if inbound and isinstance(inbound[0], list) else [inbound]
    tensors = [_tensor(item[:_HISTORY]) for item in items]
    kwargs = items[0][_HISTORY] if len(items[0]) > _HISTORY else {}
    named = {key: _tensors(value) for key, value in kwargs.items()}
    if _keeps_states(kind) and len(tensors) > 1:  # the list is [sequence, *initial states]
        return [tensors[0]], {"initial_state": tensors[1:], **named}
    return [tensors[0] if len(tensors) == 1 else tensors], named


def _keeps_states(kind: str) -> bool:
    entry = load().layer(kind)
    return entry is not None and any(port.name == "initial_state" for port in entry.inputs)


def _tensors(value: Any) -> Any:
    """An argument with each history [layer, call, output] converted to a tensor."""
    if _is_history(value):
        return _tensor(value)
    if isinstance(value, list) and any(_is_history(item) for item in value):
        return [_tensors(item) for item in value]
    return value


def _is_history(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == _HISTORY
        and isinstance(value[0], str)
        and all(isinstance(item, int) for item in value[1:])
    )


def _tensor(history: list[Any]) -> Any:
    if history[0] == _CONSTANT:
        return history[2]
    return {"class_name": TENSOR, "config": {"keras_history": history}}
