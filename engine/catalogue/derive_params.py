"""Parameters of the catalogue: from Keras's signatures and docstrings, typed by param_rules."""

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any

import keras

from engine.catalogue import Param, palette_of_ops, param_rules
from engine.catalogue.docstrings import Doc

_ALREADY_PLURAL = {"embeddings"}


def params_of(owner: str, target: Any, doc: Doc, omit: list[str]) -> Iterator[Param]:
    """The parameters of a class or function called `owner`, in the order of its signature."""
    leading = True
    signature = inspect.signature(target.__init__ if inspect.isclass(target) else target)
    own = [p for p in signature.parameters.values() if p.name != "self"]
    for index, parameter in enumerate([*own, *_inherited(target, signature)]):
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
    yield from _of_every_layer(owner, target, signature)
    yield from _at_call(owner, target)


def _inherited(target: Any, signature: inspect.Signature) -> Iterator[inspect.Parameter]:
    """The parameters that a layer passes to its base class in **kwargs."""
    if not inspect.isclass(target) or not issubclass(target, keras.Layer):
        return
    known = set(signature.parameters)
    bases: Any = target.__mro__[1 : target.__mro__.index(keras.Layer)]
    for base in bases if "kwargs" in known else ():
        for parameter in inspect.signature(base.__init__).parameters.values():
            if parameter.name in param_rules.INHERITED and parameter.name not in known:
                known.add(parameter.name)
                yield parameter


def _of_every_layer(owner: str, target: Any, signature: inspect.Signature) -> Iterator[Param]:
    """`trainable` and `dtype`, which most layers accept in **kwargs."""
    if not inspect.isclass(target) or not issubclass(target, keras.Layer):
        return
    names = set(signature.parameters)
    owns = any(name.endswith("_initializer") or name in param_rules.OWNING for name in names)
    if (owns or owner == "STFTSpectrogram") and "trainable" not in names:
        yield _param(owner, "trainable", True, False, Doc())
    if "dtype" not in names:
        yield _param(owner, "dtype", None, False, Doc())


def _at_call(owner: str, target: Any) -> Iterator[Param]:
    """The call arguments of a layer that are parameters of the node."""
    called = inspect.signature(target.call).parameters if hasattr(target, "call") else {}
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
        start=_start(owner, name) if required else None,
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


def _start(owner: str, name: str) -> Any:
    return param_rules.STARTS.get(f"{owner}.{name}", param_rules.STARTS.get(name))


def _dtypes(owner: str, name: str) -> tuple[str, ...]:
    """The dtypes of values (Input, ops, categories), or those that a layer can compute with."""
    if owner.startswith(palette_of_ops.PREFIX) or owner in param_rules.OF_ANY_DTYPE:
        return param_rules.INPUT_DTYPES
    target = getattr(keras.layers, owner, keras.Layer)
    quantizes = name == "dtype" and target.quantized_build is not keras.Layer.quantized_build
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
