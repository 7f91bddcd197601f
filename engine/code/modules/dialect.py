"""How a library spells what both PyTorch and JAX have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.code.modules.building import Operand, call
from engine.code.syntax.tree import Expression
from engine.values import Json


@dataclass(frozen=True)
class Dialect:
    """The names of functions and of their arguments.

    `axis` and `keep` are what Keras calls `axis` and `keepdims`. `functions` has the paths of
    functions by Keras's names ("relu", "ops.exp"), and `options` arguments that some of them need.
    `array` returns numbers as a tensor that can be combined with another one.
    """

    axis: str
    keep: str
    functions: Mapping[str, str]
    array: Callable[[Expression, Json], Expression]
    options: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    flattens: bool = False
    """Whether a tensor has a method `flatten` that may leave the batch alone."""
    draws: Mapping[str, Expression] = field(default_factory=dict)
    """What a layer is given whose first weights are drawn."""
    bounds: tuple[str, str] = ("max", "min")
    """What limits a value from above and from below, as arguments of `ops.clip`."""

    def has(self, name: str) -> bool:
        """Whether the library has a function for this name of Keras."""
        return name in self.functions

    def call(
        self, name: str, *values: Expression | Json, **keywords: Expression | Json
    ) -> Expression:
        """Call the function for this name of Keras."""
        options = {**self.options.get(name, {}), **keywords}
        return call(self.functions[name], *values, **options)

    def along(self, axis: Json, keep: bool = False) -> dict[str, Operand]:
        """The arguments of a function that works along axes."""
        kept: dict[str, Operand] = {self.keep: True} if keep else {}
        return {self.axis: axis, **kept}
