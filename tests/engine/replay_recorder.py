"""Record Keras's own tests of its layers as data: the arguments of each `run_layer_test` call.

    python -m tests.engine.replay_recorder      prints a JSON object per line for each call

Keras's wheel includes its tests. They run here with `run_layer_test` replaced by a recorder, in
a separate process, because they change Keras's global state. Little else is computed: after
recording, a test ends when it calls a layer.
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
_SPARSE = ("input_sparse", "input_ragged")
_EXPECTED = (
    "expected_output_shape",
    "expected_output_dtype",
    "expected_num_trainable_weights",
    "expected_num_non_trainable_weights",
)


class Recorder:
    """Replaces `run_layer_test`; `cases` are the calls so far."""

    def __init__(self) -> None:
        self.cases: list[dict[str, Any]] = []
        self.test = ""
        self.recorded = False

    def __call__(self, layer_cls: Any, init_kwargs: Any = None, **kwargs: Any) -> None:
        """Record one call. Raises Keras's exception when the layer can't be constructed."""
        self.recorded = True
        kind = layer_cls.__name__
        case = {"test": self.test, "kind": kind, "refused": None, **_arguments(kwargs)}
        try:
            layer = layer_cls(**(init_kwargs or {}))
            case["layer"] = keras.saving.serialize_keras_object(layer)
        except Exception as error:
            identity = {"module": "keras.layers", "class_name": kind, "registered_name": None}
            case["layer"] = {**identity, "config": _plain(init_kwargs)}
            case["refused"] = str(error)[:200]
            raise
        finally:
            self.cases.append(case)

    def guard(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap `Layer.__call__` to end tests that have recorded."""

        def guarded(*args: Any, **kwargs: Any) -> Any:
            if self.recorded:
                raise unittest.SkipTest("the rest of the test is not about shapes")
            return call(*args, **kwargs)

        return guarded


def _arguments(kwargs: dict[str, Any]) -> dict[str, Any]:
    """The inputs, the call arguments and the expected results of a `run_layer_test` call."""
    shape, dtype, data = (kwargs.get(f"input_{key}") for key in ("shape", "dtype", "data"))
    inputs = _of_shapes(shape, dtype) if data is None else _plain(data)
    expected = {key.removeprefix("expected_"): _plain(kwargs.get(key)) for key in _EXPECTED}
    if kwargs.get("expected_output") is not None and expected["output_shape"] is None:
        arrays = keras.tree.flatten(kwargs["expected_output"])
        expected["output_shape"] = [list(np.shape(array)) for array in arrays]
    return {
        "inputs": inputs,
        "call": _plain(kwargs.get("call_kwargs") or {}),
        "sparse": any(kwargs.get(key) for key in _SPARSE),
        **expected,
    }


def _of_shapes(shape: Any, dtype: Any) -> Any:
    """Descriptions of tensors from a shape, a list of shapes or shapes by name."""
    if shape is None:
        return None
    if isinstance(shape, dict):
        names = {key: key.removesuffix("_shape") for key in shape}
        return {names[key]: _of_shapes(shape[key], (dtype or {}).get(key)) for key in shape}
    if shape and isinstance(shape[0], tuple | list):
        dtypes = dtype or [None] * len(shape)
        return [_of_shapes(*pair) for pair in zip(shape, dtypes, strict=True)]
    return {"tensor": list(shape), "dtype": dtype or "float32"}


def _plain(value: Any) -> Any:
    """A value as JSON: tensors as shape and dtype, objects as Keras serialises them."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
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
    # Imported by a few modules, for tests that are not run here.
    sys.modules |= {"grain": MagicMock(), "conftest": ModuleType("conftest")}
    vars(sys.modules["conftest"])["skip_if_backend"] = lambda *_: lambda test: test
    for path in sorted((ROOT / "src" / "layers").rglob("*_test.py")):
        if f"{CALL}(" in path.read_text(encoding="utf-8"):
            yield import_module(".".join(["keras", *path.relative_to(ROOT).with_suffix("").parts]))


def tests(module: ModuleType) -> Iterator[unittest.TestCase]:
    """The test methods of a module that call `run_layer_test`."""
    for member in list(vars(module).values()):
        if inspect.isclass(member) and issubclass(member, unittest.TestCase):
            names = [name for name in dir(member) if name.startswith("test")]
            for name in names if member.__module__ == module.__name__ else ():
                if CALL in inspect.unwrap(getattr(member, name)).__code__.co_names:
                    yield member(name)


def main() -> None:
    """Print all recorded calls."""
    recorder = Recorder()
    testing.TestCase.run_layer_test = recorder
    keras.layers.Layer.__call__ = recorder.guard(keras.layers.Layer.__call__)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for module in modules():
            for case in tests(module):
                recorder.test, recorder.recorded = case.id(), False
                case.run(unittest.TestResult())
    for recorded in recorder.cases:
        print(json.dumps(recorded))


if __name__ == "__main__":
    main()
