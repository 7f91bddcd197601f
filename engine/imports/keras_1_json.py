"""Convert the JSON of Keras 1 to the form of Keras 2."""

from collections.abc import Mapping
from typing import Any

from engine.catalogue import load
from engine.imports import keras_1
from engine.imports.compiled import MALFORMED

MAX_NESTING = 20
# Entries of a layer's config that follow from the others, or have no effect.
_UNUSED = (
    "input_dim",
    "input_dtype",
    "input_length",
    "create_input_layer",
    "weights",
)
_FORGET = "forget_bias_init"
_MERGES = {
    "sum": "Add",
    "mul": "Multiply",
    "concat": "Concatenate",
    "ave": "Average",
    "max": "Maximum",
}
_INITIALIZERS = {
    "one": "ones",
    "zero": "zeros",
    "uniform": "random_uniform",
    "normal": "random_normal",
}


def is_keras_1(model: Mapping[str, Any]) -> bool:
    """Whether Keras 1 wrote the JSON of a model."""
    return str(model.get("keras_version", "")).startswith(("0.", "1."))


def to_keras_2(model: Mapping[str, Any]) -> Mapping[str, Any]:
    """A model's JSON with the present names of its layers and their arguments.

    Never raises: malformed JSON is returned unchanged.
    """
    try:
        return _layer(model, 0)
    except MALFORMED:
        return model


def _layer(layer: Mapping[str, Any], depth: int) -> dict[str, Any]:
    kind, config = str(layer["class_name"]), layer["config"]
    if depth > MAX_NESTING:
        return dict(layer)
    if isinstance(config, list):
        return {**layer, "config": [_layer(inner, depth + 1) for inner in config]}
    if isinstance(config.get("layers"), list) and kind != "Merge":
        layers = [_layer(inner, depth + 1) for inner in config["layers"]]
        return {**layer, "config": {**config, "layers": layers}}
    if kind == "Merge":
        return _merge(layer, config)
    present = keras_1.layer_name(kind)
    entry = load().layer(present)
    if entry is None:
        return dict(layer)
    known = {param.name for param in entry.params}
    kept = {key: _value(value, depth) for key, value in config.items() if key not in _UNUSED}
    if kept.get(_FORGET) in ("one", "ones"):
        del kept[_FORGET]
    if present == "Conv2DTranspose":
        kept.pop("output_shape", None)
    _, renamed = keras_1.modern(kind, known | {"name", "trainable"}, [], kept)
    return {**layer, "class_name": present, "config": renamed}


def _merge(layer: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """A Merge layer as the layer of its mode; others are unknown layers."""
    kind = _MERGES.get(str(config.get("mode")))
    if kind is None or config.get("layers"):
        return dict(layer)
    settings = {"name": config.get("name")}
    if kind == "Concatenate":
        settings["axis"] = config.get("concat_axis", -1)
    return {**layer, "class_name": kind, "config": settings}


def _value(value: Any, depth: int) -> Any:
    """An initializer, a regularizer or a wrapped layer of Keras 1 as that of Keras 2."""
    if isinstance(value, str):
        return _INITIALIZERS.get(value, value)
    if not isinstance(value, dict):
        return value
    if "Regularizer" in str(value.get("name")) and "class_name" not in value:
        factors = {key: value.get(key) or 0.0 for key in ("l1", "l2")}
        return {"class_name": "L1L2", "config": factors} if any(factors.values()) else None
    return _layer(value, depth + 1) if {"class_name", "config"} <= value.keys() else value
