"""The values of names and expressions while Python source is interpreted. None is a live object.

Constants, tuples, lists, dicts and sets are represented by Python's own; everything else by the
classes below. Writes to mutable values go through engine.imports.python.journal, so that they can
be undone.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.document import ObjectSpec
from engine.imports.python.unknown import Derived, Rest, Unknown
from engine.imports.python.walking import children
from engine.problems import Phrase
from engine.values import Json

Chosen = Literal["at random", "stratified", "in order", "otherwise"]
"""How the rows of a part were chosen; stratified: with the same share of each class."""


@dataclass(frozen=True)
class Array:
    """A NumPy array of unknown values. `shape` has None for unknown lengths; None: unknown rank.

    `data` and `column` say which data set of the catalogue the rows come from, if they do;
    `classes` is the number of classes of class numbers, `one_hot` whether these were encoded.
    `share` is the fraction of the data set's rows in it, None where that is not known; `division`
    says how they were chosen.
    `scale` holds the factor and the summand by which the values differ from those of the data set;
    None when they differ in another way; `standard` says when each column was centred on its mean,
    and divided by its standard deviation. `statistic` names which of these the array holds, and of
    which data set.
    """

    shape: tuple[int | None, ...] | None = None
    dtype: str = "float32"
    data: str = ""
    column: str | None = None
    classes: int | None = None
    one_hot: bool = False
    share: float | None = 1.0
    division: Chosen = "at random"
    scale: tuple[float, float] | None = (1.0, 0.0)
    standard: Literal["", "centred", "standardized"] = ""
    statistic: tuple[str, str] = ("", "")


@dataclass(eq=False)
class Scope:
    """The names of a module, function, class body or comprehension."""

    parent: "Scope | None" = None
    names: dict[str, Any] = field(default_factory=dict)
    outer: dict[str, Literal["global", "nonlocal"]] = field(default_factory=dict)
    star_modules: list[str] = field(default_factory=list)
    is_class: bool = False


YIELDS = "_yields"
"""The attribute of a syntax node that says whether the function yields."""


@dataclass(eq=False)
class Function:
    """A function or lambda of the source, with the scope around it and its evaluated defaults."""

    node: ast.FunctionDef | ast.Lambda
    scope: Scope
    defaults: Mapping[str, Any]
    owner: "Class | None" = None
    results: dict[Any, Any] | None = None  # by arguments, of a function that keeps its results

    @property
    def is_generator(self) -> bool:
        """Whether the body yields; functions defined within it don't count."""
        known = getattr(self.node, YIELDS, None)
        if known is None:
            known = self._yields()
            setattr(self.node, YIELDS, known)
        return bool(known)

    def _yields(self) -> bool:
        waiting: list[ast.AST] = [self.node.body] if isinstance(self.node, ast.Lambda) else [
            *self.node.body
        ]  # fmt: skip
        while waiting:
            inner = waiting.pop()
            if isinstance(inner, (ast.Yield, ast.YieldFrom)):
                return True
            if not isinstance(inner, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
                waiting += children(inner)
        return False

    @property
    def name(self) -> str:
        """The name in the `def` statement; "" for a lambda."""
        return self.node.name if isinstance(self.node, ast.FunctionDef) else ""


@dataclass(eq=False)
class Class:
    """A class of the source; `kind` says which class of Keras it extends, if any.

    `fields` are the arguments of the constructor that Python makes for a record.
    """

    name: str
    bases: tuple[Any, ...]
    names: dict[str, Any]
    line: int
    kind: Literal["", "layer", "model", "sequential", "other"] = ""
    fields: tuple[str, ...] = ()
    is_tuple: bool = False  # a named tuple, whose fields are its items


@dataclass(eq=False)
class Instance:
    """An instance of a class of the source; `model` when the class extends keras.Model.

    `weights` are those that it creates itself, in no layer of Keras.
    """

    cls: Class
    line: int
    attributes: dict[str, Any] = field(default_factory=dict)
    model: "Model | None" = None
    built: bool = False
    weights: list[Any] = field(default_factory=list)

    @property
    def items(self) -> tuple[Any, ...] | None:
        """The items of a named tuple; None for another instance, or where one is not set."""
        fields = self.cls.fields if self.cls.is_tuple else ()
        known = bool(fields) and all(name in self.attributes for name in fields)
        return tuple(self.attributes[name] for name in fields) if known else None

    @property
    def is_open(self) -> bool:
        """Whether it may have attributes that are not known."""
        return any(isinstance(name, Unknown) for name in self.attributes)


@dataclass(eq=False)
class InstanceCall:
    """One call of an instance of a layer or model that the source defines.

    The calls of layers within it are on the tape. `inputs` are the tensors among its arguments,
    `outputs` those that it returned; `training` is the value of `training=` for all that it calls.
    """

    instance: Instance
    outer: "InstanceCall | None"
    line: int
    training: bool | None
    inputs: tuple["Tensor", ...]
    outputs: tuple["Tensor", ...] = ()
    has_loss: bool = False  # calls add_loss


@dataclass(eq=False)
class Bound:
    """A method bound to an instance, or a function with some arguments given (partial)."""

    function: Any
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)


class Decorated(Bound):
    """A static method, class method or property of a class.

    `args` holds which, and the function that sets the property where there is one.
    """


@dataclass(frozen=True)
class Method:
    """A method of a value that the interpreter represents: `model.add`, `list.append`."""

    owner: Any
    name: str


@dataclass(eq=False)
class Super:
    """The value of `super()` in a method of `cls`."""

    cls: Class
    instance: Any


@dataclass(eq=False)
class Layer:
    """A constructed layer, which may be called any number of times.

    `params` are JSON; `unknown` holds the arguments that can't be stored, by name: the layer is
    unusable unless nothing needs it. `activation` is a layer that is applied to its output;
    `function` is what a Lambda layer calls.
    """

    layer: str
    params: dict[str, Json]
    name: str
    line: int
    unknown: dict[str, Unknown] = field(default_factory=dict)
    model: "Model | None" = None
    function: Any = None
    activation: "Layer | None" = None
    input_shape: tuple[Any, ...] | None = None
    batch_size: int | None = None  # of the input, for a stateful layer
    frozen: bool = False
    calls: list[int] = field(default_factory=list)  # its calls on the tape
    weights: tuple[Any, ...] = ()  # layers in it, and weights of an instance that it has
    is_clone: bool = False  # of another layer, whose automatic name it has

    def doubt(self, unknown: Unknown) -> None:
        """Make the layer unusable: what it is depends on something unknown."""
        self.unknown = {**self.unknown, "": unknown}


@dataclass(frozen=True)
class Tensor:
    """Output number `index` of call number `call` on the tape."""

    call: int
    index: int = 0


@dataclass(frozen=True)
class Call:
    """A call of a layer with tensors, or lists of them, among its arguments.

    `within` is the call of a layer or model of the source that made it.
    """

    layer: Layer
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    line: int
    training: bool | None = None
    within: InstanceCall | None = None

    @property
    def tensors(self) -> list[Tensor]:
        """The tensors among its arguments."""
        return find_tensors([*self.args, *self.kwargs.values()])


@dataclass(frozen=True)
class Span:
    """The calls on the tape, from `start` to before `end`, that one call of a function made."""

    name: str
    start: int
    end: int


Group = Literal["training", "weights", "other"]
"""What a part of a source that is left out is about."""


@dataclass(frozen=True)
class LeftOut:
    """Something that the source does to a model and that the document does not hold.

    `calls` are the calls on the tape that it concerns; empty when it concerns all models.
    """

    line: int
    what: Phrase | str
    group: Group = "other"
    calls: frozenset[int] = frozenset()


@dataclass(eq=False)
class Model:
    """A functional model, or a stack of layers (`stack`), which becomes one when it is built.

    `compiled` and `fitted` are the arguments of the last compile and fit, `frozen_parts` the layers
    and models in it that were frozen when it was compiled; `left_out` is what else the source does
    to the model. `unknown` says why its structure can't be determined; `variable` is the first
    name that it was assigned to. `is_assumed`: the source creates no such model, only its tensors;
    `is_wrapper`: it stands for a wrapper around a model.
    """

    line: int
    name: str = ""
    is_assumed: bool = False
    is_wrapper: bool = False
    variable: str = ""
    inputs: list[Tensor] = field(default_factory=list)
    outputs: list[Tensor] = field(default_factory=list)
    stack: list[Any] | None = None
    input_shape: tuple[Any, ...] | None = None
    compiled: dict[str, Any] = field(default_factory=dict)
    fitted: dict[str, Any] = field(default_factory=dict)
    frozen_parts: frozenset[Any] | None = None
    left_out: list[LeftOut] = field(default_factory=list)
    unknown: Unknown | None = None
    as_layer: Layer | None = None
    instance: Instance | None = None
    frozen: bool = False

    def doubt(self, unknown: Unknown) -> None:
        """Make the model unusable: its structure depends on something unknown."""
        self.unknown = unknown


def items_in(owner: dict[Any, Any], name: str) -> list[Any]:
    """The items, keys or values of a dict; a `Rest` for those that are not known."""
    if name in ("items", "iteritems"):
        return [key if isinstance(key, Rest) else (key, value) for key, value in owner.items()]
    return list(owner.values() if name == "values" else owner)


class View(list[Any]):
    """The value of `dict.items()`, `keys()` or `values()`, which sees later changes of the dict."""

    def __init__(self, owner: dict[Any, Any], name: str) -> None:
        super().__init__(items_in(owner, name))
        self._owner, self._name = owner, name

    def __iter__(self) -> Iterator[Any]:
        self[:] = items_in(self._owner, self._name)
        return super().__iter__()

    def __len__(self) -> int:
        return len(self._owner)

    def __contains__(self, item: object) -> bool:
        return item in items_in(self._owner, self._name)


class LayerList(list[Any]):
    """The value of `model.layers`, whose changes are not read."""

    def __init__(self, layers: list[Any], model: Model) -> None:
        super().__init__(layers)
        self.model = model


@dataclass(frozen=True)
class KerasObject:
    """A Keras object that is not a layer: an initializer, an optimizer, a loss …

    `unknown` holds the arguments that can't be stored, by name; `has_rate` says whether the source
    states the learning rate of an optimizer.
    """

    kind: str
    spec: ObjectSpec
    unknown: Mapping[str, Unknown] = field(default_factory=dict)
    has_rate: bool = False


def snapshot(value: Any, depth: int = 0) -> Any:
    """A copy of nested lists and dicts, which the source may change later."""
    if depth > 20:  # noqa: PLR2004 (a list may contain itself)
        return value
    if isinstance(value, list | tuple):
        return tuple(snapshot(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return {key: snapshot(item, depth + 1) for key, item in value.items()}
    return value


def find_tensors(value: Any) -> list[Tensor]:
    """The tensors in nested lists, tuples and dicts, in order."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return []
    found: list[Tensor] = []
    for item in value:
        found += find_tensors(item)
    return found


def result_of_tensors(unknown: Unknown, args: list[Any], kwargs: dict[str, Any]) -> Unknown:
    """The unknown result of a call; nobody can answer what functions make of tensors."""
    if type(unknown) is not Unknown:
        return unknown
    values = [*args, *kwargs.values()]
    derives = any(isinstance(value, Derived) and not value.question for value in values)
    return Derived(unknown.line, unknown.why) if derives or find_tensors(values) else unknown
