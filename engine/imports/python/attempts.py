"""`try` statements: what a program does that succeeds, and where its imports may fail."""

import ast
import builtins
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from engine.imports.python.control import Flow, either
from engine.imports.python.inheritance import resolution_order
from engine.imports.python.journal import Changes
from engine.imports.python.state import State
from engine.imports.python.unknown import Path, RaisedError, Unknown
from engine.imports.python.values import Class, Function, Instance
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
        flow = _either(state, node, *found) if (found := _doubtful(node)) else _attempt(state, node)
    except RaisedError as error:
        handler = _handler_of(state, node.handlers, error.kind)
        if handler is None:
            state.run(node.finalbody)
            raise
        flow = _handle(state, handler)
    last = state.run(node.finalbody)
    return flow if last is Flow.NEXT else last


def _attempt(state: State, node: ast.Try) -> Flow:
    """Interpret the body. Where it may raise, what it changes is unknown, and so is what its
    handlers change."""
    outer, state.doubtful_raises = state.doubtful_raises, []
    state.caught.append(tuple(_caught(node.handlers)))
    state.journal.begin()
    try:
        flow: Flow = state.run(node.body)
    except BaseException:
        state.journal.commit()
        raise
    finally:
        state.caught.pop()
        doubts, state.doubtful_raises = state.doubtful_raises, outer
    if not doubts or not node.handlers:
        state.journal.commit()
        state.doubtful_raises += doubts
        return state.run(node.orelse) if flow is Flow.NEXT else flow
    state.journal.join([Changes({}), state.journal.rollback()], doubts[0])
    if flow is Flow.NEXT:
        flow = state.run(node.orelse)
    ways = [lambda handler=handler: _handle(state, handler) for handler in node.handlers]
    return either(state, doubts[0], [lambda: flow, *ways])


def kind_of(state: State, error: ast.expr | None) -> Any:
    """The class of the exception that a `raise` statement raises, None where it is not known."""
    kind = state.value(error.func if isinstance(error, ast.Call) else error) if error else None
    if isinstance(kind, Instance):
        return kind.cls
    return kind if isinstance(kind, Path | Class) else None


def _caught(handlers: Iterable[ast.ExceptHandler]) -> Iterator[type[BaseException]]:
    """The classes of Python among those that handlers catch."""
    for handler in handlers:
        if handler.type is None:
            yield BaseException
        for kind in _types(handler):
            found = getattr(builtins, kind.id, None) if isinstance(kind, ast.Name) else None
            if isinstance(found, type) and issubclass(found, BaseException):
                yield found


def _types(handler: ast.ExceptHandler) -> list[ast.expr]:
    if isinstance(handler.type, ast.Tuple):
        return handler.type.elts
    return [handler.type] if handler.type is not None else []


def _handler_of(
    state: State, handlers: Iterable[ast.ExceptHandler], kind: Any
) -> ast.ExceptHandler | None:
    """The first handler that catches an exception of a class, or that may catch it.

    Where none does and nothing else would, an earlier statement raised another exception: the
    program is assumed to succeed.
    """
    for handler in handlers:
        if handler.type is None or kind is None:
            return handler
        if any(_is_subclass(kind, state.value(other)) is not False for other in _types(handler)):
            return handler
    raised = _of_python(kind)
    outer = [caught for kinds in state.caught for caught in kinds]
    is_caught = any(raised is None or issubclass(raised, caught) for caught in outer)
    return None if is_caught else next(iter(handlers), None)


def _is_subclass(kind: Any, other: Any) -> bool | None:
    """Whether a class of exceptions is one of another; None where that is not known."""
    if isinstance(kind, Class):
        if isinstance(other, Class):
            return other in resolution_order(kind)
        bases = [base for cls in resolution_order(kind) for base in cls.bases]
        answers = [_is_subclass(base, other) for base in bases if not isinstance(base, Class)]
        return True if True in answers else (None if None in answers else False)
    if not isinstance(kind, Path) or isinstance(other, Class):
        return False if isinstance(kind, Path) else None
    first, second = (_of_python(path) for path in (kind, other))
    return issubclass(first, second) if first and second else None


def _of_python(path: Any) -> type[BaseException] | None:
    module, _, name = path.dotted.rpartition(".") if isinstance(path, Path) else ("", "", "")
    found = getattr(builtins, name, None) if module == "builtins" else None
    return found if isinstance(found, type) and issubclass(found, BaseException) else None


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
