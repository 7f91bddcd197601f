"""Describes the fields and defaults of a document's parts, for the end of frontend/src/contract.ts.

The page completes what an edit leaves out and gives back defaults by itself (unset), by the same
rules as engine.document; it has them from here, so that they are written once.
"""

import json
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, RootModel, StringConstraints
from pydantic.fields import FieldInfo

from engine.document import Document
from engine.document.schema import ID_PATTERN, PARAM_NAME_PATTERN

Described = dict[str, dict[str, dict[str, Any]]]


def fields() -> Described:
    """Return, for each model of the document, its fields by name.

    A field has an `initial` value unless it is required, says which model it is made `of`, or which
    `kinds` of models, and whether there are `many`, whether it may be null, and whether its keys
    are names of parameters. A number has its `minimum` and `maximum`, a text its `longest` length.
    """
    described: Described = {}
    todo: list[type[BaseModel]] = [Document]
    for model in todo:
        if model.__name__ in described:
            continue
        described[model.__name__] = {
            info.alias or name: _field(info) for name, info in model.model_fields.items()
        }
        todo.extend(
            part for info in model.model_fields.values() for part in _models(info.annotation)
        )
    return described


def _field(info: FieldInfo) -> dict[str, Any]:
    annotation = info.annotation
    described: dict[str, Any] = {}
    if not info.is_required():
        value = info.get_default(call_default_factory=True)
        described["initial"] = RootModel[Any](value).model_dump(mode="json", by_alias=True)
    described |= _limits(info)
    if type(None) in get_args(annotation):
        described["nullable"] = True
        annotation = next(arg for arg in get_args(annotation) if arg is not type(None))
    models = _models(annotation)
    if len(models) == 1:
        described["of"] = models[0].__name__
    elif models:
        described["kinds"] = {
            model.model_fields["type"].default: model.__name__ for model in models
        }
    if get_origin(annotation) is tuple:
        described["many"] = True
    if get_origin(annotation) is dict:
        described["params"] = True
    return described


def _limits(info: FieldInfo) -> dict[str, Any]:
    """The least and the greatest value of a number, the greatest length of a text."""
    limits: dict[str, Any] = {}
    for limit in info.metadata:
        if isinstance(limit, Ge):
            limits["minimum"] = limit.ge
        if isinstance(limit, Le):
            limits["maximum"] = limit.le
        if isinstance(limit, StringConstraints) and limit.max_length is not None:
            limits["longest"] = limit.max_length
    return limits


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models that an annotation names, alone, in a tuple, beside null or beside others."""
    if get_origin(annotation) in (tuple, Annotated, UnionType, Union):
        return [model for part in get_args(annotation) for model in _models(part)]
    is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return [annotation] if is_model else []


def constants() -> str:
    """Return the description, and the patterns of ids and names, as TypeScript."""
    lines = ",\n".join(f"  {name}: {json.dumps(each)}" for name, each in fields().items())
    return (
        "\nexport interface FieldSpec {\n"
        "  /** Absent for a required field. */\n  initial?: unknown;\n"
        "  /** The model that its value, or each of many, is made of. */\n  of?: string;\n"
        "  /** The models of which it is one, by its `type`. */\n"
        "  kinds?: Record<string, string>;\n"
        "  many?: boolean;\n  nullable?: boolean;\n"
        "  /** Whether its keys are names of parameters. */\n  params?: boolean;\n"
        "  /** The limits of a number. */\n  minimum?: number;\n  maximum?: number;\n"
        "  /** The greatest number of characters of a text. */\n  longest?: number;\n}\n"
        "\n/**\n * The fields of a document's parts, by model, with their defaults.\n */\n"
        f"export const FIELDS: Record<string, Record<string, FieldSpec>> = {{\n{lines},\n}};\n"
        f"\nexport const ID_PATTERN = {json.dumps(ID_PATTERN)};\n"
        f"export const PARAM_NAME_PATTERN = {json.dumps(PARAM_NAME_PATTERN)};\n"
    )
