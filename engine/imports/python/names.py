"""Names: reading and assigning names, attributes and items."""

import ast
from typing import Any

from engine.catalogue import load
from engine.graph.kinds import INPUT
from engine.imports.python import constants, optimizing, reflection, replaced
from engine.imports.python.conventions import conventional, is_model_class
from engine.imports.python.inheritance import find
from engine.imports.python.paths import canonical, exports_known, is_keras_2, star_exports
from engine.imports.python.state import State
from engine.imports.python.streams import Stream
from engine.imports.python.subscripts import key as key_of
from engine.imports.python.unknown import (
    Path,
    Rest,
    Undefined,
    Unknown,
    find_unknown,
    path_of,
)
from engine.imports.python.values import (
    Bound,
    Class,
    Instance,
    KerasObject,
    Layer,
    LeftOut,
    Method,
    Model,
    Scope,
    Super,
    Tensor,
)
from engine.problems import phrase

_ANY_AGE = ("keras.models.", "keras.layers.", "keras.optimizers.")
"""Modules of Keras that sources import names from; code for Keras 3 mostly imports the modules."""


def look_up(state: State, name: str, line: int) -> Any:
    """The value of a name: of the innermost scope that has it, else a builtin."""
    scope: Scope | None = state.scope
    if scope is not None and scope.outer.get(name) == "global":
        scope = state.module
    innermost = True
    while scope is not None:
        if name in scope.names and (innermost or not scope.is_class):
            return scope.names[name]
        scope, innermost = scope.parent, False
    if name in constants.BUILTIN_NAMES:
        return path_of(f"builtins.{name}")
    return _starred(state, name) or _assumed(state, name, line) or _undefined(name, line)


def _starred(state: State, name: str) -> Path | None:
    """The path of a name that `from module import *` may have defined."""
    for module in reversed(state.module.star_modules):
        if path := star_exports(module, name):
            return path
    return None


def _assumed(state: State, name: str, line: int) -> Path | Unknown | None:
    """The path that a name without an import has by convention, which is reported.

    A star import of a module that is not known may define the name, and nothing is assumed.
    """
    path = conventional(name)
    if path is None:
        return None
    if not all(map(exports_known, state.module.star_modules)):
        unknown = _undefined(name, line)
        return state.suspect(unknown) if is_model_class(path) else unknown
    state.journal.put(state.assumed, name, line)
    return path


def _undefined(name: str, line: int) -> Undefined:
    why = phrase("“{name}” is not defined in this source", name=name)
    return Undefined(line, why, "?", name)


def assign(state: State, target: ast.expr, value: Any) -> None:
    """Assign a value to a target."""
    match target:
        case ast.Name(id=name):
            _assign_name(state, target, name, value)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            _unpack(state, targets, value, target.lineno)
        case ast.Subscript(value=owner, slice=index):
            put(state, state.value(owner), key_of(state, index), value, target.lineno)
        case ast.Attribute(value=owner, attr=name):
            set_attribute(state, state.value(owner), name, value, target.lineno)
        case ast.Starred(value=inner):
            assign(state, inner, value)


def alias(state: State, target: ast.expr, value: Any) -> bool:
    """Give a name without a value a second name (`x = inputs`); False for other assignments."""
    if not isinstance(value, Undefined) or not isinstance(target, ast.Name):
        return False
    if target.id in state.scope.outer:
        return False
    state.journal.put(state.scope.names, target.id, value)
    return True


def _assign_name(state: State, target: ast.Name, name: str, value: Any) -> None:
    if isinstance(value, Undefined):
        value = value.plain
    if isinstance(value, Unknown):
        value = state.ask(target, value)
    model = value.model if isinstance(value, Instance) else value
    if isinstance(model, Model) and not model.variable:
        model.variable = name
    if isinstance(value, Tensor) and state.tape[value.call].layer.layer == INPUT:
        state.input_names.setdefault(value.call, name)
    scope = state.scope
    where = scope.outer.get(name)
    if where == "global":
        scope = state.module
    elif where == "nonlocal":
        outer = scope.parent
        while outer is not None and name not in outer.names:
            outer = outer.parent
        scope = outer or scope
    state.journal.put(scope.names, name, value)


def _unpack(state: State, targets: list[ast.expr], value: Any, line: int) -> None:
    values = _unpacked(targets, value, line)
    state.step(line, len(values))
    for target, item in zip(targets, values, strict=True):
        assign(state, target, item)


def _unpacked(targets: list[ast.expr], value: Any, line: int) -> list[Any]:
    """The value for each target, a list for a starred one."""
    count = len(targets)
    if isinstance(value, Unknown):
        return [value] * count
    if isinstance(value, Stream):
        value = value.take(line)
    if isinstance(value, Instance) and value.items is not None:
        value = value.items
    if not isinstance(value, list | tuple | str | dict | range):
        return [Unknown(line, phrase("its value comes from data"))] * count
    items = list(value)
    if rest := next((item for item in items if isinstance(item, Rest)), None):
        return [Unknown(rest.line, rest.why, rest.question)] * count
    stars = [index for index, target in enumerate(targets) if isinstance(target, ast.Starred)]
    surplus = len(items) - count
    if (surplus and not stars) or surplus < -1:
        why = phrase("the value can't be unpacked into {count} names", count=count)
        return [Unknown(line, why)] * count
    if not stars:
        return items
    first, last = stars[0], stars[0] + surplus + 1
    return [*items[:first], items[first:last], *items[last:]]


def put(state: State, owner: Any, key: Any, value: Any, line: int) -> None:
    """`owner[key] = value`; os.environ may set the backend."""
    if isinstance(owner, Path):
        if owner.dotted == "os.environ":
            state.journal.put(state.settings, str(constants.key(key, line)), value)
        return
    if isinstance(owner, reflection.Names):
        reflection.set_name(state, owner, key, value, line)
    if isinstance(owner, Instance):
        _put_in_instance(state, owner, key, value, line)
    if isinstance(owner, Method) and (changed := replaced.of_attributes(owner)):
        replaced.note(state, changed, line)
    if not isinstance(owner, list | dict):
        return
    parts = [key.start, key.stop, key.step] if isinstance(key, slice) else [key]
    if unknown := find_unknown(parts):
        state.journal.forget_all(owner, unknown)
    elif isinstance(owner, dict):
        state.journal.put(owner, constants.key(key, line), value)
    elif isinstance(key, slice) and not isinstance(value, list | tuple):
        why = find_unknown(value) or Unknown(line, phrase("its value comes from data"))
        state.journal.forget_all(owner, why)
    else:
        _put_item(state, owner, key, value, line)


def _put_in_instance(state: State, owner: Instance, key: Any, value: Any, line: int) -> None:
    """`instance[key] = value`, as its class says; else what it holds is not known."""
    method = find(owner.cls, "__setitem__")
    if method is not None:
        state.call(Bound(method, (owner,)), [key, value], {}, line)
    else:
        why = Unknown(line, phrase("the indexed value is not a constant"))
        state.journal.forget_all(owner.attributes, why)


def _put_item(state: State, owner: list[Any], key: Any, value: Any, line: int) -> None:
    state.journal.touch(owner)
    try:
        owner[key] = value
    except (IndexError, TypeError, ValueError):
        state.journal.forget_all(owner, Unknown(line, phrase("there is no such item")))


def delete(state: State, target: ast.expr) -> None:
    """`del target`."""
    match target:
        case ast.Name(id=name) if name in state.scope.names:
            state.journal.remove(state.scope.names, name)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            for inner in targets:
                delete(state, inner)
        case ast.Subscript(value=owner_node, slice=index):
            _delete_item(state, state.value(owner_node), key_of(state, index), target.lineno)
        case ast.Attribute(value=owner_node, attr=name):
            set_attribute(
                state, state.value(owner_node), name,
                Unknown(target.lineno, phrase("“.{name}” was deleted", name=name)), target.lineno,
            )  # fmt: skip


def _delete_item(state: State, owner: Any, key: Any, line: int) -> None:
    if not isinstance(owner, list | dict):
        return
    state.journal.touch(owner)
    try:
        del owner[key]
    except (LookupError, TypeError, ValueError):
        unknown = find_unknown(key) or Unknown(line, phrase("there is no such item"))
        state.journal.forget_all(owner, unknown)


def set_attribute(state: State, owner: Any, name: str, value: Any, line: int) -> None:
    """`owner.name = value`."""
    match owner:
        case Instance() if reflection.set_own(state, owner, name, value, line):
            pass
        case _:
            set_directly(state, owner, name, value, line)


def set_directly(  # noqa: C901 (one case for each kind of value)
    state: State, owner: Any, name: str, value: Any, line: int
) -> None:
    """Set an attribute, whatever the class of an instance says about it."""
    if changed := replaced.of_value(owner, name):
        replaced.note(state, changed, line)
    match owner:
        case Instance() if owner.cls.kind and name == "trainable":
            _freeze(state, owner, value, line)
        case Instance():
            if isinstance(value, Model) and not value.variable:
                value.variable = name
            if owner.model is not None and name in ("name", "_name"):
                _set_of_model(state, owner.model, name, value, line)
            state.journal.put(owner.attributes, name, value)
        case Class():
            state.journal.put(owner.names, name, value)
        case Model():
            _set_of_model(state, owner, name, value, line)
        case Layer():
            _set_of_layer(state, owner, name, value, line)
        case KerasObject(kind="optimizer") | optimizing.Setting():
            optimizing.set_attribute(state, name, line)
        case Path(dotted=dotted):
            _set_of_library(state, canonical(f"{dotted}.{name}"), value, line)
        case Method() if changed := replaced.of_attributes(owner):
            replaced.note(state, changed, line)
        case Unknown() if name == "trainable":
            state.leave_out(line, phrase("“trainable” of a layer that is not known"))


REPLACED = "="
"""Begins the settings that hold what a source assigns to names of libraries."""
STEPS = ("train_step", "test_step", "compute_loss", "compute_metrics", "fit", "predict_step",
         "make_train_function", "make_test_function", "make_predict_function")  # fmt: skip
"""Methods of Keras's models that a source may replace by a training of its own."""
_OF_TRAINING = tuple(f"keras.{name}.{step}" for name in ("Model", "Sequential") for step in STEPS)
_STRUCTURE = ("inputs", "outputs", "layers", "input", "output", "_layers")


def _set_of_library(state: State, dotted: str, value: Any, line: int) -> None:
    if dotted in _OF_TRAINING:
        name = dotted.rpartition(".")[2]
        what = phrase("{name}(…), which is set on the model", name=name)
        state.leave_out(line, what, "training")
    elif changed := replaced.of_library(dotted):
        replaced.note(state, changed, line)
    state.journal.put(state.settings, REPLACED + dotted, value)


def _set_of_model(state: State, model: Model, name: str, value: Any, line: int) -> None:
    if name == "trainable":
        _freeze(state, model, value, line)
    elif name in ("name", "_name") and isinstance(value, str):
        state.journal.set(model, name=value)
    elif name in STEPS:
        what = phrase("{name}(…), which is set on the model", name=name)
        model.left_out.append(LeftOut(line, what, "training"))
    elif name in _STRUCTURE:
        why = phrase("“.{name}” of a model is set", name=name)
        state.journal.set(model, unknown=Unknown(line, why))


def _freeze(state: State, owner: Layer | Model | Instance, value: Any, line: int) -> None:
    """Set `trainable` of a layer, model or instance, which sets it for all layers in it."""
    unknown = find_unknown(value)
    waiting: list[Any] = [owner]
    visited: set[Any] = set()
    while waiting:
        part = waiting.pop()
        part = part.model if isinstance(part, Layer) and part.model is not None else part
        if part in visited:
            continue
        visited.add(part)
        _freeze_one(state, part, value, unknown)
        waiting += state.layers_of(part) if unknown is None else []


def _freeze_one(state: State, part: Any, value: Any, unknown: Unknown | None) -> None:
    match part:
        case Layer() if unknown:
            state.journal.put(part.unknown, "trainable", unknown)
        case Model() if unknown:
            state.journal.set(part, unknown=unknown)
        case Instance():
            state.journal.put(part.attributes, "trainable", unknown or bool(value))
            if part.model is not None:
                state.journal.set(part.model, frozen=not value)
        case Layer() | Model():
            state.journal.set(part, frozen=not value)


def _set_of_layer(state: State, layer: Layer, name: str, value: Any, line: int) -> None:
    entry = load().layer(layer.layer)
    if name == "trainable":
        _freeze(state, layer, value, line)
    elif name in ("name", "_name") and isinstance(value, str):
        state.journal.set(layer, name=value)
    elif name == "activation" and value is None and layer.activation is None:
        if name in layer.params:
            state.journal.remove(layer.params, name)
    elif entry is not None and entry.param(name) is not None:
        why = phrase("“.{name}” of a layer is set after the layer was created", name=name)
        state.journal.put(layer.unknown, name, Unknown(line, why))


def enclosing_super(state: State, line: int) -> Any:
    """The value of `super()`."""
    frame = state.frame
    if frame.owner is None or frame.instance is None:
        return Unknown(line, phrase("super() outside of a method"))
    return Super(frame.owner, frame.instance)


def import_names(state: State, node: ast.Import | ast.ImportFrom) -> None:
    """`import …` and `from … import …`."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            dotted = alias.name if alias.asname else alias.name.partition(".")[0]
            name = alias.asname or dotted
        elif alias.name == "*":
            note_age(state, f"{node.module or ''}.*")
            state.module.star_modules.append(canonical(node.module or ""))
            continue
        else:
            dotted = "." * node.level + f"{node.module or ''}.{alias.name}".lstrip(".")
            name = alias.asname or alias.name
        note_age(state, dotted)
        state.journal.put(state.scope.names, name, Path(canonical(dotted)))


def note_age(state: State, dotted: str) -> None:
    """Remember that a source was written for Keras 2 or older, or for TensorFlow's Keras.

    Names imported from `keras.layers` and the like may be those of any version.
    """
    if dotted.startswith(_ANY_AGE):
        state.journal.put(state.settings, "any_keras", value=True)
    if is_keras_2(dotted):
        state.journal.put(state.settings, "keras_2", value=True)
    elif dotted.startswith("tensorflow"):
        state.journal.put(state.settings, "tensorflow", value=True)
