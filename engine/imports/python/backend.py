"""Functions of keras.backend (K) of Keras 1 and 2, as ops."""

import math
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from engine.catalogue.param_rules import words
from engine.imports.python import optimizing, own_weights
from engine.imports.python.layers import apply, make_layer
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    Path,
    ReadError,
    Unknown,
)
from engine.imports.python.values import (
    Tensor,
)
from engine.problems import phrase

_OPS = MappingProxyType(
    {
        **{
            name: name
            for name in words(
                "abs argmax argmin cast clip concatenate cos cumprod cumsum elu equal exp "
                "expand_dims floor greater greater_equal less less_equal log "
                "logsumexp max maximum mean min minimum not_equal ones_like prod relu reshape "
                "round sigmoid sign sin softmax softplus softsign sqrt square squeeze stack "
                "std sum tanh tile transpose var zeros_like"
            )
        },
        "pow": "power",
        "permute_dimensions": "transpose",
    }
)
_LAST_AXIS = ("argmax", "argmin", "concatenate", "expand_dims")
_ZERO_AXIS = ("cumsum", "cumprod", "stack")


def call(state: State, name: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call a function of keras.backend. Raises ReadError for one that is no op."""
    if function := _OWN.get(name):
        return function(state, args, kwargs, line)
    if name not in _OPS:
        return None
    if name in _LAST_AXIS and len(args) < 2 and "axis" not in kwargs:  # noqa: PLR2004
        kwargs = {**kwargs, "axis": -1}
    if name in _ZERO_AXIS and len(args) < 2 and "axis" not in kwargs:  # noqa: PLR2004
        kwargs = {**kwargs, "axis": 0}
    if name == "relu" and (len(args) > 1 or kwargs):
        return state.call(Path("keras.activations.relu"), args, kwargs, line)
    if name == "cast" and "dtype" not in kwargs and len(args) > 1:
        args, kwargs = args[:1], {**kwargs, "dtype": args[1]}
    return state.call(Path(f"keras.ops.{_OPS[name]}"), args, kwargs, line)


def image_data_format(state: State, *_: Any) -> Any:
    """`keras.config.image_data_format()`."""
    return state.settings.get("image_data_format", "channels_last")


def _image_dim_ordering(state: State, *_: Any) -> str:
    return "th" if image_data_format(state) == "channels_first" else "tf"


def set_image_data_format(state: State, args: list[Any], kwargs: Any, line: int) -> None:
    """`keras.config.set_image_data_format(…)`."""
    formats = {"tf": "channels_last", "th": "channels_first"}
    value = args[0] if args else Unknown(line, "")
    if isinstance(value, str):
        value = formats.get(value, value)
    state.journal.put(state.settings, "image_data_format", value)


def _int_shape(state: State, args: list[Any], kwargs: Any, line: int) -> Any:
    if args and isinstance(args[0], Tensor):
        return state.shape_of(args[0], line)
    return Unknown(line, phrase("the shape of a value"))


def _ndim(state: State, args: list[Any], kwargs: Any, line: int) -> Any:
    shape = _int_shape(state, args, kwargs, line)
    return len(shape) if isinstance(shape, tuple) else shape


def _flatten(state: State, args: list[Any], kwargs: Any, line: int) -> Any:
    raise ReadError(line, phrase("K.flatten joins the batch axis with the others"))


def _batch_flatten(state: State, args: list[Any], kwargs: Any, line: int) -> Any:
    return apply(state, make_layer(state, "Flatten", [], {}, line), args[:1], {}, line)


def l2_normalize(state: State, args: list[Any], kwargs: Any, line: int) -> Any:
    """`K.l2_normalize` and `tf.math.l2_normalize`, which without an axis divide by one number."""
    names = ("x", "axis", "epsilon")
    given = dict(zip(names, args, strict=False)) | kwargs
    if given.get("axis") is None:
        raise ReadError(line, phrase("l2_normalize without an axis takes the rows together"))
    options = {"axis": given["axis"], "order": 2}
    smallest = given.get("epsilon", _EPSILON)
    if smallest != _EPSILON:
        is_number = isinstance(smallest, int | float)
        options["epsilon"] = math.sqrt(abs(smallest)) if is_number else smallest
    return state.call(Path("keras.ops.normalize"), [given.get("x")], options, line)


_EPSILON = 1e-12
"""The least sum of squares by which both functions divide; the op takes its root."""


def _hard_sigmoid(state: State, args: list[Any], kwargs: Any, line: int) -> Any:
    """K.hard_sigmoid: 0.2·x + 0.5 between 0 and 1, which the op of Keras 3 is not."""
    scaled = state.call(Path("keras.ops.multiply"), [*args, *kwargs.values(), 0.2], {}, line)
    raised = state.call(Path("keras.ops.add"), [scaled, 0.5], {}, line)
    return state.call(Path("keras.ops.clip"), [raised, 0.0, 1.0], {}, line)


def _dot(state: State, args: list[Any], kwargs: Any, line: int) -> Any:
    """K.dot, which is a matrix product where one operand is a matrix."""
    operands = [*args, *kwargs.values()]
    if len(operands) > 1 and isinstance(operands[1], own_weights.OwnWeight):
        return state.call(Path("keras.ops.matmul"), operands, {}, line)
    return None


def _bias_add(state: State, args: list[Any], kwargs: Any, line: int) -> Any:
    operands = [*args, *kwargs.values()][:2]
    return state.call(Path("keras.ops.add"), operands, {}, line)


_OWN: MappingProxyType[str, Callable[..., Any]] = MappingProxyType(
    {
        "image_data_format": image_data_format,
        "image_dim_ordering": _image_dim_ordering,
        "set_image_data_format": set_image_data_format,
        "set_image_dim_ordering": set_image_data_format,
        "common.image_dim_ordering": _image_dim_ordering,
        "int_shape": _int_shape,
        "ndim": _ndim,
        "flatten": _flatten,
        "dot": _dot,
        "hard_sigmoid": _hard_sigmoid,
        "bias_add": _bias_add,
        "batch_flatten": _batch_flatten,
        "l2_normalize": l2_normalize,
        "is_keras_tensor": lambda _, args, *__: bool(args) and isinstance(args[0], Tensor),
        "epsilon": lambda *_: 1e-7,
        "floatx": lambda *_: "float32",
        "backend": lambda *_: "tensorflow",
        "clear_session": lambda *_: None,
        "set_session": lambda *_: None,
        "set_learning_phase": lambda *_: None,
        "set_value": optimizing.set_value,
        "set_floatx": optimizing.set_floatx,
    }
)
