"""Keras's own tests of its layers, as data: what each call of `run_layer_test` says.

    python -m tests.engine.replay_recorder      one JSON object for each call, line by line

Keras's wheel holds its tests. They are run here with `run_layer_test` replaced by a recorder, in
a process of their own, for they change Keras's global state. Nothing else of them is computed:
once a test has recorded, it ends where it calls a layer.
"""

import inspect
import json
import os
import sys
import unittest
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
import numpy as np
from keras.src import testing

ROOT = Path(keras.__file__).parent
CALL = "run_layer_test"
_sparse: tuple[str, ...] = ("input_sparse", "input_ragged")
_EXPECTED = (
    "expected_output_shape",
    "expected_output_dtype",
    "expected_num_trainable_weights",
    "expected_num_non_trainable_weights",
)


class Recorder:
    """Stands in for `run_layer_test`; `cases` are the calls so far."""

    def __init__(self) -> None:
        self.cases: list[dict[str, Any]] = []
        self.test = ""
        self.recorded = False

    def __call__(self, layer_cls: Any, init_kwargs: Any = None, **more: Any) -> None:
        """Record one call. Raises what Keras raises where the layer can't be made."""
        self.recorded = True
        told = {"test": self.test, "kind": layer_cls.__name__, "refused": None, **_told(more)}
        try:
            layer = layer_cls(**(init_kwargs or {}))
            told["layer"] = keras.saving.serialize_keras_object(layer)
        except Exception as error:
            same = {"module": "keras.layers", "class_name": layer_cls.__name__}
            told["layer"] = {**same, "registered_name": None, "config": _plain(init_kwargs)}
            told["refused"] = str(error)[:200]
            raise
        finally:
            self.cases.append(told)

    def guard(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """`Layer.__call__`, which ends a test that has recorded."""

        def guarded(*args: Any, **kwargs: Any) -> Any:
            if self.recorded:
                raise unittest.SkipTest("what follows is not about shapes")
            return call(*args, **kwargs)

        return guarded


def _told(more: dict[str, Any]) -> dict[str, Any]:
    """What is expected of the call, and what comes in."""
    shape, dtype, data = (more.get(f"input_{key}") for key in ("shape", "dtype", "data"))
    inputs = _of_shapes(shape, dtype) if data is None else _plain(data)
    expected = {key.removeprefix("expected_"): _plain(more.get(key)) for key in _EXPECTED}
    if more.get("expected_output") is not None and expected["output_shape"] is None:
        flat = keras.tree.flatten(more["expected_output"])
        expected["output_shape"] = [list(np.shape(one)) for one in flat]
    return {
        "inputs": inputs,
        "call": _plain(more.get("call_kwargs") or {}),
        "sparse": any(more.get(key) for key in _sparse),
        **expected,
    }


def _of_shapes(shape: Any, dtype: Any) -> Any:
    """Shapes, alone or in lists or by name, as descriptions of tensors."""
    if shape is None:
        return None
    if isinstance(shape, dict):
        names = {key: key.removesuffix("_shape") for key in shape}
        return {names[key]: _of_shapes(shape[key], (dtype or {}).get(key)) for key in shape}
    if shape and isinstance(shape[0], tuple | list):
        kinds = dtype or [None] * len(shape)
        return [_of_shapes(one, kind) for one, kind in zip(shape, kinds, strict=True)]
    return {"tensor": list(shape), "dtype": dtype or "float32"}


def _plain(value: Any) -> Any:
    """A value as JSON: tensors by shape and dtype, objects as Keras writes them."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic):
        return value.item()
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        dtype = keras.backend.standardize_dtype(value.dtype)
        return {"tensor": list(value.shape), "dtype": dtype}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return keras.saving.serialize_keras_object(value)


def modules() -> Iterator[ModuleType]:
    """The test modules of Keras's wheel that call `run_layer_test`."""
    # Needed by a few of them for tests that are not run here.
    sys.modules |= {"grain": MagicMock(), "conftest": ModuleType("conftest")}
    vars(sys.modules["conftest"])["skip_if_backend"] = lambda *_: lambda test: test
    for path in sorted((ROOT / "src" / "layers").rglob("*_test.py")):
        if f"{CALL}(" in path.read_text(encoding="utf-8"):
            yield import_module(".".join(["keras", *path.relative_to(ROOT).with_suffix("").parts]))


def tests(module: ModuleType) -> Iterator[unittest.TestCase]:
    """The test methods of a module that call `run_layer_test`."""
    for made in list(vars(module).values()):
        if inspect.isclass(made) and issubclass(made, unittest.TestCase):
            names = [name for name in dir(made) if name.startswith("test")]
            for name in names if made.__module__ == module.__name__ else ():
                if CALL in inspect.unwrap(getattr(made, name)).__code__.co_names:
                    yield made(name)


def main() -> None:
    """Print every call."""
    recorder = Recorder()
    testing.TestCase.run_layer_test = recorder
    keras.layers.Layer.__call__ = recorder.guard(keras.layers.Layer.__call__)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for module in modules():
            for case in tests(module):
                recorder.test, recorder.recorded = case.id(), False
                case.run(unittest.TestResult())
    for one in recorder.cases:
        print(json.dumps(one))


if __name__ == "__main__":
    main()
