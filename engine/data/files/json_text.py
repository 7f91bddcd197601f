"""Reads JSON piece by piece: of a list or an object of any size, only one value is held."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source
from engine.problems import problem

PIECE = 1 << 16
_LONGEST_WORD = 16
"""An error this close to the end may come from a value that is cut there, such as “-Infinity”."""
_NUMBER = ".eE+-0123456789"
_SPACES = re.compile(r"[ \t\n\r]*")
_SPACES_IN_LINE = re.compile(r"[ \t\r]*")
_decode = json.JSONDecoder().raw_decode


class JsonText:
    """The text of a file in UTF-8 from a position on, in bytes; several may share the file.

    A value may have as many characters as a line. `spans_lines` says whether the last one had a
    line break in it. All methods raise RefusedFileError for a text that is not JSON.
    """

    def __init__(
        self, file: BinaryIO, source: Source, position: int = 0, piece: int = PIECE
    ) -> None:
        self._file, self._source, self._piece = file, source, piece
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._start = self._end = position
        self._text, self._at, self._line = "", 0, 1
        self.spans_lines = False

    @property
    def position(self) -> int:
        """Where the next value begins, in bytes from the start of the file."""
        self.peek()
        return self._start + len(self._text[: self._at].encode())

    def peek(self, spaces: re.Pattern[str] = _SPACES) -> str:
        """Return the next character that is no space; nothing at the end of the file."""
        while True:
            self._at = spaces.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def value(self) -> Any:
        """Return the next value."""
        self.peek()
        while True:
            try:
                value, end = _decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                if not (self._is_cut(error) and self._more()):
                    raise self._invalid(error) from None
            else:
                if self._may_go_on(value, end) and self._more():
                    continue
                self.spans_lines = "\n" in self._text[self._at : end]
                self._at = end
                return value

    def names(self) -> Iterator[str]:
        """Yield the names in the object that comes next; the value of each is to be taken."""
        self._take("{")
        after = self._take("}") if self.peek() == "}" else ","
        while after == ",":
            if self.peek() != '"':
                raise self._invalid()
            name = self.value()
            self._take(":")
            yield name
            after = self._take(",}")

    def items(self) -> Iterator[Any]:
        """Yield the items of the list, or the values of the object, that comes next."""
        if self.peek() == "{":
            for _ in self.names():
                yield self.value()
            return
        self._take("[")
        after = self._take("]") if self.peek() == "]" else ","
        while after == ",":
            yield self.value()
            after = self._take(",]")

    def values(self, *, in_lines: bool) -> Iterator[Any]:
        """Yield the values up to the end of the file, each in a line of its own or in several."""
        while self.peek():
            yield self.value()
            if in_lines and self.spans_lines:
                raise self._invalid()
            if self.peek(_SPACES_IN_LINE) not in ("\n", ""):
                raise self._invalid()

    def close(self) -> None:
        """Refuse anything but spaces up to the end of the file."""
        if self.peek():
            raise self._invalid()

    def _take(self, expected: str) -> str:
        """Take one of the expected characters."""
        found = self.peek()
        if not found or found not in expected:
            raise self._invalid()
        self._at += 1
        return found

    def _more(self) -> bool:
        """Drop what was taken, and read as much again as is left; return whether there was any."""
        self._source.limits.check_time(self._source.name)
        taken, rest = self._text[: self._at], self._text[self._at :]
        if len(rest) > self._source.limits.line:
            raise self._too_long()
        self._file.seek(self._end)
        content = self._file.read(max(self._piece, len(rest)))
        if not content:
            return False
        self._start += len(taken.encode())
        self._end += len(content)
        self._line += taken.count("\n")
        self._text, self._at = rest + self._decoder.decode(content), 0
        return True

    def _may_go_on(self, value: Any, end: int) -> bool:
        """Whether more of a number may follow, such as “5” after “1.”."""
        return isinstance(value, int | float) and self._text[end : end + 1] in _NUMBER

    def _is_cut(self, error: Exception) -> bool:
        """Whether the value may only seem wrong because more of it is to be read."""
        if not isinstance(error, json.JSONDecodeError):
            return False
        open_text = error.msg.startswith("Unterminated string")
        return open_text or error.pos > len(self._text) - _LONGEST_WORD

    def _invalid(self, error: Exception | None = None) -> RefusedFileError:
        at = error.pos if isinstance(error, json.JSONDecodeError) else self._at
        line = self._line + self._text.count("\n", 0, at)
        detail = str(error) if error else ""
        return RefusedFileError(
            problem("file_bad_json", AT, file=self._source.name, line=line, detail=detail)
        )

    def _too_long(self) -> RefusedFileError:
        line = self._line + self._text.count("\n", 0, self._at)
        limit = self._source.limits.line
        return RefusedFileError(
            problem("file_value_too_long", AT, file=self._source.name, line=line, limit=limit)
        )
