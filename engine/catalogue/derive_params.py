"""Parameters of the catalogue: Keras's signatures and docstrings, read by param_rules."""

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any

import keras

from engine.catalogue import Param, palette_of_ops, param_rules
from engine.catalogue.docstrings import Doc

_ALREADY_PLURAL = {"embeddings"}


def params_of(owner: str, made: Any, doc: Doc, omit: list[str]) -> Iterator[Param]:
    """The parameters of a class or function called `owner`, in the order of its signature."""
    leading = True
    signature = inspect.signature(made.__init__ if inspect.isclass(made) else made)
    own = [p for p in signature.parameters.values() if p.name != "self"]
    for index, parameter in enumerate([*own, *_inherited(made, signature)]):
        name = parameter.name
        if name in param_rules.OMITTED or name in omit:
            continue
        required = (
            parameter.default is inspect.Parameter.empty or f"{owner}.{name}" == "Input.shape"
        )
        leading = leading and name not in param_rules.BY_NAME
        leading = leading and (required or (index == 0 and name in param_rules.BY_POSITION))
        yield _param(owner, name, parameter.default, required, doc).model_copy(
            update={"positional": leading and owner != "Input" and index <= 1}
        )
    yield from _of_every_layer(owner, made, signature)
    yield from _at_call(owner, made)


def _inherited(made: Any, signature: inspect.Signature) -> Iterator[inspect.Parameter]:
    """What a layer hands on to its base class in **kwargs without naming it."""
    if not inspect.isclass(made) or not issubclass(made, keras.Layer):
        return
    known = set(signature.parameters)
    bases: Any = made.__mro__[1 : made.__mro__.index(keras.Layer)]
    for base in bases if "kwargs" in known else ():
        for parameter in inspect.signature(base.__init__).parameters.values():
            if parameter.name in param_rules.INHERITED and parameter.name not in known:
                known.add(parameter.name)
                yield parameter


def _of_every_layer(owner: str, made: Any, signature: inspect.Signature) -> Iterator[Param]:
    """`trainable` and `dtype`, which most layers take without naming them in their signature."""
    if not inspect.isclass(made) or not issubclass(made, keras.Layer):
        return
    names = set(signature.parameters)
    owns = any(name.endswith("_initializer") or name in param_rules.OWNING for name in names)
    if (owns or owner == "STFTSpectrogram") and "trainable" not in names:
        yield _param(owner, "trainable", True, False, Doc())
    if "dtype" not in names:
        yield _param(owner, "dtype", None, False, Doc())


def _at_call(owner: str, made: Any) -> Iterator[Param]:
    """What each call of a layer may be told."""
    called = inspect.signature(made.call).parameters if hasattr(made, "call") else {}
    for name in param_rules.AT_CALL:
        if name in called:
            param = _param(owner, name, called[name].default, False, Doc())
            yield param.model_copy(update={"at_call": True})


def _param(owner: str, name: str, default: Any, required: bool, doc: Doc) -> Param:
    rule = dict(_rule(owner, name, default))
    rank = re.search(r"(\d)D", owner)
    if rule.get("length") == "rank":
        rule["length"] = int(rank[1]) if rank else None
    if rule["type"] == "dtype":
        rule["choices"] = _dtypes(owner, name)
    return Param(
        name=name,
        required=required,
        default=None if required else _plain(default),
        nullable=not required
        and (
            default is None
            or rule["type"] == "activation"
            or bool({name, f"{owner}.{name}"}.intersection(param_rules.NULLABLE))
        ),
        advanced=not required and (name in param_rules.ADVANCED or name.endswith("_constraint")),
        help=_help(owner, name) or doc.params.get(name, ""),
        **rule,
    )


def _dtypes(owner: str, name: str) -> tuple[str, ...]:
    """What values may be (Input, operations, categories), or what a layer may compute with."""
    if owner.startswith(palette_of_ops.PREFIX) or owner in param_rules.OF_ANY_DTYPE:
        return param_rules.INPUT_DTYPES
    made = getattr(keras.layers, owner, keras.Layer)
    quantizes = name == "dtype" and made.quantized_build is not keras.Layer.quantized_build
    return param_rules.DTYPES + (param_rules.QUANTIZED if quantizes else ())


def _help(owner: str, name: str) -> str:
    what, _, ending = name.rpartition("_")
    keys = (f"{owner}.{name}", name, f"*_{ending}")
    texts = param_rules.HELP
    if owner.startswith(palette_of_ops.PREFIX):
        texts = palette_of_ops.HELP
    own = (texts.get(key, "") for key in keys)
    thing = (
        what.replace("_", " ") if what in _ALREADY_PLURAL else what.replace("_", " ") + " weights"
    )
    return next((text.format(thing) for text in own if text), "")


def _plain(default: Any) -> Any:
    if isinstance(default, tuple | list):
        return [_plain(item) for item in default]
    return default


def _rule(owner: str, name: str, default: Any) -> param_rules.Rule:
    ending = "*_" + name.rpartition("_")[2]
    if isinstance(default, bool):
        return param_rules.YES
    for key in (f"{owner}.{name}", name, ending):
        for rules in _rules(owner):
            if key in rules:
                return rules[key]
    match default:
        case int():
            return param_rules.WHOLE
        case float():
            return param_rules.REAL
        case str():
            return param_rules.TEXT
    raise LookupError(f"engine.catalogue.param_rules needs a rule for {owner}.{name} = {default!r}")


def _rules(owner: str) -> tuple[Mapping[str, param_rules.Rule], ...]:
    of_ops = owner.startswith(palette_of_ops.PREFIX)
    return (palette_of_ops.RULES, param_rules.RULES) if of_ops else (param_rules.RULES,)
