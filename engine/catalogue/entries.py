"""The catalogue: layers, ops and objects with ports and parameters, derived from Keras.

`catalogue.json` is written by `python -m engine.catalogue.derive` from the palette and Keras's own
signatures and docstrings, is committed, and is tested against drift. Forms, validation, code
generation and documentation read it through this module, which imports no Keras.
"""

import re
from functools import cache, lru_cache
from math import inf
from pathlib import Path
from typing import Literal

from pydantic import Field

from engine.values import Frozen, Json

ParamType = Literal[
    "integer",
    "number",
    "boolean",
    "string",
    "choice",
    "integers",  # a list of whole numbers: a shape, axes
    "integer_or_integers",  # 3, or [3, 3]
    "strings",
    "numbers",
    "number_or_numbers",  # 0.2, or [-0.2, 0.3]
    "dtype",
    "activation",
    "initializer",
    "regularizer",
    "constraint",
    "layer",  # a wrapped layer or an RNN cell, as {"class", "params"}
    "layers",  # a list of them
    "schedule",  # a number, or a learning-rate schedule
    "slices",  # the key of x[key], as text: ":, 0" (see engine.catalogue.slicing)
    "json",  # anything else that plain JSON can hold
]

Kind = Literal[
    "layer",
    "op",  # a function of keras.ops, placed like a layer
    "cell",
    "activation",
    "initializer",
    "regularizer",
    "constraint",
    "optimizer",
    "schedule",
    "loss",
    "metric",
    "callback",
]


class Param(Frozen):
    """One argument of a constructor: what a form shows and what validation checks.

    `default` is null both for "None" and for a required parameter; see `required`. `positional`
    parameters are written without keywords in code. `telling` ones are shown on the node's card.
    `length` is the required length of a list. A required parameter of a new node has the value
    `start`, if that is not null. `at_call` ones are call arguments, not constructor
    parameters: each node that shares the layer has its own.
    """

    name: str
    type: ParamType
    required: bool = False
    default: Json = None
    nullable: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    length: int | None = None
    positional: bool = False
    telling: bool = False
    advanced: bool = False
    at_call: bool = False
    start: Json = None
    help: str = ""


class When(Frozen):
    """The condition of a port: it exists only when a parameter has this value.

    `param` may look into a nested object: "layer.return_state". With `holding`, the
    parameters must also contain one of these classes, at any depth: an LSTM has two states, a GRU
    one.
    """

    param: str
    equals: Json
    holding: tuple[str, ...] = ()


class Port(Frozen):
    """An input or output of a layer's call. `variadic` inputs take any number of ordered edges.

    An output with a `count` is repeated as the parameter of that name says (see
    engine.graph.ports). The tensors of a `spread` input are positional arguments after the
    parameters, not a list. An input of an op with the name of a parameter has either an edge or
    that constant.
    """

    name: str
    variadic: bool = False
    optional: bool = False
    when: When | None = None
    count: str | None = None
    spread: bool = False
    help: str = ""


class Values(Frozen):
    """What an activation gives: from `low` to `high`; None is no bound.

    The values of one row add up to 1 if `adds_up`.
    """

    low: float | None = None
    high: float | None = None
    adds_up: bool = False

    @property
    def bounds(self) -> tuple[float, float]:
        """The lowest and the highest value, which may be infinite."""
        return (-inf if self.low is None else self.low, inf if self.high is None else self.high)

    @property
    def bounded(self) -> bool:
        """Whether there are values that it never gives."""
        return self.bounds != (-inf, inf)

    def lies_in(self, low: float, high: float) -> bool:
        """Whether all values are from `low` to `high`."""
        lowest, highest = self.bounds
        return low <= lowest and highest <= high


class Traits(Frozen):
    """Properties of a layer or object that its signature does not show.

    - `traced`: Keras infers shapes without checking all inputs, so calls are also traced with JAX
      (engine.check.computability),
    - `one_kernel`: uses each value of its kernel once for each position of its output,
    - `learns`: the parameter that the layer learns from the data before training, unless given,
    - `needs`: what the backend must support (engine.machine.backends),
    - `repeats`: parameters that are the number of iterations of an unrolled loop,
    - `position_wise`: computes each position independently of the others,
    - `keeps_mask`: has one input, and returns the mask that comes with it unchanged,
    - `keeps_values`: returns the values of its inputs, perhaps some of them, or at other places,
    - `merges`: how it combines several tensors elementwise (an average counts as a sum),
    - `states`: how many states a recurrent layer has,
    - `training_default`: what a call takes for `training` that does not set it,
    - `has_layers`: has layers inside, to which Keras does not pass the argument `trainable`,
    - `refusals`: which explanations apply when Keras rejects a call (engine.check.explain_layers),
    - `no_short_name`: Keras can't create the object from its name, though it has only defaults,
    - `gives`: the values of an activation, if each is of one input or of one row.
    """

    traced: bool = False
    one_kernel: bool = False
    learns: str = ""
    needs: tuple[Literal["text", "sizes_from_values"], ...] = ()
    repeats: tuple[str, ...] = ()
    position_wise: bool = False
    keeps_mask: bool = False
    keeps_values: bool = False
    merges: Literal["", "sum", "product"] = ""
    states: int = 0
    training_default: bool | None = None
    has_layers: bool = False
    refusals: Literal["", "recurrent", "attention", "heads", "colors", "equation"] = ""
    no_short_name: bool = False
    gives: Values | None = None


class Entry(Frozen):
    """A layer or op that can be placed, or an object that is the value of a parameter.

    `path` is its import path ("keras.layers.Dense"), `code` two letters for its icon. A layer that
    can't be placed has a `refused` reason, which the palette's search shows. `takes_training`
    layers may compute something else in training than in inference. `ranks` are the numbers of axes
    of one example that its first input accepts, the batch axis not counted; empty if that is not
    known. `traits` are not sent to the page.
    """

    name: str
    kind: Kind
    path: str
    category: str = ""
    code: str = ""
    summary: str = ""
    help: str = ""
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    params: tuple[Param, ...] = ()
    takes_training: bool = False
    refused: str | None = None
    ranks: tuple[int, ...] = ()
    traits: Traits = Field(default=Traits(), exclude=True)

    def param(self, name: str) -> Param | None:
        """Return the parameter of this name, if there is one."""
        return next((param for param in self.params if param.name == name), None)

    def only(self, at_call: bool) -> "Entry":
        """Return the entry with only its call arguments, or only its constructor parameters."""
        params = tuple(param for param in self.params if param.at_call == at_call)
        return self.model_copy(update={"params": params})

    @property
    def recurrent(self) -> bool:
        """Whether the layer reads a sequence step by step, and may return each step."""
        return self.param("return_sequences") is not None

    @property
    def either(self) -> tuple[str, ...]:
        """The inputs that take an edge or a constant."""
        if self.kind != "op":
            return ()
        return tuple(port.name for port in self.inputs if self.param(port.name))

    @property
    def signature(self) -> tuple[str, ...]:
        """The names of an op's arguments in order, tensors and parameters."""
        ports = [port.name for port in self.inputs]
        params = [param.name for param in self.params if param.name not in ports]
        return (*params, *ports) if any(port.spread for port in self.inputs) else (*ports, *params)


class Category(Frozen):
    """A group of the palette; `color` names a token of the page (see static tokens)."""

    name: str
    color: str


class Catalogue(Frozen):
    """All entries: `layers` (with ops) can be placed, `objects` are values of parameters."""

    keras: str
    categories: tuple[Category, ...]
    layers: tuple[Entry, ...]
    objects: tuple[Entry, ...]

    def layer(self, name: str) -> Entry | None:
        """Return the layer of this name, placeable or refused, if Keras has it."""
        return _by_name(self, "layers").get(name)

    def object(self, kind: Kind, name: str) -> Entry | None:
        """Return the object of this kind by its class name or Keras's identifier ("he_normal")."""
        return _by_name(self, kind).get(name)


@cache
def _index() -> dict[str, dict[str, Entry]]:
    catalogue = load()
    index: dict[str, dict[str, Entry]] = {"layers": {e.name: e for e in catalogue.layers}}
    for entry in catalogue.objects:
        group = index.setdefault(entry.kind, {})
        group[entry.name] = entry
        group.setdefault(snake_case(entry.name), entry)
        group.setdefault(entry.name.lower(), entry)
    for kind, names in _ALIASES.items():
        index[kind] |= {alias: index[kind][name] for alias, name in names.items()}
    return index


# Keras's own short names that are not the class's name in snake case.
_ALIASES: dict[str, dict[str, str]] = {
    "activation": {"swish": "silu", "hard_swish": "hard_silu"},
    "initializer": {
        "normal": "RandomNormal",
        "uniform": "RandomUniform",
        "one": "Ones",
        "zero": "Zeros",
    },
    "regularizer": {"l1_l2": "L1L2"},
    "loss": {
        "mse": "MeanSquaredError",
        "mae": "MeanAbsoluteError",
        "mape": "MeanAbsolutePercentageError",
        "msle": "MeanSquaredLogarithmicError",
        "bce": "BinaryCrossentropy",
        "kld": "KLDivergence",
    },
    "metric": {"mse": "MeanSquaredError", "mae": "MeanAbsoluteError"},
}


def snake_case(name: str) -> str:
    """Keras's own `to_snake_case`: Conv2D → conv2d, BatchNormalization → batch_normalization."""
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


@lru_cache(maxsize=1_000)
def traits_of(name: str) -> Traits:
    """Return the traits of the layer or op of this name; defaults for an unknown name."""
    entry = load().layer(name)
    return entry.traits if entry else Traits()


def _by_name(_: Catalogue, group: str) -> dict[str, Entry]:
    return _index().get(group, {})


@cache
def load() -> Catalogue:
    """Return the committed catalogue."""
    return Catalogue.model_validate_json(
        Path(__file__).with_name("catalogue.json").read_text(encoding="utf-8")
    )
