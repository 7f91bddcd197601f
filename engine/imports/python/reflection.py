"""What source does to its own names and attributes by Python's reflection: exec, globals, vars."""

import ast
from dataclasses import dataclass
from typing import Any

from engine.imports.python import replaced
from engine.imports.python.inheritance import find
from engine.imports.python.state import State
from engine.imports.python.syntax import parse
from engine.imports.python.unknown import Path, RaisedError, Unknown
from engine.imports.python.values import (
    Bound,
    Class,
    Decorated,
    Function,
    Instance,
    Layer,
    Model,
    Scope,
)
from engine.problems import Problem, phrase

Args = list[Any]
Kwargs = dict[str, Any]

RAW = Path("builtins.object.__setattr__")
"""Sets an attribute of an instance without a `__setattr__` of its class."""
_CHANGES = ("clear", "pop", "setdefault", "update", "__setitem__")
_UNKNOWN_NAME = phrase("names that are set through globals(): which ones is not known")


@dataclass(frozen=True, eq=False)
class Names(Unknown):
    """The names of a module as a dict: `globals()`."""

    scope: Scope = Scope()  # noqa: RUF009 (always given)


def names_of(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`globals()`, and `locals()` of a module."""
    return Names(line, phrase("the names of this source"), scope=state.module)


def local_names(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`locals()`: in a function, a copy of its names."""
    if state.scope is state.module:
        return names_of(state, args, kwargs, line)
    return state.journal.new(dict(state.scope.names))


def attributes_of(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`vars()`, `vars(value)`."""
    if not args:
        return local_names(state, args, kwargs, line)
    match args[0]:
        case Instance():
            return args[0].attributes
        case Layer() | Model() as owner if what := replaced.of_attributes(owner):
            replaced.note(state, what, line)
        case dict():  # the options of a command line
            return state.journal.new(dict(args[0]))
    return Unknown(line, phrase("its value comes from data"), "?")


def name(owner: Names, key: Any, line: int) -> Any:
    """`globals()[key]`."""
    missing = Unknown(line, phrase("there is no such item"))
    return owner.scope.names.get(key, missing) if isinstance(key, str) else missing


def set_name(state: State, owner: Names, key: Any, value: Any, line: int) -> None:
    """`globals()[key] = value`."""
    if isinstance(key, str):
        state.journal.put(owner.scope.names, key, value)
    else:
        state.leave_out(line, _UNKNOWN_NAME)


def note_change(state: State, owner: Names, method: str, line: int) -> None:
    """Name what a method of `globals()` changes."""
    if method in _CHANGES:
        state.leave_out(line, _UNKNOWN_NAME)


def set_own(state: State, owner: Instance, name: str, value: Any, line: int) -> bool:
    """Set an attribute as the class of an instance says: by its property or its `__setattr__`.

    False where the class says nothing about it.
    """
    setter = find(owner.cls, "__setattr__")
    if isinstance(setter, Function):
        state.call(Bound(setter, (owner,)), [name, value], {}, line)
        return True
    member = find(owner.cls, name)
    if not isinstance(member, Decorated) or member.args[0] != "property":
        return False
    if len(member.args) == 1:
        raise RaisedError
    state.call(Bound(member.args[1], (owner,)), [value], {}, line)
    return True


def property_with(value: Any, decorator: ast.expr, function: Any) -> Any:
    """The property that `@name.setter` makes of another one; None for other decorators."""
    is_property = isinstance(value, Decorated) and value.args[0] == "property"
    if not is_property or not isinstance(decorator, ast.Attribute):
        return None
    if decorator.attr == "setter":
        return Decorated(value.function, ("property", function))
    return Decorated(function, value.args) if decorator.attr == "getter" else value


def delete(state: State, args: Args, kwargs: Kwargs, line: int) -> None:
    """`delattr(value, name)`."""
    owner, name = (*args, None, None)[:2]
    if isinstance(owner, Instance | Class):
        names = owner.attributes if isinstance(owner, Instance) else owner.names
        if isinstance(name, str) and name in names:
            state.journal.remove(names, name)
            return
    state.leave_out(line, phrase("{name}(…)", name="delattr"))


def execute(state: State, args: Args, kwargs: Kwargs, line: int) -> None:
    """`exec(code)` of a text that the source holds; other code is named."""
    code = args[0] if args else None
    is_here = state.scope is state.module or state.python_2
    if not isinstance(code, str) or len(args) > 1 or kwargs or not is_here:
        state.leave_out(line, phrase("{name}(…)", name="exec"))
        return
    parsed = parse(code)
    if isinstance(parsed, Problem):
        raise RaisedError
    _keep(state, parsed.tree, line)
    state.yields = state.yields or parsed.yields
    state.run(parsed.tree.body)


def evaluate(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`eval(code)` of a text that the source holds."""
    code = args[0] if args else None
    if not isinstance(code, str) or len(args) > 1:
        return Unknown(line, phrase("its value comes from data"), "?")
    parsed = parse(f"({code.strip()}\n)")
    if isinstance(parsed, Problem) or len(parsed.tree.body) != 1:
        raise RaisedError
    _keep(state, parsed.tree, line)
    (statement,) = parsed.tree.body
    return state.value(statement.value) if isinstance(statement, ast.Expr) else None


def _keep(state: State, tree: ast.Module, line: int) -> None:
    """Let the nodes of a text live as long as the source, which knows nodes by their identity."""
    state.evaluated.append(tree)
    for node in ast.walk(tree):
        if hasattr(node, "lineno"):
            node.lineno = line


def imported(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`importlib.import_module(name)`, `__import__(name)`."""
    module = args[0] if args else kwargs.get("name")
    if not isinstance(module, str) or not module or module.startswith("."):
        return Unknown(line, phrase("a module whose name is not known"))
    return Path(module)
