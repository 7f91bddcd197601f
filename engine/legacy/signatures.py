"""Writes the signatures of Keras 2, as JSON; run by the interpreter that has it.

    .venv-theano/bin/python engine/legacy/signatures.py > engine/catalogue/keras2/signatures.json

Each class or function by its path: its parameters in order, each as its name, followed by its
default unless it is required.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
from typing import Any, Iterator, Sequence

os.environ["KERAS_BACKEND"] = "theano"

import keras

MODULES = (
    "layers",
    "losses",
    "metrics",
    "optimizers",
    "initializers",
    "regularizers",
    "constraints",
    "activations",
    "callbacks",
)
FUNCTIONS = {"initializers", "regularizers", "activations", "losses"}
OF_LAYERS = (("name", None), ("trainable", True), ("dtype", None))
OF_OPTIMIZERS = (("clipnorm", None), ("clipvalue", None))
NOT_OURS = {"deserialize", "deserialize_keras_object", "get", "serialize", "serialize_keras_object"}


def plain(value: Any) -> Any:
    """A default as JSON."""
    return list(value) if isinstance(value, tuple) else value


def parameters(thing: Any) -> list[list[Any]]:
    """The named parameters of a class or function."""
    found: list[list[Any]] = []
    create = thing.__init__ if inspect.isclass(thing) else thing
    for param in inspect.signature(create).parameters.values():
        if param.name == "self" or param.kind in (param.VAR_POSITIONAL, param.VAR_KEYWORD):
            continue
        required = param.default is param.empty
        found.append([param.name] if required else [param.name, plain(param.default)])
    return found


def more(module: str, thing: Any) -> Sequence[tuple[str, Any]]:
    """What is taken from **kwargs, of which the signature says nothing."""
    if module == "layers":
        return OF_LAYERS
    if module == "optimizers":
        epsilon = getattr(thing(), "epsilon", None)
        return (*((("epsilon", epsilon),) if epsilon is not None else ()), *OF_OPTIMIZERS)
    return ()


def signature(module: str, thing: Any) -> list[list[Any]]:
    """All parameters of a class or function, each once."""
    own = parameters(thing)
    names = {param[0] for param in own}
    return own + [list(param) for param in more(module, thing) if param[0] not in names]


def things(module: str) -> Iterator[tuple[str, Any]]:
    """The public classes and functions of a module of Keras, by name."""
    for name, thing in sorted(vars(getattr(keras, module)).items()):
        if name.startswith("_") or name in NOT_OURS or name in ("Optimizer", "TFOptimizer"):
            continue
        if not getattr(thing, "__module__", "").startswith("keras"):
            continue
        if inspect.isclass(thing) or (inspect.isfunction(thing) and module in FUNCTIONS):
            yield name, thing


def signatures() -> dict[str, list[list[Any]]]:
    """The parameters of everything, by path."""
    found = {"keras.Input": signature("layers", keras.Input)}
    for module in MODULES:
        for name, thing in things(module):
            found[f"keras.{module}.{name}"] = signature(module, thing)
    return found


if __name__ == "__main__":
    rows = [
        f"  {json.dumps(path)}: {json.dumps(params)}"
        for path, params in sorted(signatures().items())
    ]
    sys.stdout.write(f'{{"keras": "{keras.__version__}", "signatures": {{\n')
    sys.stdout.write(",\n".join(rows) + "\n}}\n")
