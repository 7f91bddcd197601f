"""Writes catalogue.json: the palette, joined with Keras's signatures and docstrings.

    python -m engine.catalogue.derive            write it
    python -m engine.catalogue.derive --check    exit 1 when the committed file is stale

Names, defaults, order and help come from Keras (Apache License 2.0, © the Keras authors);
engine.catalogue.palette and engine.catalogue.param_rules add only what is missing there.
"""

import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import keras
from keras.src.layers.convolutional.base_conv import BaseConv
from keras.src.layers.pooling.base_adaptive_pooling import BaseAdaptivePooling
from keras.src.layers.preprocessing.image_preprocessing.base_image_preprocessing_layer import (
    BaseImagePreprocessingLayer,
)

from engine.catalogue import (
    Catalogue,
    Category,
    Entry,
    Kind,
    Param,
    Port,
    Traits,
    When,
    palette,
    palette_of_ops,
    param_rules,
)
from engine.catalogue.derive_params import params_of
from engine.catalogue.derive_ranks import with_ranks
from engine.catalogue.derive_values import traits_of_activation
from engine.catalogue.docstrings import read

PATH = Path(__file__).with_name("catalogue.json")
OBJECTS: Mapping[str, Kind] = MappingProxyType(
    {
        "initializers": "initializer",
        "regularizers": "regularizer",
        "constraints": "constraint",
        "optimizers": "optimizer",
        "optimizers.schedules": "schedule",
        "losses": "loss",
        "metrics": "metric",
    }
)
BASES: tuple[tuple[type, Traits], ...] = (
    (BaseAdaptivePooling, Traits(traced=True)),
    (BaseImagePreprocessingLayer, Traits(traced=True)),
    (keras.layers.RNN, Traits(traced=True)),
    (BaseConv, Traits(one_kernel=True)),
)
"""Traits of all subclasses of these bases, unless their palette line sets them."""

TRAINING = "training"
_NO_PORTS = {"self", TRAINING, "kwargs", *param_rules.AT_CALL}


def catalogue() -> Catalogue:
    """Derive the catalogue from the palette and the installed Keras."""
    placeable = map(with_ranks, (*_placeable(), *_ops()))
    layers, objects = [*placeable, *_refused()], [*_objects()]
    known = _known_help(layers + objects)
    return Catalogue(
        keras=keras.__version__,
        categories=tuple(Category(name=n, color=c) for n, c in palette.CATEGORIES.items()),
        layers=tuple(_with_help(entry, known) for entry in layers),
        objects=tuple(_with_help(entry, known) for entry in objects),
    )


def _known_help(entries: list[Entry]) -> dict[str, str]:
    """The first help text that any class has, for each parameter name."""
    known: dict[str, str] = {}
    for entry in entries:
        for param in entry.params:
            if param.help:
                known.setdefault(param.name, param.help)
    return known


def _with_help(entry: Entry, known: Mapping[str, str]) -> Entry:
    """Fill in missing help of parameters from another class with a parameter of that name."""
    params = (
        p if p.help else p.model_copy(update={"help": known.get(p.name, "")}) for p in entry.params
    )
    return entry.model_copy(update={"params": tuple(params)})


def _placeable() -> Iterator[Entry]:
    for category, lines in palette.LAYERS.items():
        for line in lines:
            yield _layer(line, category)


def _layer(line: palette.Line, category: str) -> Entry:
    layer = getattr(keras.layers, line.name)
    doc = read(layer)
    summary, _, more = line.about.partition("\n")
    params = tuple(params_of(line.name, layer, doc, omit=["name", *line.omit.split()]))
    telling = _telling(line, params)
    return Entry(
        name=line.name,
        kind="layer",
        path=_path("layers", line.name),
        category=category,
        code=line.code or _code(line.name),
        summary=summary or doc.summary,
        help=more if summary else doc.help,
        inputs=_ports(line.inputs if line.inputs is not None else _inputs(layer, category)),
        outputs=_ports(line.outputs),
        params=tuple(p.model_copy(update={"telling": p.name in telling}) for p in params),
        takes_training=_training(layer) is not None and TRAINING not in line.omit.split(),
        traits=_traits(layer, line.traits),
    )


def _training(layer: Any) -> inspect.Parameter | None:
    """The argument `training` of a layer's call."""
    call = getattr(layer, "call", None)
    return inspect.signature(call).parameters.get(TRAINING) if call else None


def _traits(layer: Any, own: Traits) -> Traits:
    training = _training(layer)
    default = training.default if training and isinstance(training.default, bool) else None
    result = own if default is None else own.model_copy(update={"training_default": default})
    for base, traits in BASES:
        if inspect.isclass(layer) and issubclass(layer, base):
            own_values = {name: getattr(result, name) for name in result.model_fields_set}
            result = traits.model_copy(update=own_values)
    return result


def _ops() -> Iterator[Entry]:
    for line in palette_of_ops.OPERATIONS:
        yield _op(line)


def _op(line: palette.Line) -> Entry:
    """A function of keras.ops: its tensors are ports, its other arguments are parameters."""
    function = getattr(keras.ops, line.name)
    signature, doc = inspect.signature(function).parameters, read(function)
    inputs = line.inputs or "x"
    either = {word.removesuffix("=") for word in inputs.split() if word.endswith("=")}
    ports = tuple(
        port.model_copy(update={"spread": signature[port.name].kind is _VARIADIC})
        for port in _ports(inputs)
    )
    tensors = {port.name for port in ports}.difference(either)
    name = palette_of_ops.PREFIX + line.name
    summary, _, more = line.about.partition("\n")
    params = params_of(name, function, doc, omit=[*tensors, *line.omit.split()])
    return Entry(
        name=name,
        kind="op",
        path=f"keras.{name}",
        category=palette_of_ops.CATEGORY,
        code=line.code or _letters(line.name),
        summary=summary or doc.summary,
        help=more if summary else doc.help,
        inputs=ports,
        outputs=_ports(line.outputs),
        params=tuple(_operand(param, param.name in either) for param in params),
        traits=line.traits,
    )


def _letters(name: str) -> str:
    """Two letters for an op: the initials of two words, or the first two letters (Ls, Re)."""
    first, _, second = name.partition("_")
    return (first[0] + second[0] if second else first[:2]).title()


_VARIADIC = inspect.Parameter.VAR_POSITIONAL


def _operand(param: Param, either: bool) -> Param:
    """A parameter of an op; one that can be replaced by an edge is always optional."""
    if either:
        update = {"required": False, "nullable": True, "default": None, "positional": False}
        return param.model_copy(update={**update, "start": None, "telling": True})
    positional = param.required and param.name not in palette_of_ops.BY_NAME
    telling = param.type != "boolean" and (param.required or param.name == "axis")
    return param.model_copy(
        update={"positional": positional, "telling": telling, "advanced": False}
    )


def _path(module: str, name: str) -> str:
    return "keras.Input" if name == "Input" else f"keras.{module}.{name}"


def _code(name: str) -> str:
    """Two letters: initial and dimension, initials of two words, or the first two (C2, GA, De)."""
    words = re.findall(r"[A-Z][a-z]+|[A-Z]+(?![a-z])|\dD", name)
    if words[0] == "Global":
        return f"G{words[1][0]}"
    if re.fullmatch(r"\dD", words[-1]):
        return str(words[0][0] + words[-1][0])
    return str(words[0][0] + words[1][0]) if len(words) > 1 else name[:2]


def _telling(line: palette.Line, params: tuple[Param, ...]) -> set[str]:
    if line.telling is not None:
        return set(line.telling.split())
    names = {p.name for p in params if p.type != "boolean" or p.name == "return_sequences"}
    return set([name for name in param_rules.TELLING if name in names][:3])


def _inputs(layer: Any, category: str) -> str:
    """The ports of `call`, in the palette's notation."""
    if category == "Merging":
        return "inputs*"
    words = []
    for parameter in inspect.signature(layer.call).parameters.values():
        if parameter.name in _NO_PORTS:
            continue
        several = "*" if parameter.name == "initial_state" else ""
        optional = "" if parameter.default is inspect.Parameter.empty else "?"
        words.append(parameter.name + several + optional)
    return " ".join(words)


def _ports(notation: str) -> tuple[Port, ...]:
    return tuple(_port(word) for word in notation.split())


def _port(word: str) -> Port:
    name, _, condition = word.partition(":")
    condition, _, holding = condition.partition("@")
    param, _, value = condition.partition("=")
    classes = tuple(filter(None, holding.split(",")))
    equals = json.loads(value or "true")
    when = When(param=param, equals=equals, holding=classes) if param else None
    name, _, count = name.partition("#")
    return Port(
        name=name.rstrip("*?="),
        variadic="*" in name,
        optional="?" in name or "=" in name,
        when=when,
        count=count or None,
    )


def _refused() -> Iterator[Entry]:
    placeable = {line.name for lines in palette.LAYERS.values() for line in lines}
    for name in sorted(dir(keras.layers)):
        layer = getattr(keras.layers, name)
        if not inspect.isclass(layer) or name in placeable:
            continue
        real = layer.__name__
        reason = palette.REFUSED.get(name) or f"It is another name of {real}: place that."
        if name not in palette.REFUSED and real not in placeable:
            continue  # reported by the completeness test
        yield Entry(
            name=name,
            kind="layer",
            path=f"keras.layers.{name}",
            summary=read(layer).summary,
            refused=reason,
        )


def _objects() -> Iterator[Entry]:
    for name in palette.CELLS:
        yield _object("layers", name, "cell")
    for name in _public("activations"):
        function = getattr(keras.activations, name)
        yield Entry(
            name=name,
            kind="activation",
            path=f"keras.activations.{name}",
            summary=read(function).summary,
            traits=traits_of_activation(function),
        )
    for module, kind in OBJECTS.items():
        for name in _public(module):
            yield _object(module, name, kind)
    for name, omitted in palette.CALLBACKS.items():
        yield _object("callbacks", name, "callback", omitted)
    for name, why in palette.REFUSED_CALLBACKS.items():
        path = f"keras.callbacks.{name}"
        summary = read(getattr(keras.callbacks, name)).summary
        yield Entry(name=name, kind="callback", path=path, summary=summary, refused=why)


def _module(path: str) -> Any:
    module: Any = keras
    for step in path.split("."):
        module = getattr(module, step)
    return module


def _public(path: str) -> Iterator[str]:
    """The public names of a module without aliases: classes, or functions of activations."""
    module = _module(path)
    wanted = inspect.isfunction if path == "activations" else inspect.isclass
    for name in sorted(dir(module)):
        member = getattr(module, name)
        if wanted(member) and member.__name__ == name and name not in palette.LEFT_OUT[path]:
            yield name


def _object(module: str, name: str, kind: Kind, omitted: str = "") -> Entry:
    class_ = getattr(_module(module), name)
    doc = read(class_)
    return Entry(
        name=name,
        kind=kind,
        path=f"keras.{module}.{name}",
        summary=doc.summary,
        help=doc.help,
        params=tuple(params_of(name, class_, doc, omit=[*_omitted(kind), *omitted.split()])),
        traits=palette.OBJECTS.get(name, palette.PLAIN),
    )


def _omitted(kind: Kind) -> list[str]:
    return {"cell": ["name"], "metric": ["dtype"]}.get(kind, ["name", "dtype"])


def written() -> str:
    """The text of catalogue.json: one line for each entry, so that diffs are readable."""
    whole = catalogue()
    plain = whole.model_dump(mode="json", exclude_defaults=True)
    entries = (*whole.layers, *whole.objects)
    for entry, line in zip(entries, (*plain["layers"], *plain["objects"]), strict=True):
        if traits := entry.traits.model_dump(mode="json", exclude_defaults=True):
            line["traits"] = traits
    parts = [f'"keras": {json.dumps(plain["keras"])}']
    for group in ("categories", "layers", "objects"):
        lines = ",\n".join(json.dumps(item, ensure_ascii=False) for item in plain[group])
        parts.append(f'"{group}": [\n{lines}\n]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main(arguments: list[str]) -> int:
    """Write the catalogue, or check whether it is stale."""
    text = written()
    if "--check" not in arguments:
        PATH.write_text(text, encoding="utf-8")
        return 0
    fresh = PATH.exists() and PATH.read_text(encoding="utf-8") == text
    if not fresh:
        sys.stderr.write(f"{PATH.name} is stale: run `python -m engine.catalogue.derive`\n")
    return 0 if fresh else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
