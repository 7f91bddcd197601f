"""NumPy arrays, of which only the shape, the type and the data set are known."""

import ast
from collections.abc import Callable
from dataclasses import replace
from math import prod
from types import MappingProxyType
from typing import Any, Literal

from engine.imports.python.splitting import train_test_split
from engine.imports.python.unknown import (
    Path,
    Unknown,
    find_unknown,
)
from engine.imports.python.values import (
    Array,
    Method,
)
from engine.problems import phrase

Shape = tuple[int | None, ...]
MAX_RANK = 10
LARGEST = 1e6
"""The largest number by which rows are shifted or scaled."""


def binary(op: ast.operator, left: Any, right: Any) -> Array:
    """The result of an operator on arrays and numbers, as NumPy broadcasts them."""
    if isinstance(left, Array) and isinstance(right, Array):
        shape, standard = _broadcast(left.shape, right.shape), _standard(op, left, right)
        return replace(left, shape=shape, scale=None, standard=standard, statistic=_NONE)
    array, number = (left, right) if isinstance(left, Array) else (right, left)
    scale = _scaled(array.scale, op, number, is_first=array is left)
    return replace(array, scale=scale, standard="", statistic=_NONE)


_NONE = ("", "")


def _standard(
    op: ast.operator, rows: Array, other: Array
) -> Literal["", "centred", "standardized"]:
    """Whether an operation centres rows on their means, or divides these by their deviation."""
    is_of_columns = rows.shape is not None and other.shape == rows.shape[1:]
    if not rows.data or other.statistic[1] != rows.data or not is_of_columns:
        return ""
    match op, other.statistic[0], rows.standard:
        case ast.Sub(), "mean", "" if rows.scale is not None:
            return "centred"
        case ast.Div(), "std", "centred":
            return "standardized"
    return ""


def _scaled(
    scale: tuple[float, float] | None, op: ast.operator, number: Any, *, is_first: bool
) -> tuple[float, float] | None:
    """The scale of `array op number`, or of `number op array`."""
    if scale is None or not isinstance(number, int | float) or abs(number) > LARGEST:
        return None
    factor, summand = scale
    match op:
        case ast.Add():
            return (factor, summand + number)
        case ast.Mult():
            return (factor * number, summand * number)
        case ast.Sub() if is_first:
            return (factor, summand - number)
        case ast.Div() if is_first and number:
            return (factor / number, summand / number)
    return None


def _broadcast(left: Shape | None, right: Shape | None) -> Shape | None:
    """The shape of an operation on arrays of these shapes; None when it is unknown."""
    if left is None or right is None:
        return None
    rank = max(len(left), len(right))
    pairs = zip((1,) * (rank - len(left)) + left, (1,) * (rank - len(right)) + right, strict=True)
    return tuple(b if a == 1 else a if b in (1, None) or a == b else b for a, b in pairs)


def item(array: Array, key: Any) -> Array | Unknown:
    """`array[key]`: the name of a column, a position, slices, or rows chosen by an array."""
    if isinstance(key, str):
        return replace(array, column=key)
    if array.shape is None:
        return array
    keys = list(key) if isinstance(key, tuple) else [key]
    if Ellipsis in keys:
        index = keys.index(Ellipsis)
        taken = sum(part is not None for part in keys) - 1
        keys[index : index + 1] = [slice(None)] * (len(array.shape) - taken)
    shape: list[int | None] = []
    rest = list(array.shape)
    for part in keys:
        if part is None:
            shape.append(1)
        elif not rest:
            return replace(array, shape=None)
        else:
            shape.extend(_indexed(rest.pop(0), part))
    return replace(array, shape=(*shape, *rest))


def _indexed(length: int | None, key: Any) -> Shape:
    """The axes that remain of an axis of this length."""
    if isinstance(key, int):
        return ()
    if isinstance(key, list):
        return (len(key),)
    if not isinstance(key, slice) or find_unknown([key.start, key.stop, key.step]):
        return (None,)
    if length is None:
        stop = key.stop if key.start in (None, 0) and key.step in (None, 1) else None
        return (stop if isinstance(stop, int) and stop >= 0 else None,)
    try:
        return (len(range(length)[key]),)
    except (TypeError, ValueError):
        return (None,)


def attribute(array: Array, name: str, line: int) -> Any:
    """`array.name`."""
    shape = array.shape
    match name:
        case "shape":
            if shape is None:
                return Unknown(line, phrase("the shape of data that is not known"), "?")
            why = phrase("the number of rows is not known")
            return tuple(Unknown(line, why, "?") if size is None else size for size in shape)
        case "ndim" if shape is not None:
            return len(shape)
        case "size" if shape is not None and None not in shape:
            return prod(size for size in shape if size is not None)
        case "dtype":
            return array.dtype
        case "T" if shape is not None:
            return replace(array, shape=shape[::-1])
        case "values" | "data" | "images" | "iloc" | "loc":
            return array
    return Method(array, name)


def method(array: Array, name: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`array.name(…)`."""
    if name in ("astype", "copy", "round", "clip", "to_numpy", "numpy"):
        return array
    if name == "reshape":
        shape = args[0] if len(args) == 1 and isinstance(args[0], tuple | list) else args
        return replace(array, shape=_reshaped(array.shape, shape))
    if name in ("flatten", "ravel"):
        return replace(array, shape=_reshaped(array.shape, [-1]))
    if name == "max" and not args and not kwargs and (classes := _classes(array)) is not None:
        return classes - 1
    if name in _REDUCTIONS:
        axis = args[0] if args else kwargs.get("axis")
        reduced = _reduced(array, axis, line)
        if isinstance(reduced, Array) and axis == 0 and name in ("mean", "std"):
            return replace(reduced, statistic=(name, array.data))
        return reduced
    return Unknown(line, phrase("its value comes from data"), "?")


_REDUCTIONS = ("max", "min", "mean", "std", "sum", "var", "argmax", "argmin", "prod", "any", "all")


def _reduced(array: Array, axis: Any, line: int) -> Any:
    if array.shape is None or not isinstance(axis, int) or not array.shape:
        return Unknown(line, phrase("its value comes from data"), "?")
    sizes = list(array.shape)
    if -len(sizes) <= axis < len(sizes):
        del sizes[axis]
    return Array(tuple(sizes), array.dtype)


def _reshaped(old: Shape | None, new: Any) -> Shape | None:
    """The shape after reshape; -1 stands for the remaining size."""
    sizes = [size if isinstance(size, int) else None for size in new]
    if len(sizes) > MAX_RANK:
        return None
    if -1 not in sizes:
        return tuple(sizes)
    index = sizes.index(-1)
    others = [size for size in sizes if size != -1]
    total = None
    if old is not None and None not in old and None not in others:
        rest = prod(size for size in others if size is not None)
        total = prod(size for size in old if size is not None) // rest if rest else None
    sizes[index] = total
    return tuple(sizes)


def shape_of(value: Any) -> Shape | None:
    """The shape of an array, or of nested lists of numbers; None when it is unknown."""
    if isinstance(value, Array):
        return value.shape
    if isinstance(value, int | float):
        return ()
    if not isinstance(value, list | tuple) or not value or find_unknown(value):
        return None
    inner = shape_of(value[0])
    return None if inner is None else (len(value), *inner)


# --- functions of NumPy and others ----------------------------------------------------------------


def _created(shape: Any, *_: Any, **__: Any) -> Array:
    sizes = [shape] if isinstance(shape, int) else shape
    if not isinstance(sizes, list | tuple) or len(sizes) > MAX_RANK:
        return Array()
    return Array(tuple(size if isinstance(size, int) else None for size in sizes))


def _random(*shape: Any, size: Any = None, **_: Any) -> Array:
    return _created(size if size is not None else list(shape))


def _sized(*args: Any, size: Any = None, **_: Any) -> Array:
    return _created(size if size is not None else next(iter(args[2:]), None))


def _array(value: Any, *_: Any, **__: Any) -> Any:
    if isinstance(value, Array):
        return value
    return Array(shape_of(value))


def _frame(data: Any = None, *_: Any, **__: Any) -> Any:
    if isinstance(data, Array):
        return data
    raise TypeError


def _expand_dims(value: Any, axis: Any = None) -> Any:
    shape = shape_of(value)
    if shape is None or not isinstance(axis, int) or not -len(shape) - 1 <= axis <= len(shape):
        return Array()
    sizes = list(shape)
    sizes.insert(axis if axis >= 0 else len(sizes) + 1 + axis, 1)
    return replace(value, shape=tuple(sizes)) if isinstance(value, Array) else Array(tuple(sizes))


def _reshape(value: Any, shape: Any, *_: Any, **__: Any) -> Any:
    sizes = [shape] if isinstance(shape, int) else shape
    base = value if isinstance(value, Array) else Array(shape_of(value))
    return replace(base, shape=_reshaped(base.shape, sizes))


def _one_hot(y: Any, num_classes: Any = None, nb_classes: Any = None, **_: Any) -> Array:
    shape, count = shape_of(y), num_classes if num_classes is not None else nb_classes
    base = y if isinstance(y, Array) else Array(shape)
    classes = base.classes or _largest_of(y)
    if count is not None:
        classes = count if isinstance(count, int) else None
    kept = (shape or (None,))[:-1] if shape and shape[-1] == 1 else shape
    whole = None if kept is None else (*kept, classes)
    return replace(base, shape=whole, one_hot=True)


def _largest_of(values: Any) -> int | None:
    """One more than the largest of a list of class numbers."""
    numbers = isinstance(values, list | tuple) and all(isinstance(item, int) for item in values)
    return max(values) + 1 if numbers and values else None


def _padded(sequences: Any, maxlen: Any = None, **_: Any) -> Array:
    rows = (shape_of(sequences) or (None,))[0]
    base = sequences if isinstance(sequences, Array) else Array()
    return replace(base, shape=(rows, maxlen if isinstance(maxlen, int) else None))


def _generated(features: int) -> Callable[..., tuple[Array, Array]]:
    """A function of scikit-learn that generates rows with so many features, and their classes."""

    def generate(n_samples: Any = 100, n_features: Any = features, **_: Any) -> Any:
        rows = n_samples if isinstance(n_samples, int) else None
        return _created((rows, n_features)), Array((rows,), "int64")

    return generate


def _blobs(n_samples: Any = 100, n_features: Any = 2, centers: Any = None, **_: Any) -> Any:
    if centers is not None and not isinstance(centers, int):
        places = shape_of(centers)
        n_features = places[-1] if places else None
    return _generated(2)(n_samples, n_features)


def _unique(value: Any, *_: Any, **options: Any) -> Any:
    unique = Array((_classes(value),))
    return unique if not any(options.values()) else (unique, Array(), Array())


def _largest(value: Any, *_: Any, **__: Any) -> Any:
    classes = _classes(value)
    if classes is None:
        raise ValueError
    return classes - 1


def _classes(value: Any) -> int | None:
    """The number of classes of the class numbers of a known data set."""
    is_target = isinstance(value, Array) and value.dtype == "int64" and not value.one_hot
    return value.classes if is_target else None


def _cast(value: Any, dtype: Any = None, *_: Any, **__: Any) -> Any:
    """A number stays one, of the type that is given by its name or its path."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _same(value)
    name = dtype.dotted.rpartition(".")[2] if isinstance(dtype, Path) else str(dtype)
    if name in ("float16", "float32", "float64"):
        return float(value)
    return int(value) if name in ("int32", "int64") else Array(())


def _same(value: Any, *_: Any, **__: Any) -> Any:
    return value if isinstance(value, Array) else Array(shape_of(value))


def _normalized(value: Any, *_: Any, **__: Any) -> Any:
    return replace(_same(value), scale=None)


FUNCTIONS: MappingProxyType[str, Callable[..., Any]] = MappingProxyType(
    {
        **dict.fromkeys(("numpy.zeros", "numpy.ones", "numpy.empty", "numpy.full"), _created),
        **dict.fromkeys(("numpy.random.rand", "numpy.random.randn"), _random),
        **dict.fromkeys(
            ("numpy.random.random", "numpy.random.random_sample", "numpy.random.sample"), _created
        ),
        **dict.fromkeys(
            ("numpy.random.randint", "numpy.random.normal", "numpy.random.uniform"), _sized
        ),
        **dict.fromkeys(("numpy.array", "numpy.asarray", "numpy.float32"), _array),
        "numpy.expand_dims": _expand_dims,
        "numpy.reshape": _reshape,
        **dict.fromkeys(
            (
                "keras.utils.to_categorical",
                "keras.utils.np_utils.to_categorical",
                "tensorflow.one_hot",
            ),
            _one_hot,
        ),
        **dict.fromkeys(
            (
                "keras.utils.pad_sequences",
                "keras.preprocessing.sequence.pad_sequences",
                "keras_preprocessing.sequence.pad_sequences",
            ),
            _padded,
        ),
        "pandas.DataFrame": _frame,
        "sklearn.datasets.make_moons": _generated(2),
        "sklearn.datasets.make_circles": _generated(2),
        "sklearn.datasets.make_blobs": _blobs,
        "sklearn.datasets.make_classification": _generated(20),
        "tensorflow.cast": _cast,
        "numpy.unique": _unique,
        **dict.fromkeys(("numpy.max", "numpy.amax"), _largest),
        "sklearn.model_selection.train_test_split": train_test_split,
        "sklearn.cross_validation.train_test_split": train_test_split,
        **dict.fromkeys(
            (
                "tensorflow.convert_to_tensor",
                "numpy.copy",
            ),
            _same,
        ),
        "keras.utils.normalize": _normalized,
    }
)


def call(dotted: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call a function of arrays by its path."""
    try:
        return FUNCTIONS[dotted](*args, **kwargs)
    except (TypeError, ValueError):
        return Unknown(line, phrase("its value comes from data"), "?")
