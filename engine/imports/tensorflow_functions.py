"""The ops equivalent to TensorFlow functions whose arguments have the same order and meaning.

Source code calls these functions (tf.nn.relu), and Keras 2 wrote them into its JSON.
"""

from collections.abc import Mapping
from typing import Any

from engine.catalogue import Entry, load
from engine.catalogue.param_rules import words
from engine.graph.kinds import OPS

_MODULES = ("compat.v1.", "__operators__.", "math.", "nn.", "linalg.")
_SAME_NAME = words(
    "add subtract multiply divide maximum minimum negative abs exp expm1 sqrt rsqrt reciprocal "
    "square sin cos tan sinh cosh erf log log1p tanh sigmoid log_sigmoid softplus softsign softmax "
    "log_softmax relu relu6 leaky_relu elu selu silu swish gelu einsum matmul reshape transpose "
    "stack squeeze expand_dims tile cast where one_hot floor ceil round sign split equal "
    "not_equal greater greater_equal less less_equal logical_and logical_or logical_not argmax "
    "argmin cumsum zeros_like ones_like top_k mod roll repeat tensordot pad"
)
_FUNCTIONS = {name: name for name in _SAME_NAME} | {
    "swish": "silu",
    "concat": "concatenate",
    "clip_by_value": "clip",
    "pow": "power",
    "truediv": "true_divide",
    "floordiv": "floor_divide",
    "floormod": "mod",
    "neg": "negative",
    "eq": "equal",
    "ne": "not_equal",
    "getitem": "get_item",
    "gather": "take",
    "reverse": "flip",
    "reduce_mean": "mean",
    "reduce_sum": "sum",
    "reduce_max": "max",
    "reduce_min": "min",
    "reduce_prod": "prod",
    "reduce_any": "any",
    "reduce_all": "all",
    "reduce_logsumexp": "logsumexp",
    "reduce_std": "std",
    "reduce_variance": "var",
}
_ARGUMENTS = {
    "input_tensor": "x",
    "input": "x",
    "tensor": "x",
    "features": "x",
    "logits": "x",
    "value": "x",
    "t": "x",
    "values": "xs",
    "perm": "axes",
    "shape": "newshape",
    "multiples": "repeats",
    "depth": "num_classes",
    "x": "x1",
    "y": "x2",
    "a": "x1",
    "b": "x2",
    "alpha": "negative_slope",
    "equation": "subscripts",
    "clip_value_min": "x_min",
    "clip_value_max": "x_max",
    "num_or_size_splits": "indices_or_sections",
    "slice_spec": "key",
    "params": "x",
    "paddings": "pad_width",
}
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {"gelu": {"approximate": False}, "top_k": {"k": 1}}
"""TensorFlow's defaults that differ from those of keras.ops."""


def find(function: str) -> Entry | None:
    """The op for a function's path without the leading "tf.": nn.relu, math.add."""
    for module in _MODULES:
        function = function.removeprefix(module)
    entry = load().layer(OPS + _FUNCTIONS.get(function, "?"))
    return entry if entry and entry.kind == "op" else None


def argument(entry: Entry, name: str) -> str:
    """The op's name for an argument that may have TensorFlow's name."""
    renamed = _ARGUMENTS.get(name, name)
    if name in entry.signature or renamed in entry.signature:
        return name if name in entry.signature else renamed
    return "x" if name == "values" else name


def completed(entry: Entry, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments, with TensorFlow's defaults and words where those of keras.ops differ."""
    name = entry.name.removeprefix(OPS)
    result = {**_DEFAULTS.get(name, {}), **kwargs}
    if name == "take" and result.get("axis") is None:
        result["axis"] = 0
    if name == "pad" and isinstance(mode := result.get("mode"), str):
        result["mode"] = mode.lower()
    return result


def adapted(
    entry: Entry, args: list[Any], kwargs: Mapping[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a TensorFlow function as those of the op.

    Their defaults and meanings differ: tf.split takes sizes where the op takes indices,
    tf.argmax, tf.argmin, tf.cumsum and tf.gather work along axis 0 unless told otherwise, and
    tf.pad names its modes in capitals.
    """
    name = entry.name.removeprefix(OPS)
    positional = [*entry.signature][: len(args)]
    stated = dict.fromkeys(positional) | dict(kwargs)  # a default is for what nothing states
    kwargs = {
        key: value for key, value in completed(entry, stated).items() if key not in positional
    }
    if name == "split":
        return _split(args, kwargs)
    if name == "pad":
        args = [item.lower() if isinstance(item, str) else item for item in args]
    if name in ("argmax", "argmin"):
        args = args[:_WITH_AXIS]  # without the type of the numbers
        kwargs.pop("output_type", None)
    if name in _FIRST_AXIS and len(args) < _WITH_AXIS and not kwargs.keys() & {"axis", "dimension"}:
        kwargs["axis"] = 0
    return args, kwargs


_FIRST_AXIS, _WITH_AXIS = ("argmax", "argmin", "cumsum"), 2


def _split(args: list[Any], kwargs: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """tf.split(value, sizes): the op takes the indices at which the parts end."""
    names = ("value", "num_or_size_splits", "axis")
    arguments = dict(zip(names, args, strict=False)) | kwargs
    sizes = arguments.get("num_or_size_splits")
    if isinstance(sizes, list | tuple) and all(isinstance(size, int) for size in sizes):
        indices = [sum(sizes[: index + 1]) for index in range(len(sizes) - 1)]
        arguments["num_or_size_splits"] = indices
    arguments.setdefault("axis", 0)
    return [arguments.pop("value", None)], arguments
