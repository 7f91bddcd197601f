"""Interpret the expressions of Python source that consist of constants and Keras calls.

Nothing is executed or imported. The values are those of engine.imports.python.values; results of
other libraries are `Unknown`, which is an error only where a layer needs the value.
"""

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from engine.imports.python import constants
from engine.imports.python.interpretation import Interpretation
from engine.imports.python.values import (
    Function,
    Layer,
    Method,
    Model,
    Path,
    ReadError,
    Rows,
    Unknown,
)
from engine.problems import phrase


class Expressions(Interpretation, ABC):
    """Evaluates expressions, and assigns values to targets."""

    @abstractmethod
    def function(
        self, function: Function, args: list[Any], kwargs: dict[str, Any], line: int
    ) -> Any:
        """Call a function that is defined in the source."""

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
        return owner if isinstance(owner, Unknown) else self._get(owner, self._key(index), line)

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


def _unpacked(targets: list[ast.expr], values: list[Any]) -> list[Any] | None:
    """The value for each target, a list for a starred one; None when the numbers don't match."""
    stars = [index for index, target in enumerate(targets) if isinstance(target, ast.Starred)]
    surplus = len(values) - len(targets)
    if not stars:
        return values if surplus == 0 else None
    first, last = stars[0], stars[0] + surplus + 1
    return [*values[:first], values[first:last], *values[last:]] if surplus >= -1 else None
