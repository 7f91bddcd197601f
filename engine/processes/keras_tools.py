"""What reading code asks of Keras, which is imported when it is first asked.

Importing Keras takes seconds, and most sources need nothing of it.
"""

import os
from collections.abc import Mapping
from typing import Any

from engine.document import Document
from engine.imports.python import Tools
from engine.imports.python.specs import Spec
from engine.machine.backends import CHECKED_ON, environment
from engine.problems import Phrase


def _shapes(document: Document) -> Mapping[str, tuple[Spec, ...]]:
    _prepare()
    from engine.check import check

    verdict = check(document)
    return {
        node: tuple(Spec(tensor.shape, tensor.dtype) for tensor in answer.outputs)
        for node, answer in verdict.nodes.items()
    }


def _application(name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any] | Phrase:
    """Keras's JSON of a model of keras.applications, with random weights.

    The last one is kept, because a source whose reading asks something is read several times.
    """
    key = (name, repr(sorted(arguments.items())))
    if key not in _kept:
        _prepare()
        from engine.keras.applications import application_json

        _kept.clear()
        _kept[key] = application_json(name, arguments)
    return _kept[key]


_kept: dict[tuple[str, str], Mapping[str, Any] | Phrase] = {}


def _prepare() -> None:
    """Let Keras run on the backend of the checks when it is imported."""
    for name, value in environment(CHECKED_ON, "cpu", {}).items():
        os.environ.setdefault(name, value)


TOOLS = Tools(_shapes, _application)
