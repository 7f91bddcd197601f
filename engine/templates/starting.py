"""What a new project starts from: nothing, a template, or a document."""

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


def starting(body: bytes) -> Document | list[Problem]:
    """Return the document of a new project, described as JSON. Never raises for bad input."""
    wanted = _read(read_json(body))
    if isinstance(wanted, list):
        return wanted
    if wanted.template is None:
        return _named(wanted.document or Document(), wanted.name)
    if wanted.document is not None:
        return [problem("template_and_document")]
    template = templates.find(wanted.template)
    if template is None:
        return [problem("no_template", id=wanted.template)]
    return _named(template.document, wanted.name or template.title)


def _read(value: Any) -> ProjectIn | list[Problem]:
    """Read a new project; its document may be of an older version."""
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
    """Return the document under another name, if one is given."""
    return document.model_copy(update={"name": name}) if name else document
