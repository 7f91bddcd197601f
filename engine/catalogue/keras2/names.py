"""The names and defaults of Keras 2.3.1 for the entries of the catalogue.

`signatures.json` holds the signatures of a real Keras 2.3.1 (engine/legacy/signatures.py writes
it); the tables here hold only what has another name there, and what has
the same name and another meaning.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from engine.catalogue import Entry, Param
from engine.values import Json

VERSION = "2.3.1"
INITIALIZERS, REGULARIZERS = "keras.initializers", "keras.regularizers"
PATHS = {
    f"{INITIALIZERS}.GlorotNormal": f"{INITIALIZERS}.glorot_normal",
    f"{INITIALIZERS}.GlorotUniform": f"{INITIALIZERS}.glorot_uniform",
    f"{INITIALIZERS}.HeNormal": f"{INITIALIZERS}.he_normal",
    f"{INITIALIZERS}.HeUniform": f"{INITIALIZERS}.he_uniform",
    f"{INITIALIZERS}.LecunNormal": f"{INITIALIZERS}.lecun_normal",
    f"{INITIALIZERS}.LecunUniform": f"{INITIALIZERS}.lecun_uniform",
    f"{REGULARIZERS}.L1": f"{REGULARIZERS}.l1",
    f"{REGULARIZERS}.L2": f"{REGULARIZERS}.l2",
}
PARAMS = {
    ("keras.layers.LeakyReLU", "negative_slope"): "alpha",
    (f"{REGULARIZERS}.L1", "l1"): "l",
    (f"{REGULARIZERS}.L2", "l2"): "l",
}
VALUES: Mapping[tuple[str, str], Mapping[str, str]] = {
    (f"{INITIALIZERS}.VarianceScaling", "distribution"): {
        "truncated_normal": "normal",
        "uniform": "uniform",
    },
}
"""Words for values; those that are missing here have no counterpart."""
UNLIKE = frozenset({"keras.activations.hard_sigmoid"})
"""What has its name in Keras 2, and computes something else."""
NOT_NEUTRAL = frozenset({("keras.optimizers.Adagrad", "initial_accumulator_value")})
"""Parameters that Keras 2 lacks, and whose default is not what it does without them."""


@dataclass(frozen=True)
class Old:
    """A class or function of Keras 2 at `path`, with the defaults of its parameters.

    A required parameter has no default.
    """

    entry: Entry
    path: str
    params: tuple[str, ...]
    defaults: Mapping[str, Json]

    def name(self, param: str) -> str | None:
        """Return what a parameter of the entry is called here; None if there is none."""
        name = PARAMS.get((self.entry.path, param), param)
        return name if name in self.params else None

    def value(self, param: str, value: Json) -> Json:
        """Return the word of Keras 2 for a value. Raises KeyError if it has none."""
        words = VALUES.get((self.entry.path, param))
        return words[str(value)] if words else value

    def neutral(self, param: Param) -> bool:
        """Whether Keras 2 does without this parameter what its default does."""
        return (self.entry.path, param.name) not in NOT_NEUTRAL

    def other_defaults(self) -> dict[str, Json]:
        """Return the defaults of Keras 3 that are not those of Keras 2, by the names of Keras 3."""
        found: dict[str, Json] = {}
        for param in self.entry.params:
            name = self.name(param.name)
            if name is None or param.required or param.at_call or name not in self.defaults:
                continue
            value = self.value(param.name, param.default)
            if not _same(value, self.defaults[name]) and param.name not in ("name", "dtype"):
                found[param.name] = param.default
        return found


def _same(value: Json, default: Json) -> bool:
    """Whether two defaults are the same: null leaves a layout to Keras, 1 is [1, 1]."""
    if value is None and default == "channels_last":
        return True
    if isinstance(default, list) and not isinstance(value, list):
        return default == [value] * len(default)
    if isinstance(value, list) and isinstance(default, list) and isinstance(value[0], list):
        return value == [[size, size] for size in default]
    if isinstance(value, str) and isinstance(default, str):
        return value.lower() == default.lower()
    return bool(value == default)


def has(path: str) -> bool:
    """Return whether Keras 2 has something at this path."""
    return path in _signatures()


@cache
def _signatures() -> dict[str, Any]:
    text = Path(__file__).with_name("signatures.json").read_text(encoding="utf-8")
    return dict(json.loads(text)["signatures"])


def counterpart(entry: Entry) -> Old | None:
    """Return what Keras 2 has for an entry; None if it has nothing that computes the same."""
    path = PATHS.get(entry.path, entry.path)
    if entry.path in UNLIKE or not has(path):
        return None
    params = _signatures()[path]
    defaults = {param[0]: param[1] for param in params if len(param) > 1}
    return Old(entry, path, tuple(param[0] for param in params), defaults)
