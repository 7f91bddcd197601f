"""Causal masks that source computes: comparisons of positions, which attention layers can compute.

`i >= j` of a column and a row of the numbers 0, 1, … is the mask that `use_causal_mask=True` stands
for. Source gives it a type and an axis for the examples before it passes it to the layer.
"""

import ast
from dataclasses import dataclass, replace
from typing import Any

from engine.catalogue import load
from engine.imports.python.axes import Positions, Size
from engine.imports.python.unknown import Opaque, Unknown
from engine.problems import phrase
from engine.values.named import is_integer

Args = list[Any]
Kwargs = dict[str, Any]
Numbers = Positions | range
Offset = frozenset[tuple[Any, int]]
"""What is added to positions: how many times each size; that of 1 is the sum of the integers."""
_ALL = slice(None)
USE_CAUSAL_MASK = "use_causal_mask"


@dataclass(frozen=True)
class Grid(Opaque):
    """Positions along the rows or the columns of a matrix, plus an offset."""

    numbers: Numbers
    is_column: bool
    line: int
    offset: Offset = frozenset()

    @property
    def unknown(self) -> Unknown:
        """The unknown value that everything else computes from it."""
        return Unknown(self.line, phrase("a constant tensor of positions"))


@dataclass(frozen=True)
class CausalMask(Opaque):
    """True where the column is not after the row; `dtype` is what it was cast to."""

    numbers: Numbers
    line: int
    dtype: Any = None
    has_batch: bool = False

    @property
    def unknown(self) -> Unknown:
        """The unknown value that everything else computes from it."""
        return Unknown(self.line, phrase("a constant tensor of positions"))


def item(owner: Any, key: Any, line: int) -> Grid | None:
    """`positions[:, None]` and `positions[None, :]`; None for other subscripts."""
    if not isinstance(owner, Positions | range) or key not in ((_ALL, None), (None, _ALL)):
        return None
    return Grid(owner, key[1] is None, line)


def shifted(op: ast.operator, left: Any, right: Any, line: int) -> Grid | None:
    """Positions plus or minus a size; None for other operands."""
    if isinstance(left, Positions | range):
        left = Grid(left, is_column=False, line=line)
    if not isinstance(left, Grid) or not isinstance(op, ast.Add | ast.Sub):
        return None
    if not isinstance(right, Size) and not is_integer(right):
        return None
    key, count = (right, 1) if isinstance(right, Size) else (1, right)
    counts = dict(left.offset)
    counts[key] = counts.get(key, 0) + (count if isinstance(op, ast.Add) else -count)
    return replace(left, offset=frozenset((key, n) for key, n in counts.items() if n))


def compared(op: ast.cmpop, left: Any, right: Any, line: int) -> CausalMask | None:
    """`column >= row` and `row <= column` of the same positions; None for other comparisons."""
    if isinstance(op, ast.LtE):
        left, right = right, left
    elif not isinstance(op, ast.GtE):
        return None
    if isinstance(right, Positions | range):
        right = Grid(right, is_column=False, line=line)
    if not (isinstance(left, Grid) and isinstance(right, Grid)):
        return None
    is_causal = left.is_column and not right.is_column
    same = (left.numbers, left.offset) == (right.numbers, right.offset)
    return CausalMask(left.numbers, line) if is_causal and same else None


def call(dotted: str, args: Args, kwargs: Kwargs, line: int) -> CausalMask | None:
    """The mask after a function that only changes its type or the axis of the examples."""
    name, values = dotted.rpartition(".")[2], [*args, *kwargs.values()]
    if name == "greater_equal" and len(values) > 1:
        return compared(ast.GtE(), values[0], values[1], line)
    if name == "less_equal" and len(values) > 1:
        return compared(ast.LtE(), values[0], values[1], line)
    mask = values[0] if values else None
    if not isinstance(mask, CausalMask):
        return None
    if name == "cast" and len(values) > 1:
        return replace(mask, dtype=values[1])
    # Repeating it fits scores only where that adds examples.
    if name == "tile" and mask.has_batch:
        return mask
    adds_batch = name == "expand_dims" and values[1:] == [0]
    if adds_batch or (name in ("reshape", "broadcast_to") and _is_matrix(mask, values[1:])):
        return replace(mask, has_batch=True)
    return None


def _is_matrix(mask: CausalMask, shape: list[Any]) -> bool:
    """Whether the last two axes of a shape are those of the mask."""
    length = len(mask.numbers) if isinstance(mask.numbers, range) else mask.numbers.size
    sizes = shape[0] if shape and isinstance(shape[0], list | tuple) else ()
    return len(sizes) == 3 and list(sizes[1:]) == [length, length]  # noqa: PLR2004


def attended(layer: str, kwargs: Kwargs) -> Kwargs:
    """The call arguments of a layer, where a causal mask is what the layer computes itself."""
    entry = load().layer(layer)
    attends = entry is not None and any(param.name == USE_CAUSAL_MASK for param in entry.params)
    if not attends or not isinstance(kwargs.get("attention_mask"), CausalMask):
        return kwargs
    others = {name: value for name, value in kwargs.items() if name != "attention_mask"}
    return others | {USE_CAUSAL_MASK: True}
