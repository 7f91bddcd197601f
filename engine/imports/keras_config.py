"""A layer's Keras config → the parameters that a document stores: only what is no default.

Configs hold every argument, many of them filled in by Keras: kernel sizes as tuples, policies as
objects, initializers spelled out. What says no more than the default is left out. Nothing here
is executed or instantiated; a class that the catalogue does not know is reported, not resolved.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isclose
from typing import Any, cast

from engine.catalogue import Entry, Kind, Param, load, snake_case
from engine.values import Json

# What Keras adds to configs and no constructor needs, with the value that carries no news.
_NO_NEWS: dict[str, Any] = {
    "name": ...,
    "trainable": True,
    "dtype": "float32",
    "data_format": "channels_last",
    "implementation": ...,  # Keras 2
    "time_major": False,  # Keras 2
    "batch_input_shape": ...,
    "batch_shape": ...,
    "input_length": ...,  # Keras 2
    "query_shape": ...,  # Keras 2; the shapes that attention was built with
    "key_shape": ...,
    "value_shape": ...,
    "build_config": ...,
    "vocabulary_size": ...,  # of the vocabulary that follows
}
_POLICIES = ("DTypePolicy", "QuantizedDTypePolicy", "QuantizedFloat8DTypePolicy", "Policy")
_AMAX_HISTORY = 1024  # Keras's default for float8
# Numbers that once were a float32 are off by at most this, relative to themselves.
FLOAT32 = 2**-24
# Lists beyond this hold data, no objects and no defaults.
LONG = 1_000
# Keras 2's name of an argument → Keras 3's.
_RENAMED = {"LeakyReLU": {"alpha": "negative_slope"}}


@dataclass
class Params:
    """The parameters of one object, and what of its config no parameter can hold."""

    params: dict[str, Json] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def read_config(entry: Entry, config: Mapping[str, Any]) -> Params:
    """Return what `config` says beyond the defaults of `entry`, in the document's words."""
    result = Params()
    for key, value in config.items():
        name = _RENAMED.get(entry.name, {}).get(key, key)
        param = entry.param(name)
        if key in _NO_NEWS and _NO_NEWS[key] in (..., _plain_value(value)):
            continue
        if param is None:
            if value not in (None, False, [], {}):
                result.left.append(f"{key}={str(value)[:60]}")
            continue
        told = _value(param, value, result.left)
        if not is_default(told, param):
            result.params[name] = told
    return result


def _plain_value(value: Any) -> Any:
    """A dtype policy by its name, whatever object it came as; other values as they are."""
    if not isinstance(value, dict) or value.get("class_name") not in _POLICIES:
        return value
    config = value.get("config") or {}
    if "mode" not in config:
        return config.get("name")
    usual = config.get("amax_history_length") in (None, _AMAX_HISTORY)
    return f"{config['mode']}_from_{config.get('source_name')}" if usual else value


def _value(param: Param, value: Any, left: list[str]) -> Json:
    value = _plain_value(value)
    if isinstance(value, dict) and "class_name" in value:
        return _nested(param, value, left)
    if param.type in ("layer", "layers") and isinstance(value, list):
        return [_value(param, item, left) for item in value]
    if isinstance(value, list) and len(value) > LONG:  # a vocabulary
        return value
    if isinstance(value, list | tuple):
        items = [_value(param, item, left) for item in value]
        if param.type in ("integer", "number") and len(items) == 1:
            return items[0]
        return items
    return _short(value) if isinstance(value, float) else value


def _short(value: float) -> float:
    """A number that once was a float32 as people wrote it: 0.0020000000949949026 is 0.002."""
    try:
        (single,) = struct.unpack("f", struct.pack("f", value))
    except OverflowError:
        return value
    short = float(f"{value:.7g}")
    return short if single == value and isclose(short, value, rel_tol=FLOAT32) else value


def _nested(param: Param, value: Mapping[str, Any], left: list[str]) -> Json:
    """An object inside a config: its short name where that says it all, else class and params."""
    name = str(value["class_name"]).rpartition(">")[2]
    config = value.get("config")
    entry = entry_for(param, name)
    if entry is None:
        left.append(f"{param.name}={name}")
        return None
    if isinstance(config, str):  # a function, such as an activation, by its name
        return config
    inner = read_config(entry, config or {})
    left.extend(f"{param.name}.{item}" for item in inner.left)
    if not inner.params and param.type in ("initializer", "activation"):
        return snake_case(entry.name)
    return {"class": entry.name, "params": inner.params}


def entry_for(param: Param, name: str) -> Entry | None:
    """The catalogue's entry for an object of class `name` as a value of `param`."""
    catalogue = load()
    if param.type in ("layer", "layers"):
        return catalogue.object("cell", name) or catalogue.layer(name)
    kind = cast("Kind", param.type)
    return catalogue.object(kind, name) or catalogue.object(kind, snake_case(name))


def is_default(value: Json, param: Param) -> bool:
    """Whether a value says no more than the parameter's default."""
    if param.required or (isinstance(value, list) and len(value) > LONG):
        return False
    if param.type == "activation" and value in (None, "linear"):
        return param.default in (None, "linear")
    if isinstance(value, str) and isinstance(param.default, str):
        known = entry_for(param, param.default) if param.type == "initializer" else None
        return value == param.default or (known is not None and snake_case(known.name) == value)
    if isinstance(value, float) and isinstance(param.default, float):
        return isclose(value, param.default, rel_tol=FLOAT32)
    return _spread(value) == _spread(param.default) and (value is None) == (param.default is None)


def _spread(value: Json) -> Json:
    """Nested sizes that are all alike as one number: [3, 3] says 3."""
    if isinstance(value, list | tuple):
        parts = [_spread(item) for item in value]
        return parts[0] if parts and all(part == parts[0] for part in parts) else parts
    return value
