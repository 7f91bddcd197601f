"""One pure function per document version: version n → version n + 1, on plain JSON values.

To change the document's form: raise `VERSION` in engine.document, and add here the function
that brings the last version forward. Never edit one that has been released.
"""

from collections.abc import Callable
from typing import Any

from engine.document import VERSION
from engine.problems import Problem, problem

STEPS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def migrate(value: Any) -> dict[str, Any] | Problem:
    """Bring plain JSON values of any known version to the present one."""
    if not isinstance(value, dict):
        return problem("not_a_document")
    version = value.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= VERSION:
        return problem(
            "unknown_version.none" if version is None else "unknown_version",
            version=repr(version)[:40],
            newest=VERSION,
        )
    document: dict[str, Any] = value
    for step in range(version, VERSION):
        document = STEPS[step](document)
    return document
