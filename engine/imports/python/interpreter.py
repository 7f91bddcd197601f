"""Follows Python source by reading its syntax tree, as far as constants, loops and functions go.

Statements are here, and what their expressions stand for is in `expressions`. Nothing is executed
or imported; steps, depth and sizes are bounded.
"""

import ast
from collections.abc import Callable
from typing import Any

from engine.data.catalogue import DataSets
from engine.imports.python.expressions import Caller, Expressions, canonical
from engine.imports.python.values import (
    EndlessError,
    Function,
    Path,
    ReadError,
    Unknown,
)

MAX_CALLS = 60


class _ReturnError(Exception):
    """Carries a function's value out of its statements."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class _LoopError(Exception):
    """Carries `break` and `continue` out of a loop's statements."""

    def __init__(self, *, go_on: bool) -> None:
        super().__init__()
        self.go_on = go_on


class Interpreter(Expressions):
    """Follows statements; a line that can't be read is noted in `problems` and passed over."""

    def __init__(
        self, call: Caller, attribute: Callable[[Any, str, int], Any], data: DataSets
    ) -> None:
        super().__init__(call, attribute, data)
        self.problems: dict[int, str] = {}  # line → why

    def run(self, body: list[ast.stmt]) -> None:
        """Follow statements in order; one that can't be read is noted and passed over."""
        for statement in body:
            self._step(statement.lineno)
            try:
                self._statement(statement)
            except EndlessError:
                raise
            except ReadError as error:
                self.problems.setdefault(error.line, error.why)
                self._forget(statement)

    def run_functions(self) -> None:
        """Follow the functions that nobody called and that need no argument."""
        for function in [one for one in self._scopes[0].values() if isinstance(one, Function)]:
            wanted = function.node.args
            if len(wanted.args) == len(wanted.defaults) and not wanted.kwonlyargs:
                try:
                    self.function(function, [], {}, function.node.lineno)
                except EndlessError:
                    raise
                except ReadError as error:
                    self.problems.setdefault(error.line, error.why)

    def _forget(self, statement: ast.stmt) -> None:
        """What a statement that failed would have named is not known."""
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self._scope[node.id] = Unknown(statement.lineno, "its line could not be read")

    def _statement(self, node: ast.stmt) -> None:  # noqa: C901, PLR0912
        match node:
            case ast.Expr(value=value):
                self.value(value)
            case ast.Assign(targets=targets, value=value):
                result = self.value(value)
                for target in targets:
                    self._assign(target, result)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, self.value(value))
            case ast.AugAssign(target=target, op=op, value=value):
                left = self.value(_loaded(target))
                self._assign(target, self._binary(op, left, self.value(value), node.lineno))
            case ast.Import(names=names):
                for name in names:
                    path = name.name if name.asname else name.name.partition(".")[0]
                    self._scope[name.asname or path] = Path(canonical(path))
            case ast.ImportFrom(module=module, names=names):
                for name in names:
                    path = canonical(f"{module or ''}.{name.name}")
                    self._scope[name.asname or name.name] = Path(path)
            case ast.FunctionDef(name=name):
                self._scope[name] = Function(node, self._scope)
            case ast.ClassDef(name=name):
                self._class(node, name)
            case ast.Return(value=value):
                raise _ReturnError(self.value(value) if value else None)
            case ast.If(test=test, body=body, orelse=orelse):
                self.run(body if self._truth(test) else orelse)
            case ast.For():
                self._for(node)
            case ast.Break() | ast.Continue():
                raise _LoopError(go_on=isinstance(node, ast.Continue))
            case ast.With(items=items, body=body):
                for item in items:
                    if item.optional_vars is not None:
                        self._assign(item.optional_vars, Unknown(node.lineno, "a with statement"))
                self.run(body)
            case ast.Try(body=body):
                self.run(body)
            case ast.While() | ast.AsyncFunctionDef() | ast.AsyncFor() | ast.Match():
                raise ReadError(node.lineno, "this kind of statement is not followed")
            case _:
                pass

    def _class(self, node: ast.ClassDef, name: str) -> None:
        self._scope[name] = Unknown(node.lineno, f"“{name}” is a class of its own")
        bases = [self.value(base) for base in node.bases]
        if any(isinstance(base, Path) and base.dotted.startswith("keras.") for base in bases):
            raise ReadError(node.lineno, f"“{name}” is a class of its own, which can't be drawn")

    def _for(self, node: ast.For) -> None:
        items = self.value(node.iter)
        if not isinstance(items, list | tuple | dict | str):
            raise ReadError(node.lineno, "the loop's bounds are not constants")
        for item in list(items):
            self._assign(node.target, item)
            try:
                self.run(node.body)
            except _LoopError as jump:
                if not jump.go_on:
                    return
        self.run(node.orelse)

    def function(
        self, function: Function, args: list[Any], kwargs: dict[str, Any], line: int
    ) -> Any:
        if isinstance(function.node, ast.FunctionDef):
            known = self._call(self, function, args, kwargs, line)
            if known is not None:
                return known
        if len(self._scopes) > MAX_CALLS:
            raise ReadError(line, "functions call each other too deeply")
        scope = {**function.scope} if function.scope is not self._scopes[0] else {}
        self._scopes.append(scope)
        try:
            scope |= self._bind(function.node.args, args, kwargs, line)
            if isinstance(function.node, ast.Lambda):
                return self.value(function.node.body)
            self.run(function.node.body)
            return None
        except _ReturnError as returned:
            return returned.value
        finally:
            self._scopes.pop()

    def _bind(
        self, wanted: ast.arguments, args: list[Any], kwargs: dict[str, Any], line: int
    ) -> dict[str, Any]:
        names = [*wanted.posonlyargs, *wanted.args]
        defaults = dict(
            zip(
                [one.arg for one in names[len(names) - len(wanted.defaults) :]],
                wanted.defaults,
                strict=True,
            )
        )
        defaults |= {
            one.arg: default
            for one, default in zip(wanted.kwonlyargs, wanted.kw_defaults, strict=True)
            if default is not None
        }
        bound = {name: self.value(default) for name, default in defaults.items()}
        bound |= dict(zip([one.arg for one in names], args, strict=False))
        if wanted.vararg:
            bound[wanted.vararg.arg] = tuple(args[len(names) :])
        known = {one.arg for one in (*names, *wanted.kwonlyargs)}
        bound |= {name: value for name, value in kwargs.items() if name in known}
        if wanted.kwarg:
            bound[wanted.kwarg.arg] = {k: v for k, v in kwargs.items() if k not in known}
        for one in (*names, *wanted.kwonlyargs):
            bound.setdefault(one.arg, Unknown(line, f"“{one.arg}” was not given"))
        return bound


def _loaded(target: ast.expr) -> ast.expr:
    """An assignment's target as an expression to read."""
    return ast.copy_location(ast.parse(ast.unparse(target), mode="eval").body, target)
