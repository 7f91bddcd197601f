"""Classes of the source: definition, instances, methods, and those that extend Keras's."""

import ast
from dataclasses import replace
from typing import Any, Literal

from engine.imports.python import dataclass_fields, reflection
from engine.imports.python.inheritance import find
from engine.imports.python.state import State
from engine.imports.python.statements import run
from engine.imports.python.unknown import (
    Path,
    Unknown,
    Wrapped,
)
from engine.imports.python.values import (
    Bound,
    Class,
    Decorated,
    Function,
    Instance,
    Method,
    Model,
    Scope,
    Super,
)
from engine.problems import phrase

Kind = Literal["", "layer", "model", "sequential", "other"]
_KINDS: dict[str, Kind] = {
    "keras.layers.Layer": "layer",
    "keras.Layer": "layer",
    "keras.layers.Wrapper": "layer",
    "tensorflow.Module": "layer",
    "keras.Model": "model",
    "keras.Sequential": "sequential",
}
_TRANSPARENT = (
    "tensorflow.function",
    "builtins.staticmethod",
    "builtins.classmethod",
    "builtins.property",
    "functools.wraps",
    "abc.abstractmethod",
    "keras.saving.register_keras_serializable",
    "keras.utils.register_keras_serializable",
    "tensorflow.autograph.experimental.do_not_convert",
    "typing.override",
)
_CACHES = ("functools.lru_cache", "functools.cache")
_OF_TESTS = ("pytest.", "unittest.skip", "absl.testing.parameterized.")
"""Decorators of tests, which say when and with what arguments a test runs."""
_TEST_CASES = (
    "unittest.TestCase",
    "absl.testing.parameterized.TestCase",
    "keras.testing.TestCase",
    "tensorflow.test.TestCase",
)
_EXPORT = ("keras_export", "tf_export")
"""Decorators that publish a function of Keras itself under other names."""


def define(state: State, node: ast.ClassDef) -> None:
    """Interpret a class definition and assign the class to its name."""
    bases = tuple(state.value(base) for base in node.bases)
    scope = Scope(parent=state.scope, is_class=True)
    frame = state.frame
    outer, frame.scope = frame.scope, scope
    try:
        run(state, node.body)
    finally:
        frame.scope = outer
    cls = Class(node.name, bases, scope.names, node.lineno, _kind(bases))
    if any(isinstance(base, Path) and base.dotted == "typing.NamedTuple" for base in bases):
        cls.fields, cls.is_tuple = _annotated(node), True
    for value in scope.names.values():
        function = value.function if isinstance(value, Decorated) else value
        if isinstance(function, Function) and function.owner is None:
            function.owner = cls
    result: Any = _unread(node, cls) or cls
    for decorator in reversed(node.decorator_list):
        if _is_dataclass(state, decorator):
            cls.fields = _annotated(node)
        else:
            result = decorated(state, decorator, result)
    state.journal.put(state.scope.names, node.name, result)


def _unread(node: ast.ClassDef, cls: Class) -> Unknown | None:
    """Why a class is not read that is not made as its statement says."""
    makers = [keyword.value for keyword in node.keywords if keyword.arg == "metaclass"]
    if any(not ast.unparse(maker).endswith("ABCMeta") for maker in makers):
        return Unknown(node.lineno, phrase("a class with a metaclass"))
    for name in ("__new__", "__init_subclass__"):
        owner = find(cls, name, after=cls if name == "__init_subclass__" else None)
        if owner is not None:
            why = phrase("a class with a method “{name}”", name=name)
            return Unknown(node.lineno, why)
    return None


def _annotated(node: ast.ClassDef) -> tuple[str, ...]:
    """The names that a class annotates, which are the arguments of a record's constructor."""
    return tuple(
        item.target.id
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    )


def _is_dataclass(state: State, decorator: ast.expr) -> bool:
    path = state.value(decorator.func if isinstance(decorator, ast.Call) else decorator)
    return isinstance(path, Path) and path.dotted == "dataclasses.dataclass"


def _kind(bases: tuple[Any, ...]) -> Kind:
    for base in bases:
        if isinstance(base, Class) and base.kind:
            return base.kind
        if isinstance(base, Path):
            if kind := _KINDS.get(base.dotted):
                return kind
            if base.dotted in _TEST_CASES:
                continue
            if base.dotted != "builtins.object" and not base.dotted.startswith("abc."):
                return "other"
        if isinstance(base, Unknown):
            return "other"
    return ""


def decorated(state: State, decorator: ast.expr, value: Any) -> Any:
    """The value of a function after applying a decorator."""
    name = decorator.func if isinstance(decorator, ast.Call) else decorator
    if isinstance(name, ast.Attribute) and isinstance(name.value, ast.Name):
        owner = state.scope.names.get(name.value.id)
        if (whole := reflection.property_with(owner, name, value)) is not None:
            return whole
    path = state.value(name)
    if isinstance(path, Path) and path.dotted in _CACHES and isinstance(value, Function):
        return replace(value, results=state.journal.new({}))
    if isinstance(path, Path) and path.dotted.rpartition(".")[2] in (
        "staticmethod", "classmethod", "property",
    ):  # fmt: skip
        return Decorated(value, (path.dotted.rpartition(".")[2],))
    if isinstance(path, Path) and (
        path.dotted in _TRANSPARENT or path.dotted.endswith(_EXPORT)
        or path.dotted.startswith(_OF_TESTS)
    ):  # fmt: skip
        return value
    if isinstance(path, Function):
        return state.call(state.value(decorator), [value], {}, decorator.lineno)
    why = phrase("its decorator is not read")
    if isinstance(path, Unknown):
        return Wrapped(path.line, path.why, path.question, function=value)
    return Wrapped(decorator.lineno, why, function=value)


def instantiate(
    state: State, cls: Class, args: list[Any], kwargs: dict[str, Any], line: int
) -> Any:
    """Create an instance, and run its `__init__`."""
    instance = Instance(cls, line)
    state.journal.new(instance.attributes)
    state.journal.new(vars(instance))
    if cls.kind in ("model", "sequential"):
        stack: list[Any] | None = [] if cls.kind == "sequential" else None
        instance.model = Model(line, cls.name, stack=stack, instance=instance)
        state.journal.new(vars(instance.model))
    initializer = find(cls, "__init__")
    if isinstance(initializer, Function):
        state.call(Bound(initializer, (instance,)), args, kwargs, line)
    else:
        _set_fields(state, instance, args, kwargs, line)
        if cls.kind:
            initialize(state, instance, args, kwargs, line)
    if instance.model is not None:  # after the models that it creates for itself
        state.models.append(instance.model)
    return instance


def _set_fields(
    state: State, instance: Instance, args: list[Any], kwargs: dict[str, Any], line: int
) -> None:
    """Set the fields of a record: a dataclass, or a class that extends NamedTuple."""
    fields = dataclass_fields.fields_of(instance.cls)
    if fields:
        made = dataclass_fields.defaults(state, instance.cls, line)
        values = made | dict(zip(fields, args, strict=False)) | kwargs
    elif instance.cls.kind == "other":
        # What its constructor makes of the arguments is not known.
        why = phrase("“{name}” extends a class that is not read", name=instance.cls.name)
        values = dict.fromkeys(kwargs, Unknown(line, why))
    else:
        return
    for name, value in values.items():
        state.journal.put(instance.attributes, name, value)
    if isinstance(finish := find(instance.cls, "__post_init__"), Function):
        state.call(Bound(finish, (instance,)), [], {}, line)


def initialize(
    state: State, instance: Instance, args: list[Any], kwargs: dict[str, Any], line: int
) -> None:
    """Run the `__init__` of the class of Keras that a class extends."""
    name = kwargs.get("name")
    if isinstance(name, str):
        state.journal.put(instance.attributes, "name", name)
    if instance.model is not None:
        state.initialize_model(instance.model, args, kwargs, line)
    state.journal.put(instance.attributes, "trainable", kwargs.get("trainable", True))


def attribute(  # noqa: C901
    state: State, owner: Instance, name: str, line: int
) -> Any:
    """The value of `instance.name`."""
    if name in owner.attributes:
        return owner.attributes[name]
    value = find(owner.cls, name)
    if value is not None and (isinstance(value, Function | Decorated) or not owner.is_open):
        return _bound(state, value, owner, owner.cls, line)
    if owner.is_open:
        return Unknown(line, phrase("the attributes of a value"))
    if name == "__dict__":
        return owner.attributes
    if name == "__setattr__":
        return Bound(reflection.RAW, (owner,))
    if name == "__class__":
        return owner.cls
    if owner.model is not None:
        return state.attribute(owner.model, name, line)
    if owner.cls.kind == "layer":
        return Method(owner, name)
    fallback = find(owner.cls, "__getattr__")
    if isinstance(fallback, Function) and not name.startswith("__"):
        return state.call(Bound(fallback, (owner,)), [name], {}, line)
    if not owner.cls.kind:
        state.fail(AttributeError)
    why = phrase("“.{name}” of {owner} is not read", name=name, owner=owner.cls.name)
    return Unknown(line, why)


def class_attribute(state: State, owner: Class, name: str, line: int) -> Any:
    """The value of `Class.name`."""
    if name == "__name__":
        return owner.name
    value = find(owner, name)
    if value is None and name == "from_config" and owner.kind == "layer":
        return Method(owner, name)
    if value is None:
        why = phrase("“.{name}” of {owner} is not read", name=name, owner=owner.name)
        return Unknown(line, why)
    if isinstance(value, Decorated):
        return _bound(state, value, None, owner, line)
    return value


def base_config(state: State, owner: Instance | Super, line: int) -> Any:
    """`get_config()` of the layer of Keras that a class extends."""
    instance = owner.instance if isinstance(owner, Super) else owner
    if not isinstance(instance, Instance) or instance.cls.kind != "layer":
        return Unknown(line, phrase("the configuration of a model"))
    unnamed = Unknown(line, phrase("the automatic name of a layer"))
    attributes = instance.attributes
    return state.journal.new(
        {
            "name": attributes.get("name", unnamed),
            "trainable": attributes.get("trainable", True),
        }
    )


def from_config(state: State, cls: Class, config: Any, line: int) -> Any:
    """`Class.from_config(config)` of a layer of the source: the constructor takes the config."""
    if not isinstance(config, dict):
        return Unknown(line, phrase("the configuration of a layer"))
    arguments = {str(key): value for key, value in config.items()}
    if isinstance(arguments.get("name"), Unknown):
        del arguments["name"]
    return instantiate(state, cls, [], arguments, line)


def super_attribute(state: State, owner: Super, name: str, line: int) -> Any:
    """The value of `super().name`."""
    instance = owner.instance
    if not isinstance(instance, Instance):
        return Unknown(line, phrase("super() outside of a method"))
    value = find(instance.cls, name, after=owner.cls)
    if value is not None:
        return _bound(state, value, instance, instance.cls, line)
    return Bound(reflection.RAW, (instance,)) if name == "__setattr__" else Method(owner, name)


def _bound(state: State, value: Any, instance: Instance | None, cls: Class, line: int) -> Any:
    if isinstance(value, Decorated):
        match value.args[0]:
            case "staticmethod":
                return value.function
            case "classmethod":
                return Bound(value.function, (cls,))
        return state.call(Bound(value.function, (instance,)), [], {}, line)
    return Bound(value, (instance,)) if isinstance(value, Function) and instance else value
