"""Functions of itertools and operator that source calls on lists and numbers it states."""

import ast
import itertools
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from engine.imports.python import bounds, constants
from engine.imports.python.iteration import items_of
from engine.imports.python.operators import binary
from engine.imports.python.state import State
from engine.imports.python.streams import stream
from engine.imports.python.subscripts import item
from engine.imports.python.unknown import RaisedError, Rest, Unknown

Args = list[Any]
Kwargs = dict[str, Any]
MAX_ITEMS = 10_000
"""Items that a function of itertools may return."""


def _product(*lists: Any, repeat: int = 1) -> Iterable[Any]:
    return itertools.product(*lists, repeat=repeat)


def _chain(*lists: Any) -> Iterable[Any]:
    return itertools.chain(*lists)


def _of_lists(take: Callable[..., Iterable[Any]], plain: int = 0) -> Callable[..., Any]:
    """A function of lists; the last `plain` arguments are numbers."""

    def call(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
        count = len(args) - plain if plain and len(args) > 1 else len(args)
        lists = [items_of(value, line) for value in args[:count]]
        rest = next((value for items in lists for value in items if isinstance(value, Rest)), None)
        if rest is not None:
            return stream(state.journal, lambda: [rest])
        try:
            found = list(itertools.islice(take(*lists, *args[count:], **kwargs), MAX_ITEMS + 1))
            bounds.check_length(len(found) * MAX_ITEMS if len(found) > MAX_ITEMS else len(found))
        except TypeError:
            raise RaisedError("TypeError") from None
        except ValueError as error:
            raise constants.failed("itertools", error, line) from None
        state.weighed(found, line)
        return stream(state.journal, lambda: found)

    return call


def _binary(op: ast.operator) -> Callable[..., Any]:
    def call(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
        if len(args) != 2 or kwargs:  # noqa: PLR2004 (the operands)
            raise RaisedError("TypeError")
        return binary(state, op, args[0], args[1], line)

    return call


def _item(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    if len(args) != 2:  # noqa: PLR2004 (the list and the index)
        return Unknown(line, "")
    return item(state, args[0], args[1], line)


FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "itertools.product": _of_lists(_product),
        "itertools.chain": _of_lists(_chain),
        "itertools.chain.from_iterable": _of_lists(lambda lists: itertools.chain(*lists)),
        "itertools.combinations": _of_lists(itertools.combinations, 1),
        "itertools.permutations": _of_lists(itertools.permutations, 1),
        "operator.add": _binary(ast.Add()),
        "operator.sub": _binary(ast.Sub()),
        "operator.mul": _binary(ast.Mult()),
        "operator.truediv": _binary(ast.Div()),
        "operator.floordiv": _binary(ast.FloorDiv()),
        "operator.mod": _binary(ast.Mod()),
        "operator.getitem": _item,
    }
)
