"""Templates: documents that open laid out, check clean, train offline and teach something.

A template is one JSON file in this folder; adding one needs nothing else.
"""

from functools import cache
from pathlib import Path

from engine.document import Document
from engine.values import Frozen


class Template(Frozen):
    """A document with what it is good for. `order` ranks the gallery, smallest first."""

    id: str
    title: str
    teaches: str
    tags: tuple[str, ...] = ()
    order: int = 100
    document: Document


@cache
def load() -> tuple[Template, ...]:
    """Return every template in gallery order. Raises pydantic's ValidationError on a bad file."""
    files = Path(__file__).parent.glob("*.json")
    templates = [Template.model_validate_json(file.read_text(encoding="utf-8")) for file in files]
    return tuple(sorted(templates, key=lambda template: (template.order, template.id)))


def find(id: str) -> Template | None:
    """Return the template with this id, if there is one."""
    return next((template for template in load() if template.id == id), None)
