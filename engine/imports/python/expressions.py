"""Interpret the expressions of Python source that consist of constants and Keras calls.

Nothing is executed or imported. The values are those of engine.imports.python.values; results of
other libraries are `Unknown`, which is an error only where a layer needs the value. The number of
steps and the sizes of values are bounded.
"""

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from engine.data.catalogue import DataSets
from engine.imports.python import constants
from engine.imports.python.values import (
    Call,
    EndlessError,
    Function,
    Layer,
    Method,
    Model,
    Path,
    ReadError,
    Rows,
    Tensor,
    Unknown,
)
from engine.problems import phrase

MAX_STEPS = 200_000

Caller = Callable[["Expressions", Any, list[Any], dict[str, Any], int], Any]


class Expressions(ABC):
    """Owns the state of one interpretation: scopes, the tape of layer calls, models, settings.

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

    @abstractmethod
    def function(
        self, function: Function, args: list[Any], kwargs: dict[str, Any], line: int
    ) -> Any:
        """Call a function that is defined in the source."""

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

    def value(self, node: ast.expr) -> Any:  # noqa: C901, PLR0912
        """The value of an expression."""
        self._step(node.lineno)
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self._name(name, node.lineno)
            case ast.Attribute(value=owner, attr=name):
                return self._attribute_of(self.value(owner), name, node.lineno)
            case ast.List(elts=items):
                return self._weighed(list(self._items(items)), node.lineno)
            case ast.Tuple(elts=items):
                return self._weighed(tuple(self._items(items)), node.lineno)
            case ast.Dict(keys=keys, values=values):
                return self._weighed(self._dict(keys, values), node.lineno)
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(op, self.value(left), self.value(right), node.lineno)
            case ast.UnaryOp(op=op, operand=operand):
                return self._unary(op, self.value(operand), node.lineno)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compare(op, self.value(left), self.value(right), node.lineno)
            case ast.BoolOp():
                return self._bool(node)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.value(body if self._truth(test) else orelse)
            case ast.Subscript(value=owner, slice=index):
                return self._item(self.value(owner), index, node.lineno)
            case ast.JoinedStr(values=parts):
                return self._joined(parts, node.lineno)
            case (
                ast.ListComp(elt=item, generators=[loop])
                | ast.GeneratorExp(elt=item, generators=[loop])
            ):
                return self._weighed(list(self._comprehension(item, loop)), node.lineno)
            case ast.Lambda():
                return Function(node, self._scope)
            case ast.Call():
                return self._called(node)
            case ast.NamedExpr(target=target, value=value):
                result = self.value(value)
                self._assign(target, result)
                return result
            case _:
                return Unknown(node.lineno, phrase("this kind of expression is not read"))

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

    def _items(self, items: list[ast.expr]) -> Iterator[Any]:
        for item in items:
            if isinstance(item, ast.Starred):
                inner = self.value(item.value)
                if not isinstance(inner, list | tuple):
                    raise ReadError(item.lineno, phrase("the unpacked value is not a list"))
                self._step(item.lineno, len(inner))
                yield from inner
            else:
                yield self.value(item)

    def _joined(self, parts: list[ast.expr], line: int) -> str | Unknown:
        """The value of an f-string; unknown when one of its values is."""
        texts: list[str] = []
        length = 0
        for part in parts:
            text = self._part(part, line)
            if isinstance(text, Unknown):
                return text
            length += len(text)
            constants.check_text(length, line)
            texts.append(text)
        whole = "".join(texts)
        self._weighed(whole, line)
        return whole

    def _part(self, part: ast.expr, line: int) -> str | Unknown:
        """One part of an f-string: literal text, or a formatted value."""
        if not isinstance(part, ast.FormattedValue):
            return str(self.value(part))
        spec = self.value(part.format_spec) if part.format_spec else ""
        value = self.value(part.value)
        for unknown in (spec, value):
            if isinstance(unknown, Unknown):
                return unknown
        return constants.formatted(value, part.conversion, spec, line)

    def _dict(self, keys: list[ast.expr | None], values: list[ast.expr]) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key, value in zip(keys, values, strict=True):
            if key is None:
                inner = self.value(value)
                if isinstance(inner, dict):
                    self._step(value.lineno, len(inner))
                    result |= inner
            else:
                name = constants.key(self.value(key), key.lineno)
                result[name] = self.value(value)
        return result

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

    def _bool(self, node: ast.BoolOp) -> Any:
        value: Any = None
        for part in node.values:
            value = self.value(part)
            if isinstance(value, Unknown) or bool(value) == isinstance(node.op, ast.Or):
                return value
        return value

    def _truth(self, node: ast.expr) -> bool:
        value = self.value(node)
        if isinstance(value, Unknown):
            raise ReadError(
                node.lineno, phrase("the condition is not a constant: {why}", why=value.why)
            )
        return bool(value)

    def _item(self, owner: Any, index: ast.expr, line: int) -> Any:
        if isinstance(owner, Rows):
            column = self.value(index) if isinstance(index, ast.Constant) else owner.column
            return replace(owner, column=str(column) if column is not None else None)
        if isinstance(owner, Unknown):
            return owner
        key = self._key(index)
        if isinstance(owner, Tensor):
            return self._call(self, Path("keras.ops.get_item"), [owner, key], {}, line)
        if not isinstance(owner, list | tuple | dict | str):
            return Unknown(line, phrase("the indexed value is not a constant"))
        try:
            item = owner[key]
        except (LookupError, TypeError, ValueError):
            raise ReadError(line, phrase("there is no such item")) from None
        return self._weighed(item, line) if isinstance(key, slice) else item

    def _key(self, index: ast.expr) -> Any:
        """The key between brackets: a value, a slice, or a tuple of these."""
        match index:
            case ast.Slice(lower=lower, upper=upper, step=step):
                return slice(*(self.value(part) if part else None for part in (lower, upper, step)))
            case ast.Tuple(elts=parts):
                return tuple(self._key(part) for part in parts)
        key = self.value(index)
        new_axis = isinstance(key, Path) and key.dotted.endswith(".newaxis")
        return None if new_axis else key

    def _comprehension(self, item: ast.expr, loop: ast.comprehension) -> Iterator[Any]:
        items = self.value(loop.iter)
        if not isinstance(items, list | tuple | dict | str):
            raise ReadError(item.lineno, phrase("the loop's bounds are not constants"))
        for value in list(items):
            self._assign(loop.target, value)
            if all(self._truth(test) for test in loop.ifs):
                yield self.value(item)

    def _called(self, node: ast.Call) -> Any:
        called = self.value(node.func)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "adapt":
            return Unknown(
                node.lineno, phrase("the result of adapt(…) is known only after training")
            )
        args = list(self._items(node.args))
        kwargs = self._keywords(node.keywords)
        match called:
            case Function():
                return self.function(called, args, kwargs, node.lineno)
            case Method(owner=Model() | Layer()):
                return self._call(self, called, args, kwargs, node.lineno)
            case Method(owner=owner, name=name):
                self._weighed([owner, args, kwargs], node.lineno)
                return constants.method(owner, name, args, kwargs, node.lineno)
            case Path(dotted=dotted) if dotted.startswith("builtins."):
                if any(isinstance(value, Unknown) for value in args):
                    return Unknown(node.lineno, phrase("its value comes from data"))
                self._weighed([args, kwargs], node.lineno)
                name = dotted.removeprefix("builtins.")
                result = constants.builtin(name, args, kwargs, node.lineno)
                return self._weighed(result, node.lineno)
            case Unknown():
                return Unknown(node.lineno, called.why)
            case _:
                return self._call(self, called, args, kwargs, node.lineno)

    def _keywords(self, keywords: list[ast.keyword]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for keyword in keywords:
            value = self.value(keyword.value)
            if keyword.arg is not None:
                result[keyword.arg] = value
            elif isinstance(value, dict):
                self._step(keyword.value.lineno, len(value))
                result |= value
        return result

    # --- assignments ------------------------------------------------------------------------

    def _assign(self, target: ast.expr, value: Any) -> None:
        match target:
            case ast.Name(id=name):
                self._scope[name] = value
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                self._unpack(targets, value, target.lineno)
            case ast.Subscript(value=owner, slice=index):
                self._put(self.value(owner), self.value(index), value, target.lineno)
            case ast.Starred(value=inner):
                self._assign(inner, value)
            case ast.Attribute():
                pass

    def _unpack(self, targets: list[ast.expr], value: Any, line: int) -> None:
        if isinstance(value, Unknown):
            values: list[Any] = [value] * len(targets)
        elif isinstance(value, list | tuple) and (unpacked := _unpacked(targets, list(value))):
            self._step(line, len(value))
            values = unpacked
        else:
            raise ReadError(
                line, phrase("the value can't be unpacked into {count} names", count=len(targets))
            )
        for target, item in zip(targets, values, strict=True):
            self._assign(target, item)

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


def _unpacked(targets: list[ast.expr], values: list[Any]) -> list[Any] | None:
    """The value for each target, a list for a starred one; None when the numbers don't match."""
    stars = [index for index, target in enumerate(targets) if isinstance(target, ast.Starred)]
    surplus = len(values) - len(targets)
    if not stars:
        return values if surplus == 0 else None
    first, last = stars[0], stars[0] + surplus + 1
    return [*values[:first], values[first:last], *values[last:]] if surplus >= -1 else None


def canonical(dotted: str) -> str:
    """The path as in Keras 3: tensorflow.keras, keras.api and keras.src become keras."""
    parts = dotted.split(".")
    if "keras" in parts and parts[0] in ("tensorflow", "keras"):
        last = len(parts) - 1 - parts[::-1].index("keras")
        parts = parts[last:]
        if parts[1:2] in (["api"], ["src"]):
            parts = ["keras", *parts[2:]]
    return ".".join(parts)
