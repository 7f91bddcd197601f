"""`try` statements: what a program does that succeeds, and where its imports may fail."""

import ast
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from engine.imports.python.control import Flow, either
from engine.imports.python.state import State
from engine.imports.python.unknown import Path, RaisedError, Unknown
from engine.imports.python.values import Class, Function
from engine.problems import phrase

_PYTHON_2 = (
    "__builtin__ ConfigParser cPickle cStringIO HTMLParser Queue StringIO Tkinter commands "
    "cookielib copy_reg exceptions future_builtins httplib sets urllib2 urlparse"
)
_INSTALLED = frozenset(
    {*sys.stdlib_module_names, *_PYTHON_2.split(), "keras", "numpy", "six", "tensorflow"}
)
"""Modules that every program with Keras can import, of its Python."""
_CATCHES = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")


def run_try(state: State, node: ast.Try) -> Flow:
    """Interpret the body; a handler only where the body raises, or may fail to import a module."""
    try:
        flow = _either(state, node, *found) if (found := _doubtful(node)) else _succeed(state, node)
    except RaisedError:
        if not node.handlers:
            state.run(node.finalbody)
            raise
        flow = _handle(state, node.handlers[0])
    last = state.run(node.finalbody)
    return flow if last is Flow.NEXT else last


def _succeed(state: State, node: ast.Try) -> Flow:
    flow: Flow = state.run(node.body)
    if flow is Flow.NEXT:
        flow = state.run(node.orelse)
    return flow


def _handle(state: State, handler: ast.ExceptHandler) -> Flow:
    if handler.name:
        why = phrase("the value of an exception")
        state.journal.put(state.scope.names, handler.name, Unknown(handler.lineno, why))
    flow: Flow = state.run(handler.body)
    return flow


def _doubtful(node: ast.Try) -> tuple[int, ast.ExceptHandler, str] | None:
    """The first statement of the body that imports a module that may be missing, its handler, and
    the module."""
    handler = next(filter(_catches_imports, node.handlers), None)
    if handler is None:
        return None
    for index, statement in enumerate(node.body):
        for module in _imported(statement):
            if module not in _INSTALLED:
                return index, handler, module
    return None


def _catches_imports(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in _CATCHES) for kind in kinds
    )


def _imported(statement: ast.stmt) -> Iterator[str]:
    """The packages that an import names; a module beside the source is there."""
    if isinstance(statement, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in statement.names)
    elif isinstance(statement, ast.ImportFrom) and not statement.level and statement.module:
        yield statement.module.partition(".")[0]


def _either(
    state: State, node: ast.Try, index: int, handler: ast.ExceptHandler, module: str
) -> Flow:
    """Interpret the body and its handler; what they leave different is unknown.

    A name that the body imports keeps its path where the handler has a substitute for it.
    """
    names = list(_names(node.body))
    seen: list[dict[str, Any]] = []

    def noted(flow: Flow) -> Flow:
        seen.append({name: state.scope.names.get(name) for name in names})
        return flow

    def succeeds() -> Flow:
        return noted(_succeed(state, node))

    def fails() -> Flow:
        flow = state.run(node.body[:index])
        return noted(_handle(state, handler) if flow is Flow.NEXT else flow)

    doubt = Unknown(
        node.lineno, phrase("whether {module} is installed is not known", module=module)
    )
    flow = either(state, doubt, [succeeds, fails])
    if len(seen) == 2:  # noqa: PLR2004 (both ways succeed)
        for name in names:
            first, other = (values[name] for values in seen)
            if isinstance(first, Path) and isinstance(other, Path | Function | Class):
                state.journal.put(state.scope.names, name, first)
    return flow


def _names(body: Iterable[ast.stmt]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for alias in statement.names:
                yield alias.asname or alias.name.partition(".")[0]
