"""Values that are stored while a table is read for the first time; most need no second reading.

Of a column with few distinct cells, each cell is stored as its place among them, from which the
values of any type but text can be made. Other columns are stored as what they seem to be.
"""

from collections.abc import Callable

import numpy as np
import polars as pl

from engine.data.catalogue import TEXT
from engine.data.description import Type
from engine.data.files.analysis import Facts, Parsed
from engine.data.files.guessing import guess_type
from engine.data.files.packing import Packer, Part, TextPart
from engine.data.files.statistics import pieces
from engine.data.files.values import days, numbers

Convert = Callable[[pl.Series], np.ndarray]
"""Makes values of cleaned cells."""
DTYPES: dict[Type, str] = {"number": "float32", "date": "float64", "text": TEXT}
_PLACE = "uint16"
_MISSING = np.iinfo(_PLACE).max


class Draft:
    """The facts about one column, and its values as far as they could be stored.

    `packer` is one of temporary files only.
    """

    def __init__(self, facts: Facts, packer: Packer) -> None:
        self.facts = facts
        self._packer = packer
        self._places: Part | None = packer.add("", (), _PLACE)
        self._distinct: list[str] = []
        self._type: Type | None = None
        self._format: str | None = None
        self._stored: Part | TextPart | None = None

    def add(self, raw: pl.Series) -> None:
        """Take a batch of cells into account, as they are in the file."""
        parsed = self.facts.add(raw)
        if self._places and self.facts.values is not None:
            self._distinct = list(self.facts.values)
            self._places.append(self._places_of(parsed.cells))
            return
        if self._places:
            self._begin(self._places)
        if self._format and self._format not in self.facts.formats:
            self._stored = None
        if isinstance(self._stored, TextPart):
            self._stored.append(raw.fill_null("").to_list())
        elif self._stored:
            self._stored.append(self._values(parsed))

    def move_to(self, type: Type, part: Part | TextPart) -> bool:
        """Make the stored values those of a column; return whether they have this type."""
        if self._type != type or self._stored is None or self._format != self._wanted_format(type):
            return False
        _move(self._stored, part)
        return True

    def convert_to(self, part: Part, convert: Convert) -> bool:
        """Append the values of all cells to a column; return whether the cells are known."""
        if self._places is None:
            return False
        self._append_all(self._places, part, convert)
        return True

    def _wanted_format(self, type: Type) -> str | None:
        return self.facts.date_format if type == "date" else None

    def _places_of(self, cells: pl.Series) -> np.ndarray:
        places = range(len(self._distinct))
        found = cells.replace_strict(
            self._distinct, places, default=_MISSING, return_dtype=pl.UInt16
        )
        return found.fill_null(_MISSING).to_numpy()

    def _begin(self, places: Part) -> None:
        """Go on with values, because there are too many distinct cells for their places."""
        self._places = None
        self._type = self.facts.wanted or guess_type(self.facts)
        self._format = self._wanted_format(self._type)
        if self._type == "text":
            self._stored = None if places.rows else self._packer.add_text("")
        elif self._type == "number" or self._format:
            self._stored = self._packer.add("", (1,), DTYPES[self._type])
            self._append_all(places, self._stored, self._convert)

    def _append_all(self, places: Part, part: Part, convert: Convert) -> None:
        cells = pl.Series([*self._distinct, None], dtype=pl.String)
        values = convert(cells)
        for batch in pieces(places):
            part.append(values[np.minimum(batch, len(self._distinct))])

    def _convert(self, cells: pl.Series) -> np.ndarray:
        return self._values(Parsed(cells))

    def _values(self, parsed: Parsed) -> np.ndarray:
        if self._format:
            known = parsed.days.get(self._format)
            read = days(parsed.cells, self._format) if known is None else known
        else:
            known = parsed.numbers
            read = numbers(parsed.cells, self.facts.decimal) if known is None else known
        return read.to_numpy()  # null becomes NaN


def _move(stored: Part | TextPart, part: Part | TextPart) -> None:
    if isinstance(stored, TextPart) and isinstance(part, TextPart):
        _move(stored.text, part.text)
        _move(stored.ends, part.ends)
    elif isinstance(stored, Part) and isinstance(part, Part):
        stored.file.replace(part.file)
        part.rows = stored.rows
