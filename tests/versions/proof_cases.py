"""Documents with which classes of other libraries are compared with Keras: layers and templates."""

from engine import templates
from engine.document import Document


def cases() -> dict[str, Document]:
    """Every document, by a name that is a file's."""
    return {f"template-{template.id}": template.document for template in templates.load()}
