"""Convert a layer's Keras config to a document's parameters, which leave out defaults.

Configs contain every argument in Keras's canonical form: kernel sizes as tuples, dtype policies
and initializers as objects. Nothing is executed or instantiated; classes that are not in the
catalogue are reported, not resolved.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isclose
from typing import Any, cast

from engine.catalogue import Entry, Kind, Param, load, snake_case
from engine.values import Json

TRAINABLE = "trainable"

# Keys that documents don't store, with the value that may be dropped; `...` means any value.
_DROPPED: dict[str, Any] = {
    "name": ...,
    TRAINABLE: True,
    "dtype": "float32",
    "data_format": "channels_last",
    "implementation": ...,  # Keras 2
    "time_major": False,  # Keras 2
    "batch_input_shape": ...,
    "batch_shape": ...,
    "input_length": ...,  # Keras 2
    "query_shape": ...,  # Keras 2; the shapes for which attention was built
    "key_shape": ...,
    "value_shape": ...,
    "build_config": ...,
    "vocabulary_size": ...,  # follows from the vocabulary
}
_POLICIES = ("DTypePolicy", "QuantizedDTypePolicy", "QuantizedFloat8DTypePolicy", "Policy")
_AMAX_HISTORY = 1024  # Keras's default for float8
# The maximum relative rounding error of a float32.
FLOAT32 = 2**-24
# Longer lists are data (vocabularies): they contain no objects and are no defaults.
LONG = 1_000
# Keras 2's name of an argument → Keras 3's.
_RENAMED = {"LeakyReLU": {"alpha": "negative_slope"}}
# Names under which versions of Keras 3 save classes → their present names.
_CLASSES = {
    "GroupedQueryAttention": "GroupQueryAttention",
    "IdentityInitializer": "Identity",  # until 3.6
    "OrthogonalInitializer": "Orthogonal",  # until 3.6
}
# Arguments that have no effect, and that Keras no longer has.
_IGNORED = {"RandomRotation": ("value_range",)}


@dataclass
class Params:
    """The parameters of one object, and descriptions of the config entries that were left out."""

    params: dict[str, Json] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def read_config(entry: Entry, config: Mapping[str, Any]) -> Params:
    """Return the parameters in `config` that differ from the defaults of `entry`."""
    result = Params()
    for key, value in config.items():
        name = _RENAMED.get(entry.name, {}).get(key, key)
        param = entry.param(name)
        if param is None and key in _IGNORED.get(entry.name, ()):
            continue
        if key in _DROPPED and _DROPPED[key] in (..., _plain_value(value)):
            continue
        if param is None:
            if value not in (None, False, [], {}):
                result.left_out.append(f"{key}={str(value)[:60]}")
            continue
        stored = _value(param, value, result.left_out)
        if not is_default(stored, param):
            result.params[name] = stored
    return result


def class_name(value: Mapping[str, Any]) -> str:
    """The present name of a serialised object's class, without the package of a custom one."""
    name = str(value["class_name"]).rpartition(">")[2]
    return _CLASSES.get(name, name)


def thawed(value: Any) -> Any:
    """A config without what it says of `trainable`, at any depth.

    Keras freezes all layers inside a frozen one, and writes that into the config of each.
    """
    if isinstance(value, dict):
        return {key: thawed(item) for key, item in value.items() if key != TRAINABLE}
    if isinstance(value, list) and len(value) <= LONG:
        return [thawed(item) for item in value]
    return value


def _plain_value(value: Any) -> Any:
    """Replace a serialised dtype policy by its name; return other values unchanged."""
    if not isinstance(value, dict) or value.get("class_name") not in _POLICIES:
        return value
    config = value.get("config") or {}
    if "mode" not in config:
        return config.get("name")
    is_default_length = config.get("amax_history_length") in (None, _AMAX_HISTORY)
    return f"{config['mode']}_from_{config.get('source_name')}" if is_default_length else value


def _value(param: Param, value: Any, left_out: list[str]) -> Json:
    value = _plain_value(value)
    if isinstance(value, dict) and "class_name" in value:
        return _nested(param, value, left_out)
    if param.type in ("layer", "layers") and isinstance(value, list):
        return [_value(param, item, left_out) for item in value]
    if isinstance(value, list) and len(value) > LONG:  # a vocabulary
        return value
    if isinstance(value, list | tuple):
        items = [_value(param, item, left_out) for item in value]
        if param.type in ("integer", "number") and len(items) == 1:
            return items[0]
        return items
    return _short(value) if isinstance(value, float) else value


def _short(value: float) -> float:
    """Undo the rounding of a number to float32: 0.0020000000949949026 → 0.002."""
    try:
        (single,) = struct.unpack("f", struct.pack("f", value))
    except OverflowError:
        return value
    short = float(f"{value:.7g}")
    return short if single == value and isclose(short, value, rel_tol=FLOAT32) else value


def _nested(param: Param, value: Mapping[str, Any], left_out: list[str]) -> Json:
    """An object inside a config: its short name if it has no parameters, else class and params."""
    name = class_name(value)
    config = value.get("config")
    entry = entry_for(param, name)
    if entry is None:
        left_out.append(f"{param.name}={name}")
        return None
    if isinstance(config, str):  # a function, such as an activation, by its name
        return config
    inner = read_config(entry, config or {})
    left_out.extend(f"{param.name}.{item}" for item in inner.left_out)
    if not inner.params and param.type in ("initializer", "activation"):
        return snake_case(entry.name)
    return {"class": entry.name, "params": inner.params}


def entry_for(param: Param, name: str) -> Entry | None:
    """The catalogue's entry for the class `name` as a value of `param`."""
    catalogue = load()
    if param.type in ("layer", "layers"):
        return catalogue.object("cell", name) or catalogue.layer(name)
    kind = cast("Kind", param.type)
    return catalogue.object(kind, name) or catalogue.object(kind, snake_case(name))


def is_default(value: Json, param: Param) -> bool:
    """Whether a value is equivalent to the parameter's default."""
    if param.required or (isinstance(value, list) and len(value) > LONG):
        return False
    if param.type == "activation" and value in (None, "linear"):
        return param.default in (None, "linear")
    if isinstance(value, str) and isinstance(param.default, str):
        entry = entry_for(param, param.default) if param.type == "initializer" else None
        return value == param.default or (entry is not None and snake_case(entry.name) == value)
    if isinstance(value, float) and isinstance(param.default, float):
        return isclose(value, param.default, rel_tol=FLOAT32)
    same_size = _collapsed(value) == _collapsed(param.default)
    return same_size and (value is None) == (param.default is None)


def _collapsed(value: Json) -> Json:
    """Replace lists of equal sizes by the size: [3, 3] → 3."""
    if isinstance(value, list | tuple):
        parts = [_collapsed(item) for item in value]
        return parts[0] if parts and all(part == parts[0] for part in parts) else parts
    return value
