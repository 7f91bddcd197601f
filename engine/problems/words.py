"""Words for people: templates with named arguments, and the one catalogue of problems.

A template is an English sentence with `{named}` places. It is also the key of its translation,
as gettext wants it. What may stand behind the colon of a place is in `engine.problems.render`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, Literal

from engine.values import Frozen, RuleError

Severity = Literal["error", "warning", "note"]

MAX_TEXT = 200
"""Characters of one argument: what travels, and what a message quotes, stays small."""
MAX_ITEMS = 20
"""Items of an argument that is a list."""


@dataclass(frozen=True)
class Plural:
    """A sentence about a number, the argument `by`; a language may have more than two forms."""

    by: str
    one: str
    many: str


Text = str | Plural


@dataclass(frozen=True)
class Words:
    """The words for one kind of problem, and its severity."""

    message: Text
    hint: Text | None = None
    severity: Severity = "error"

    @property
    def fields(self) -> frozenset[str]:
        """The names of the arguments of its templates."""
        return fields(self.message) | (fields(self.hint) if self.hint else frozenset())


class Phrase(Frozen):
    """Part of a sentence, or a label, with its arguments: words that are no problem's own."""

    text: str
    arguments: dict[str, Any] = {}


def phrase(text: str, /, **arguments: Any) -> Phrase:
    """Return words for people. `text` is a literal, so that a script can collect it."""
    return Phrase(text=text, arguments={key: plain(value) for key, value in arguments.items()})


def with_rest(items: list[Phrase]) -> list[Phrase]:
    """Items of a list that may travel; the last one says how many there are beyond it."""
    if len(items) <= MAX_ITEMS:
        return items
    shown = items[: MAX_ITEMS - 1]
    return [*shown, phrase("{count} more", count=len(items) - len(shown))]


def words_of(error: Exception) -> Phrase | str:
    """Why something was refused: our own words, or those of Python or a library."""
    if isinstance(error, RuleError):
        return phrase(error.text, **error.arguments)
    return str(error)


def marked(text: str) -> str:
    """Return `text`, which is thereby marked as words for people: a script collects them."""
    return text


def escaped(text: str) -> str:
    """Return text as a template; its braces would otherwise be places for arguments."""
    return text.replace("{", "{{").replace("}", "}}")


def plain(value: Any) -> Any:
    """An argument as plain JSON, cut to a size that may travel."""
    match value:
        case str():
            return value if len(value) <= MAX_TEXT else value[: MAX_TEXT - 1] + "…"
        case Phrase():
            return value.model_dump()
        case dict():
            return value  # another problem, see `quoted`
        case list() | tuple():
            return [plain(item) for item in value[:MAX_ITEMS]]
        case None | bool() | int() | float():
            return value
    raise TypeError(f"{type(value).__name__} can't be an argument of a message")


def fields(text: Text) -> frozenset[str]:
    """The names of the arguments that a template takes."""
    if isinstance(text, Plural):
        return fields(text.one) | fields(text.many) | {text.by}
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


_catalogue: dict[str, Words] = {}


def register(words: Mapping[str, Words]) -> None:
    """Add a table of problems to the catalogue. Raises ValueError when a code is taken."""
    if taken := _catalogue.keys() & words.keys():
        raise ValueError(f"two tables have words for {', '.join(sorted(taken))}")
    _catalogue.update(words)


def catalogue() -> Mapping[str, Words]:
    """All problems that are known: words by code, or by “code.variant”."""
    return _catalogue
