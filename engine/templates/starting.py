"""The document of a new project: empty, a template's, or one that is sent."""

from typing import Any

from pydantic import ValidationError

from engine import templates
from engine.document import Document
from engine.document.reading import read_json, validate_document
from engine.document.refusals import refused_document
from engine.problems import Problem, problem
from engine.values import Frozen, Name


class ProjectIn(Frozen):
    """A new project: empty, from a template, or from a document (not from both)."""

    name: Name | None = None
    template: str | None = None
    document: Document | None = None


def starting_document(body: bytes) -> Document | list[Problem]:
    """Return the document of a new project, described as JSON. Never raises for bad input."""
    request = _read(read_json(body))
    if isinstance(request, list):
        return request
    if request.template is None:
        return _named(request.document or Document(), request.name)
    if request.document is not None:
        return [problem("template_and_document")]
    template = templates.find(request.template)
    if template is None:
        return [problem("no_template", id=request.template)]
    return _named(template.document, request.name or template.title)


def _read(value: Any) -> ProjectIn | list[Problem]:
    """Validate a new project; its document may be of an older version."""
    if isinstance(value, Problem):
        return [value]
    if isinstance(value, dict) and value.get("document") is not None:
        document = validate_document(value["document"])
        if isinstance(document, list):
            return document
        value = {**value, "document": document}
    try:
        return ProjectIn.model_validate(value)
    except ValidationError as error:
        return refused_document(error)


def _named(document: Document, name: str | None) -> Document:
    """Return the document with another name, if there is one."""
    return document.model_copy(update={"name": name}) if name else document
