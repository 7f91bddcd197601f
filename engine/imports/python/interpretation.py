"""The state of an interpretation, and the operations on its values.

The number of steps and the sizes of values are bounded.
"""

import ast
from collections.abc import Callable
from typing import Any

from engine.data.catalogue import DataSets
from engine.imports.python import constants
from engine.imports.python.values import (
    Call,
    EndlessError,
    Layer,
    Method,
    Model,
    Path,
    ReadError,
    Tensor,
    Unknown,
)
from engine.problems import phrase

MAX_STEPS = 200_000

Caller = Callable[["Interpretation", Any, list[Any], dict[str, Any], int], Any]


class Interpretation:
    """Owns the state of an interpretation: scopes, the tape of layer calls, models, settings.

    `call` evaluates calls of library functions, layers and models (see calls.py), `attribute`
    attributes of models, layers and tensors.
    """

    def __init__(
        self, call: Caller, attribute: Callable[[Any, str, int], Any], data: DataSets
    ) -> None:
        self.tape: list[Call] = []
        self.models: list[Model] = []
        self.settings: dict[str, Any] = {}
        self.data = data
        self._call, self._attribute = call, attribute
        self._scopes: list[dict[str, Any]] = [{"__name__": "__main__"}]
        self._steps = 0

    def _step(self, line: int, count: int = 1) -> None:
        self._steps += count
        if self._steps > MAX_STEPS:
            raise EndlessError(
                line, phrase("the source takes more than {limit:,} steps to read", limit=MAX_STEPS)
            )

    def _weighed(self, value: Any, line: int) -> Any:
        """The value itself; its nested values count as steps, because x = [x, x] grows fast."""
        self._step(line, constants.weight(value, MAX_STEPS))
        return value

    def _name(self, name: str, line: int) -> Any:
        for scope in (self._scope, self._scopes[0]):
            if name in scope:
                return scope[name]
        if name in constants.BUILTINS:
            return Path(f"builtins.{name}")
        return Unknown(line, phrase("“{name}” is not defined in this source", name=name))

    def _attribute_of(self, owner: Any, name: str, line: int) -> Any:
        if isinstance(owner, Path):
            return Path(canonical(f"{owner.dotted}.{name}"))
        if isinstance(owner, Model | Layer | Tensor):
            return self._attribute(owner, name, line)
        if isinstance(owner, list | dict | str | tuple):
            return Method(owner, name)
        return (
            owner
            if isinstance(owner, Unknown)
            else Unknown(line, phrase("“.{name}” is not read", name=name))
        )

    def _binary(self, op: ast.operator, left: Any, right: Any, line: int) -> Any:
        for side in (left, right):
            if isinstance(side, Unknown):
                return side
        if isinstance(left, Tensor) or isinstance(right, Tensor):
            return self._call(self, op, [left, right], {}, line)
        return self._weighed(constants.binary(op, left, right, line), line)

    def _unary(self, op: ast.unaryop, value: Any, line: int) -> Any:
        if isinstance(value, Tensor):
            return self._call(self, op, [value], {}, line)
        return value if isinstance(value, Unknown) else constants.unary(op, value, line)

    def _compare(self, op: ast.cmpop, left: Any, right: Any, line: int) -> Any:
        for side in (left, right):
            if isinstance(side, Unknown):
                return side
        if isinstance(left, Tensor) or isinstance(right, Tensor):
            return self._call(self, op, [left, right], {}, line)
        self._weighed([left, right], line)
        return constants.compare(op, left, right, line)

    def _get(self, owner: Any, key: Any, line: int) -> Any:
        """Evaluate `owner[key]`."""
        if isinstance(owner, Tensor):
            return self._call(self, Path("keras.ops.get_item"), [owner, key], {}, line)
        if not isinstance(owner, list | tuple | dict | str):
            return Unknown(line, phrase("the indexed value is not a constant"))
        try:
            item = owner[key]
        except (LookupError, TypeError, ValueError):
            raise ReadError(line, phrase("there is no such item")) from None
        return self._weighed(item, line) if isinstance(key, slice) else item

    def _put(self, owner: Any, index: Any, value: Any, line: int) -> None:
        """Evaluate `owner[index] = value`; os.environ may set the backend."""
        if owner == Path("os.environ"):
            self.settings[str(constants.key(index, line))] = value
        elif isinstance(owner, dict):
            owner[constants.key(index, line)] = value
        elif (
            isinstance(owner, list) and isinstance(index, int) and -len(owner) <= index < len(owner)
        ):
            owner[index] = value

    @property
    def _scope(self) -> dict[str, Any]:
        return self._scopes[-1]


def canonical(dotted: str) -> str:
    """The path as in Keras 3: tensorflow.keras, keras.api and keras.src become keras."""
    parts = dotted.split(".")
    if "keras" in parts and parts[0] in ("tensorflow", "keras"):
        last = len(parts) - 1 - parts[::-1].index("keras")
        parts = parts[last:]
        if parts[1:2] in (["api"], ["src"]):
            parts = ["keras", *parts[2:]]
    return ".".join(parts)
