"""Whether the document can be trained: data, columns, loss, optimizer, metrics and callbacks."""

from engine.check.shapes import GraphCheck
from engine.data.bindings import bind
from engine.document import Document
from engine.problems import Problem


def training(
    document: Document, main: GraphCheck, starts: tuple[str, ...], ends: tuple[str, ...]
) -> tuple[dict[str, str], list[Problem]]:
    """Return the data's column of each input and output, and what is wrong with training."""
    fed, aims, problems = bind(document, starts, tuple(dict.fromkeys(ends)))
    return fed | aims, problems
