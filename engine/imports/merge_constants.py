"""The three-way merge of the names of values: the document's, its code's and the edited code's."""

from collections import defaultdict
from collections.abc import Mapping

from engine.document import Constant, Document
from engine.document.constants import Path, uses_of
from engine.document.schema import ConstantValue


def merge_constants(old: Document, base: Document, new: Document) -> tuple[Constant, ...]:
    """The constants of `new`, and what code does not express of those of `old`.

    All three have the ids of `old`. A constant that code spells in capitals keeps its name.
    """
    before, coded, after = uses_of(old), uses_of(base), uses_of(new)
    if _names(coded) == _names(after) and _values(base) == _values(new):
        return old.constants
    names = {coded[path].name: before[path].name for path in coded.keys() & before.keys()}
    uses: dict[tuple[str, ConstantValue], list[Path]] = defaultdict(list)
    for path, constant in after.items():
        uses[names.get(constant.name, constant.name), constant.value].append(path)
    for path, constant in before.items():
        if path not in coded and path not in after:
            uses[constant.name, constant.value].append(path)
    return tuple(
        Constant(name=name, value=value, uses=tuple(paths)) for (name, value), paths in uses.items()
    )


def _names(uses: Mapping[Path, Constant]) -> dict[Path, str]:
    return {path: constant.name for path, constant in uses.items()}


def _values(document: Document) -> dict[str, ConstantValue]:
    return {constant.name: constant.value for constant in document.constants}
