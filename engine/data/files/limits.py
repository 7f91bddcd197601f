"""What reading a file may cost: a file that exceeds a limit is refused with a problem."""

import time
from dataclasses import dataclass, field

from engine.data.files.refusal import AT, RefusedFileError
from engine.problems import problem

MAX_CELLS = 50_000_000
"""Cells of a sheet of a workbook, empty ones included: the library holds them all."""


@dataclass(frozen=True)
class Limits:
    """Limits of one reading.

    `bytes` are those of all values as they are stored, and of all members of an archive. `line` is
    in characters, and at least a million: shorter lines are not measured.
    """

    rows: int = 100_000_000
    columns: int = 10_000
    bytes: int = 16_000_000_000
    line: int = 10_000_000
    members: int = 500_000
    pixels: int = 50_000_000
    ratio: int = 200
    """How much larger than its archive a member may be in total."""
    seconds: float = 1_800.0
    started: float = field(default_factory=time.monotonic)

    def check_time(self, file: str) -> None:
        """Raise a RefusedFileError if the reading has taken too long."""
        if time.monotonic() - self.started > self.seconds:
            raise RefusedFileError(problem("file_too_slow", AT, file=file, seconds=self.seconds))

    def check_rows(self, file: str, rows: int) -> None:
        """Raise a RefusedFileError if there are too many rows."""
        if rows > self.rows:
            raise RefusedFileError(problem("file_too_many_rows", AT, file=file, limit=self.rows))

    def check_columns(self, file: str, columns: int) -> None:
        """Raise a RefusedFileError if there are too many columns."""
        if columns > self.columns:
            raise RefusedFileError(
                problem("file_too_many_columns", AT, file=file, count=columns, limit=self.columns)
            )

    def check_bytes(self, file: str, bytes: int) -> None:
        """Raise a RefusedFileError if the values take too much space."""
        if bytes > self.bytes:
            raise RefusedFileError(
                problem("file_too_large", AT, file=file, size=bytes, limit=self.bytes)
            )
