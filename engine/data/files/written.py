"""A column of a file whose values have been stored."""

from dataclasses import dataclass

from engine.data.catalogue import Column
from engine.data.description import Separator, Type
from engine.data.files.packing import Part


@dataclass(frozen=True)
class Written:
    """A column whose values are in `part`; of text, where its rows end."""

    column: Column
    type: Type
    part: Part
    missing: int = 0
    distinct: int | None = None
    separator: Separator | None = None
    format: str | None = None
