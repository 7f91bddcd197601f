"""Calls of Python's builtin functions, and of functions of the standard library."""

import ast
import math
import operator
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from engine.catalogue.param_rules import words
from engine.graph.kinds import INPUT
from engine.imports.python import arrays, bounds, constants, ordering, reflection, taking
from engine.imports.python.expressions import SPREAD
from engine.imports.python.inheritance import find, resolution_order
from engine.imports.python.iteration import in_order, items_of
from engine.imports.python.names import set_attribute, set_directly
from engine.imports.python.reads import frozen, snapshot
from engine.imports.python.state import State
from engine.imports.python.streams import Stream, drained, stream
from engine.imports.python.truth import known_truth
from engine.imports.python.unknown import (
    Balanced,
    Path,
    RaisedError,
    ReadError,
    Rest,
    Unknown,
    find_unknown,
    is_open,
)
from engine.imports.python.values import (
    Array,
    Bound,
    Class,
    Function,
    Instance,
    Layer,
    Model,
    Super,
    Tensor,
)
from engine.problems import phrase

Args = list[Any]
_FROM_DATA = phrase("its value comes from data")


def builtin(state: State, name: str, args: Args, kwargs: dict[str, Any], line: int) -> Any:
    """Call a builtin function. Raises ReadError for one that can't be evaluated."""
    if name == "abs" and args and isinstance(args[0], Tensor):
        return state.call(Path("keras.ops.abs"), args, kwargs, line)
    if name in _STOPS_EARLY and args and isinstance(args[0], Stream):
        return taking.until_known(state, name, args[0], line)
    if name not in _KEEPS_STREAMS:
        args = drained(args, line, at_once=name not in _STREAMS)
    if name in _LAZY and args and not state.python_2:
        return _lazy(state, name, args, line)
    result = _builtin(state, name, args, kwargs, line)
    if name in _STREAMS and isinstance(result, list) and not state.python_2:
        return stream(state.journal, lambda: result)
    return result


def _lazy(state: State, name: str, args: Args, line: int) -> Stream:
    """`map` or `filter`, which call their function when an item is taken."""
    function = args[0].function if isinstance(args[0], Bound) else args[0]
    reads = (
        (lambda: snapshot(function.node, function.scope, *args))
        if isinstance(function, Function)
        else (lambda: frozen(args))
    )
    return stream(
        state.journal, lambda: items_of(_builtin(state, name, args, {}, line), line), reads
    )


_KEEPS_STREAMS = ("callable", "getattr", "hasattr", "isinstance", "iter", "next", "print", "type")
"""Builtins that take no items of an iterator."""
_STOPS_EARLY = ("all", "any")
_LAZY = ("filter", "map")
_STREAMS = ("enumerate", "filter", "map", "reversed", "zip")
"""Builtins that return an iterator."""


def _builtin(  # noqa: C901
    state: State, name: str, args: Args, kwargs: dict[str, Any], line: int
) -> Any:
    if special := _SPECIAL.get(name):
        return special(state, args, kwargs, line)
    if name == "zip":
        kwargs = taking.without_strict(args, kwargs)
    if key := kwargs.get("key"):
        return ordering.ordered(state, name, args, {**kwargs, "key": key}, line)
    if name in ("exit", "quit"):
        raise RaisedError("SystemExit")
    if name == "len" and args and isinstance(args[0], Array) and args[0].shape:
        size = args[0].shape[0]
        return (
            Unknown(line, phrase("the number of rows is not known"), "?") if size is None else size
        )
    if name == "set" and args and isinstance(args[0], Array):
        return arrays.call("numpy.unique", args, kwargs, line)
    if name in _KEEPS_WEIGHTS and (weights := _balanced(args)) is not None:
        return weights
    if name in _IN_ORDER:
        args = [in_order(value, line) for value in args]
    unknown = find_unknown(args) if name not in constants.STRUCTURAL else _open(args)
    unknown = unknown or kwargs.get(SPREAD)
    if unknown is not None:
        return Unknown(unknown.line, unknown.why, unknown.question)
    if name not in constants.BUILTINS or not all(isinstance(a, constants.VALUES) for a in args):
        return Unknown(line, _FROM_DATA, "?")
    state.weighed([args, kwargs], line)
    try:
        result = constants.builtin(name, args, kwargs, line)
    except ReadError:
        if name in ("int", "float"):
            state.fail(ValueError)
        raise
    return state.journal.new(state.weighed(result, line))


_IN_ORDER = ("enumerate", "list", "tuple", "zip")
_KEEPS_WEIGHTS = ("dict", "enumerate", "list", "tuple", "zip")


def _balanced(args: Args) -> Balanced | None:
    """The balanced class weights among arguments: `dict(enumerate(weights))` changes their form."""
    return next((value for value in args if isinstance(value, Balanced)), None)


def _open(args: Args) -> Unknown | None:
    for value in args:
        if isinstance(value, Unknown):
            return value
        if is_open(value):
            return find_unknown(list(value))
    return None


def _print(*_: Any) -> None:
    return None


def _isinstance(state: State, args: Args, _: Any, line: int) -> Any:
    value, kinds = args if len(args) == 2 else (Unknown(line, ""), ())  # noqa: PLR2004
    if isinstance(value, Unknown):
        return value
    listed = kinds if isinstance(kinds, tuple) else (kinds,)
    answers = [_is_a(value, kind) for kind in listed]
    if True in answers:
        return True
    return Unknown(line, phrase("the type of a value")) if None in answers else False


_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "long": (int,),
    "float": (float,),
    "str": (str,),
    "unicode": (str,),
    "basestring": (str,),
    "bool": (bool,),
    "list": (list,),
    "tuple": (tuple,),
    "dict": (dict,),
    "set": (set,),
    "bytes": (bytes,),
}


def _is_a(value: Any, kind: Any) -> bool | None:
    """Whether a value is an instance of a class; None when that is not known."""
    if isinstance(kind, Class):
        return isinstance(value, Instance) and kind in resolution_order(value.cls)
    if not isinstance(kind, Path):
        return None
    module, _, name = kind.dotted.rpartition(".")
    if module == "builtins":
        return isinstance(value, _PYTHON_TYPES[name]) if name in _PYTHON_TYPES else None
    if isinstance(value, constants.VALUES):
        return False
    if isinstance(value, Layer) and value.layer == INPUT:
        return name in (f"{INPUT}Layer", "Layer")
    if isinstance(value, Layer):
        return name in (value.layer, "Layer") if value.model is None else name in ("Layer", "Model")
    if isinstance(value, Model):
        return name in ("Model", "Layer", "Functional") or (
            name == "Sequential" and value.stack is not None
        )
    return None


def _hasattr(state: State, args: Args, _: Any, line: int) -> Any:
    value = state.attribute(args[0], args[1], line) if isinstance(args[1], str) else None
    if isinstance(args[0], Instance):
        return not isinstance(value, Unknown)
    return Unknown(line, phrase("the attributes of a value"))


def _getattr(state: State, args: Args, _: Any, line: int) -> Any:
    if not isinstance(args[1], str):
        return find_unknown(args) or Unknown(line, _FROM_DATA)
    value = state.attribute(args[0], args[1], line)
    missing = isinstance(value, Unknown) and isinstance(args[0], Instance)
    return args[2] if missing and len(args) > 2 else value  # noqa: PLR2004


def _setattr(state: State, args: Args, _: Any, line: int) -> None:
    owner, name, value = args
    if isinstance(name, str):
        set_attribute(state, owner, name, value, line)


def _map(state: State, args: Args, _: Any, line: int) -> Any:
    function, *lists = args
    columns = [items_of(value, line) for value in lists]
    if any(isinstance(value, Rest) for column in columns for value in column):
        return [next(v for column in columns for v in column if isinstance(v, Rest))]
    rows = list(zip(*columns, strict=False))
    state.step(line, len(rows))
    return [state.call(function, list(row), {}, line) for row in rows]


def _filter(state: State, args: Args, _: Any, line: int) -> Any:
    function, values = args
    kept = []
    for value in items_of(values, line):
        truth = known_truth(value if function is None else state.call(function, [value], {}, line))
        if truth is None or isinstance(value, Rest):
            kept.append(Rest(line, _FROM_DATA))
        elif truth:
            kept.append(value)
    return kept


def _type(state: State, args: Args, _: Any, line: int) -> Any:
    value = args[0] if args else None
    if isinstance(value, Instance):
        return value.cls
    if isinstance(value, Layer | Model):
        return state.attribute(value, "__class__", line)
    names = [kind.__name__ for kind in type(value).__mro__ if kind.__name__ in _PYTHON_TYPES]
    return Path(f"builtins.{names[0]}") if names else Unknown(line, _FROM_DATA)


def _iter(state: State, args: Args, _: Any, line: int) -> Any:
    value = args[0] if args else None
    if isinstance(value, Stream):
        return value
    if isinstance(value, Instance):
        method = find(value.cls, "__iter__")
        return state.call(Bound(method, (value,)), [], {}, line) if method else _unread(line)
    if len(args) == 1 and isinstance(value, list | tuple | dict | set | str | range):
        return stream(state.journal, lambda: items_of(value, line))
    return find_unknown(args) or _unread(line)


def _unread(line: int) -> Unknown:
    return Unknown(line, _FROM_DATA)


def _next(state: State, args: Args, _: Any, line: int) -> Any:
    if args and isinstance(args[0], Stream):
        return args[0].next(line, args[1:])
    return find_unknown(args) or Unknown(line, _FROM_DATA)


def _super(state: State, args: Args, _: Any, line: int) -> Any:
    if len(args) == 2 and isinstance(args[0], Class):  # noqa: PLR2004
        return Super(args[0], args[1])
    return Unknown(line, phrase("super() outside of a method"))


def _callable(state: State, args: Args, _: Any, line: int) -> Any:
    value = args[0] if args else None
    if isinstance(value, Unknown):
        return value
    return isinstance(value, Function | Bound | Class | Path | Layer | Model)


def set_raw(state: State, args: Args, _: Any, line: int) -> None:
    """`object.__setattr__(value, name, new)`."""
    owner, name, value = args
    if isinstance(name, str):
        set_directly(state, owner, name, value, line)


_SPECIAL: MappingProxyType[str, Callable[..., Any]] = MappingProxyType(
    {
        "__import__": reflection.imported,
        "callable": _callable,
        "delattr": reflection.delete,
        "eval": reflection.evaluate,
        "exec": reflection.execute,
        "filter": _filter,
        "getattr": _getattr,
        "globals": reflection.names_of,
        "hasattr": _hasattr,
        "isinstance": _isinstance,
        "iter": _iter,
        "locals": reflection.local_names,
        "map": _map,
        "next": _next,
        "print": _print,
        "setattr": _setattr,
        "super": _super,
        "type": _type,
        "vars": reflection.attributes_of,
    }
)

# --- numbers --------------------------------------------------------------------------------------

_NUMBERS: dict[str, Callable[..., Any]] = {
    **{
        name: getattr(math, name)
        for name in words("ceil exp fabs floor gcd log log10 log2 pow sqrt tanh sin cos isnan prod")
    },
    "abs": abs,
    "int": int,
    "int32": int,
    "int64": int,
    "float64": float,
    "power": lambda base, exponent: constants.binary(ast.Pow(), base, exponent, 0),
    "round": round,
    "around": round,
    "max": max,
    "min": min,
    "maximum": max,
    "minimum": min,
    "sum": sum,
    "mean": lambda values: sum(values) / len(values),
}


_LIKE_TENSORS: dict[str, Callable[..., Any]] = {
    **{name: getattr(math, name) for name in words("sqrt exp log")},
    "equal": operator.eq,
    "not_equal": operator.ne,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "less": operator.lt,
    "less_equal": operator.le,
}
_OF_TENSORS = ("tensorflow", "tensorflow.math", "keras.ops", "keras.backend")
"""Modules whose functions of a number return a tensor without axes, which computes like it."""


def number(dotted: str, args: Args, line: int) -> Any:
    """Call a function of numbers; None for one that is not known here."""
    module, _, name = dotted.rpartition(".")
    if module in _OF_TENSORS:
        function = _LIKE_TENSORS.get(name)
    else:
        function = _NUMBERS.get(name) if module in ("math", "numpy") else None
    if function is None or not args or not all(_numeric(value) for value in args):
        return None
    try:
        bounds.check_operands(*args)
        result = float(function(*args)) if name in ("ceil", "floor") and module == "numpy" else (
            function(*args)
        )  # fmt: skip
        bounds.check_operands(result)
    except (ArithmeticError, TypeError, ValueError) as error:
        raise constants.failed(name, error, line) from None
    return result


def _numeric(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(isinstance(inner, int | float) for inner in value)
    return isinstance(value, int | float)
