"""Interpret the syntax tree of Python source: assignments, loops, conditions and functions.

Statements are interpreted here, expressions in engine.imports.python.expressions. Nothing is
executed or imported; the number of steps, the call depth and the sizes of values are bounded.
"""

import ast
from collections.abc import Callable
from typing import Any

from engine.data.catalogue import DataSets
from engine.imports.python.expressions import Expressions
from engine.imports.python.interpretation import Caller, canonical
from engine.imports.python.values import (
    EndlessError,
    Function,
    Path,
    ReadError,
    Unknown,
)
from engine.problems import Phrase, phrase

MAX_DEPTH = 60


class _ReturnError(Exception):
    """Control flow: a `return` statement with its value."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class _LoopError(Exception):
    """Control flow: a `break` or `continue` statement."""

    def __init__(self, *, is_continue: bool) -> None:
        super().__init__()
        self.is_continue = is_continue


class Interpreter(Expressions):
    """Interprets statements; one that can't be read is skipped and recorded in `problems`."""

    def __init__(
        self, call: Caller, attribute: Callable[[Any, str, int], Any], data: DataSets
    ) -> None:
        super().__init__(call, attribute, data)
        self.problems: dict[int, Phrase | str] = {}  # line → why

    def run(self, body: list[ast.stmt]) -> None:
        """Interpret statements in order; skip and record those that can't be read."""
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
        """Call the source's functions that can be called without arguments."""
        functions = [value for value in self._scopes[0].values() if isinstance(value, Function)]
        for function in functions:
            parameters = function.node.args
            if len(parameters.args) == len(parameters.defaults) and not parameters.kwonlyargs:
                try:
                    self.function(function, [], {}, function.node.lineno)
                except EndlessError:
                    raise
                except ReadError as error:
                    self.problems.setdefault(error.line, error.why)

    def _forget(self, statement: ast.stmt) -> None:
        """Make the names unknown that a failed statement assigns."""
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self._scope[node.id] = Unknown(
                    statement.lineno, phrase("its line could not be read")
                )

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
                raise _LoopError(is_continue=isinstance(node, ast.Continue))
            case ast.With(items=items, body=body):
                for item in items:
                    if item.optional_vars is not None:
                        self._assign(
                            item.optional_vars, Unknown(node.lineno, phrase("a with statement"))
                        )
                self.run(body)
            case ast.Try(body=body):
                self.run(body)
            case ast.While() | ast.AsyncFunctionDef() | ast.AsyncFor() | ast.Match():
                raise ReadError(node.lineno, phrase("this kind of statement is not read"))
            case _:
                pass

    def _class(self, node: ast.ClassDef, name: str) -> None:
        self._scope[name] = Unknown(node.lineno, phrase("“{name}” is a custom class", name=name))
        bases = [self.value(base) for base in node.bases]
        if any(isinstance(base, Path) and base.dotted.startswith("keras.") for base in bases):
            raise ReadError(
                node.lineno, phrase("“{name}” is a custom class, which can't be used", name=name)
            )

    def _for(self, node: ast.For) -> None:
        items = self.value(node.iter)
        if not isinstance(items, list | tuple | dict | str):
            raise ReadError(node.lineno, phrase("the loop's bounds are not constants"))
        for item in list(items):
            self._assign(node.target, item)
            try:
                self.run(node.body)
            except _LoopError as jump:
                if not jump.is_continue:
                    return
        self.run(node.orelse)

    def function(
        self, function: Function, args: list[Any], kwargs: dict[str, Any], line: int
    ) -> Any:
        if isinstance(function.node, ast.FunctionDef):
            result = self._call(self, function, args, kwargs, line)
            if result is not None:
                return result
        if len(self._scopes) > MAX_DEPTH:
            raise ReadError(line, phrase("functions call each other too deeply"))
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
        self, parameters: ast.arguments, args: list[Any], kwargs: dict[str, Any], line: int
    ) -> dict[str, Any]:
        """The values of a function's parameters; unknown for missing arguments."""
        positional = [param.arg for param in (*parameters.posonlyargs, *parameters.args)]
        keyword_only = [param.arg for param in parameters.kwonlyargs]
        first_default = len(positional) - len(parameters.defaults)
        defaults: dict[str, ast.expr | None] = {
            **dict(zip(positional[first_default:], parameters.defaults, strict=True)),
            **dict(zip(keyword_only, parameters.kw_defaults, strict=True)),
        }
        bound = {name: self.value(default) for name, default in defaults.items() if default}
        bound |= dict(zip(positional, args, strict=False))
        if parameters.vararg:
            bound[parameters.vararg.arg] = tuple(args[len(positional) :])
        names = {*positional, *keyword_only}
        bound |= {name: value for name, value in kwargs.items() if name in names}
        if parameters.kwarg:
            rest = {name: value for name, value in kwargs.items() if name not in names}
            bound[parameters.kwarg.arg] = rest
        for name in names:
            bound.setdefault(name, Unknown(line, phrase("“{name}” was not passed", name=name)))
        return bound


def _loaded(target: ast.expr) -> ast.expr:
    """The target of an assignment as an expression that loads its value."""
    return ast.copy_location(ast.parse(ast.unparse(target), mode="eval").body, target)
