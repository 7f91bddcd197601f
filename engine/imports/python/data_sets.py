"""Loading of data sets: those of keras.datasets and scikit-learn, and generated scripts' own."""

import ast
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from engine.data.division import SPLITTERS
from engine.document import DivisionKind
from engine.imports.python import preparing
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    Balanced,
    RowWeights,
    Unknown,
)
from engine.imports.python.values import (
    Array,
    Function,
)
from engine.problems import phrase

_DIVISIONS: dict[str, DivisionKind] = {name: by for by, name in SPLITTERS.items()}
_DIVISIONS["split_with_test"] = "random"

# The shapes of one row of input and target, and the numbers of training and test rows.
_KERAS = MappingProxyType(
    {
        "mnist": ((28, 28), (), 60_000, 10_000),
        "fashion_mnist": ((28, 28), (), 60_000, 10_000),
        "cifar10": ((32, 32, 3), (1,), 50_000, 10_000),
        "cifar100": ((32, 32, 3), (1,), 50_000, 10_000),
        "imdb": ((), (), 25_000, 25_000),
        "reuters": ((), (), 8_982, 2_246),
        "boston_housing": ((13,), (), 404, 102),
        "california_housing": ((8,), (), 16_512, 4_128),
    }
)
_SCIKIT = MappingProxyType(
    {
        "iris": ((4,), 150),
        "wine": ((13,), 178),
        "breast_cancer": ((30,), 569),
        "digits": ((64,), 1_797),
        "diabetes": ((10,), 442),
        "boston": ((13,), 506),
        "california_housing": ((8,), 20_640),
    }
)


_LARGEST = MappingProxyType(
    {"mnist": 255.0, "fashion_mnist": 255.0, "cifar10": 255.0, "digits": 16.0}
)
"""The largest values of images, which the catalogue has scaled to 0..1."""
LIBRARY = "library_rows"
"""The setting of a source that loads rows from a library, and not as generated scripts do."""
_FROM_DATA = phrase("its value comes from data")
_CLASSES = MappingProxyType({"cifar100": 100, "reuters": 46, "imdb": 2})
"""The numbers of classes of data sets that are not in the catalogue."""


def call(state: State, dotted: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """The value of a call that loads a data set; None for another call."""
    package, _, name = dotted.rpartition(".")
    if "datasets" not in package:
        return None
    module = package.rpartition(".")[2]
    if package.startswith("keras.datasets") and name == "load_data":
        return _keras(state, module)
    if package in ("sklearn.datasets", "datasets") and name.startswith(("load_", "fetch_")):
        id = name.partition("_")[2]
        return _scikit(state, id, kwargs) if package == "sklearn.datasets" else named(state, id)
    return None


def _keras(state: State, id: str) -> Any:
    choose(state, id)
    state.journal.put(state.settings, LIBRARY, value=True)
    if id not in _KERAS:
        part = Array(data=id)
        return ((part, part), (part, part))
    row, target, train, test = _KERAS[id]
    inputs, targets = _columns(state, id)
    classes = _classes(state, id, targets)
    return tuple(
        (
            Array((count, *row), "uint8", id, inputs, scale=_scale(id)),
            Array((count, *target), "int64", id, targets, classes),
        )
        for count in (train, test)
    )


def _classes(state: State, id: str, target: str | None) -> int | None:
    """The number of classes of a target, if it holds class numbers."""
    data = state.data.find(id)
    column = data.column(target) if data and target else None
    return len(column.classes) or None if column else _CLASSES.get(id)


def _columns(state: State, id: str) -> tuple[str | None, str | None]:
    """The names of the input and the target column of a data set of the catalogue."""
    data = state.data.find(id)
    columns = data.columns if data else ()
    names = [
        next((column.name for column in columns if column.role == role), None)
        for role in ("input", "target")
    ]
    return names[0], names[1]


def _scikit(state: State, id: str, kwargs: dict[str, Any]) -> Any:
    choose(state, id)
    state.journal.put(state.settings, LIBRARY, value=True)
    row, rows = _SCIKIT.get(id, (None, None))
    input_column, target_column = _columns(state, id)
    shape = None if row is None else (rows, *row)
    inputs = Array(shape, "float64", id, input_column, scale=_scale(id))
    classes = _classes(state, id, target_column)
    target = Array((rows,), "int64", id, target_column, classes)
    if kwargs.get("return_X_y") is True:
        return (inputs, target)
    images = replace(inputs, shape=None, column=None)
    return {"data": inputs, "target": target, "images": images, "__bunch__": True}


def _scale(id: str) -> tuple[float, float]:
    """How the rows that a library loads differ from those of the catalogue.

    How standardized rows differ depends on the column (row_scales.STANDARDIZED).
    """
    return (_LARGEST.get(id, 1.0), 0.0)


def named(state: State, id: str) -> Any:
    """The rows of a data set of the catalogue: a dict of columns, as generated scripts have it."""
    data = state.data.find(id)
    if data is None:
        return None
    choose(state, id)
    return {
        column.name: Array((data.rows, *column.shape), column.dtype, id, column.name)
        for column in data.columns
    }


def choose(state: State, id: str) -> None:
    """Make a data set of the catalogue the one that the document trains on; the first counts."""
    if state.data.find(id) is not None and "data" not in state.settings:
        state.journal.put(state.settings, "data", id)


def _is_missing(function: Function) -> bool:
    """Whether a function is still to be written: it only raises NotImplementedError."""
    body = function.node.body
    return isinstance(body, list) and isinstance(body[-1], ast.Raise) and len(body) <= 2  # noqa: PLR2004


_FROM_FILES = (
    *("load_table", "load_sheet", "load_open_sheet", "load_parquet", "load_json"),
    *("load_images", "load_labelled_images", "load_images_with_masks"),
    *("load_texts", "load_lines", "load_characters", "load_npz", "load_npy"),
)
"""Functions of generated scripts that read the file that a person brought."""


def own_function(state: State, function: Function, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """The value of a helper function of generated scripts; None to interpret its body."""
    name = function.name
    if name.startswith("load_") and not function.node.args.args:
        own = name == "load_data" and _is_missing(function)
        unknown = Unknown(function.node.lineno, _FROM_DATA)
        return unknown if own else named(state, name.removeprefix("load_"))
    if name == "load_arrays" and args and isinstance(args[0], str):
        return named(state, args[0].removesuffix(".npz"))
    if name in _FROM_FILES and args and isinstance(args[0], str):
        paths = {table.path: id for id, table in state.data.tables.items()}
        paths |= {archive.path: id for id, archive in state.data.archives.items()}
        return named(state, paths.get(args[0], ""))
    if name in ("cut_windows", "unpack") and args:
        return args[0]
    if name == "balanced_weights":
        return Balanced(function.node.lineno, _FROM_DATA)
    if name == "row_weights":
        return RowWeights(function.node.lineno, _FROM_DATA, weights=(*args, None, None)[1])
    if name == "split_rows":
        arguments = dict(zip(("rows", "fraction", "seed"), args, strict=False)) | kwargs
        state.journal.put(state.settings, "split", arguments.get("fraction"))
        rows = Unknown(function.node.lineno, _FROM_DATA)
        return (rows, rows)
    if name in _DIVISIONS:
        return _three_parts(state, function, args)
    return preparing.call(state, name, args, kwargs)


def _three_parts(state: State, function: Function, args: list[Any]) -> Any:
    """What a function of generated scripts that divides rows into three parts says."""
    by = _DIVISIONS[function.name]
    column = args[0].column if args and isinstance(args[0], Array) else ""
    first = 2 if by == "column" else 1
    shares = (*args[first : first + 2], None, None)
    state.journal.put(state.settings, "split", shares[0])
    state.journal.put(state.settings, "test_split", shares[1])
    state.journal.put(state.settings, "division", {"by": by, "column": column or ""})
    rows = Unknown(function.node.lineno, _FROM_DATA)
    return (rows, rows, rows)
