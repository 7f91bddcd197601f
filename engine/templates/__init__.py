"""Templates: documents with a layout and without problems, which train offline and teach something.

Each template is one JSON file in this folder; adding one needs nothing else.
"""

from functools import cache
from pathlib import Path

from engine.document import Document
from engine.values import Frozen


class Template(Frozen):
    """A document and what it teaches. `order` ranks the gallery, smallest first."""

    id: str
    title: str
    teaches: str
    tags: tuple[str, ...] = ()
    order: int = 100
    document: Document


@cache
def load() -> tuple[Template, ...]:
    """Return every template in gallery order. Raises ValidationError for an invalid file."""
    files = Path(__file__).parent.glob("*.json")
    templates = [Template.model_validate_json(file.read_text(encoding="utf-8")) for file in files]
    return tuple(sorted(templates, key=lambda template: (template.order, template.id)))


def find(id: str) -> Template | None:
    """Return the template with this id, if there is one."""
    return next((template for template in load() if template.id == id), None)
