"""The inverse of an operation, as the page computes it (frontend/src/document/operations.ts)."""

from engine.document import Document
from engine.document.draft import at, plain
from engine.document.operations import Add, Operation, Remove, Replace, Set, Unset


def invert(document: Document, operation: Operation) -> Operation:
    """Return the operation that undoes `operation`, which must apply to `document`.

    Applying both gives a document with the same members and properties (the order of members has
    no meaning). Raises KeyError if `operation` can't be applied.
    """
    match operation:
        case Replace():
            return Replace(document=plain(document))
        case Add():
            return Remove(path=(*operation.path, str(operation.item["id"])))
        case Remove():
            return Add(path=operation.path[:-1], item=plain(at(document, operation.path)))
        case Set() | Unset():
            try:
                return Set(path=operation.path, value=plain(at(document, operation.path)))
            except KeyError:
                return Unset(path=operation.path)
