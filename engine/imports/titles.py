"""Titles for documents of files that give their model none."""

from engine.imports.asking import Unread
from engine.imports.graph_builder import Imported
from engine.problems import Problem

Result = Imported | Unread | list[Problem]

UNTITLED = "Imported"
_ANY = ("", "main", "model", "untitled")
"""Names of files that say nothing of the model; pasted code is “model.py”."""
MAX_TITLE = 200


def with_title(result: Result, file: str) -> Result:
    """The result of an import, whose document has the name of its model or its file.

    The name of the model counts where the file has several. Other results stay as they are.
    """
    if not isinstance(result, Imported) or result.placed or result.document.name != UNTITLED:
        return result
    several = len(result.models) > 1 and result.taken is not None
    name = next((m.name for m in result.models if several and m.index == result.taken), "")
    title = _title(name) or _title(file.replace("\\", "/").rpartition("/")[2].rpartition(".")[0])
    if not title:
        return result
    document = result.document.model_copy(update={"name": title})
    return result.model_copy(update={"document": document})


def _title(name: str) -> str:
    words = "".join(c for c in name if c.isprintable()).replace("_", " ").split()
    text = " ".join(words)[:MAX_TITLE].strip()
    return "" if text.lower() in _ANY else text[:1].upper() + text[1:]
