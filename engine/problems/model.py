"""Problems, their places and their fixes: how they are created and translated."""

from gettext import NullTranslations
from typing import Any, Self

from engine.problems.render import ENGLISH, render
from engine.problems.words import Phrase, Severity, catalogue, plain
from engine.values import Frozen


class Fix(Frozen):
    """Operations (see engine.document.operations) that one click applies.

    `label` is English; `words` are what it was rendered from.
    """

    label: str
    operations: tuple[dict[str, Any], ...]
    words: Phrase | None = None


class At(Frozen):
    """Where a problem is: `node`, `edge`, `port` and `param` narrow the place within `graph`."""

    graph: str = "main"
    node: str | None = None
    edge: str | None = None
    port: str | None = None
    param: str | None = None


class Problem(Frozen):
    """One thing that is wrong, where it is, and how to fix it.

    `message` and `hint` are English; `variant` and `arguments` say what they were rendered from
    (see `translated`). `alternative` is a fix to choose instead of `fix`. `detail` holds a
    library's own text, kept apart from our words.
    """

    code: str
    message: str
    severity: Severity = "error"
    graph: str = "main"
    node: str | None = None
    edge: str | None = None
    port: str | None = None
    param: str | None = None
    hint: str | None = None
    fix: Fix | None = None
    alternative: Fix | None = None
    detail: str | None = None
    variant: str | None = None
    arguments: dict[str, Any] = {}

    def or_else(self, alternative: Fix | None) -> Self:
        """Return the problem with another fix to choose instead."""
        return self.model_copy(update={"alternative": alternative})

    @property
    def key(self) -> str:
        """The code of its words in the catalogue."""
        return f"{self.code}.{self.variant}" if self.variant else self.code


ANYWHERE = At()
MAX_DETAIL = 2_000
"""Characters of a library's own text; its end says the most."""


def problem(
    code: str,
    at: At = ANYWHERE,
    /,
    *,
    fix: Fix | None = None,
    detail: str | None = None,
    severity: Severity | None = None,
    **arguments: Any,
) -> Problem:
    """Create a problem with the catalogue's words for `code`, which may be “code.variant”.

    Arguments without a place in these words are dropped, so that a caller can pass the arguments
    of all variants that it chooses from.

    Raises:
        KeyError: when the code is unknown, or an argument is missing.
    """
    words = catalogue()[code]
    used = {name: plain(arguments[name]) for name in words.fields}
    code, _, variant = code.partition(".")
    return Problem(
        code=code,
        variant=variant or None,
        severity=severity or words.severity,
        message=render(words.message, used),
        hint=(render(words.hint, used) or None) if words.hint else None,
        arguments=used,
        fix=fix,
        detail=detail[-MAX_DETAIL:] if detail else None,
        **dict(at),
    )


def quoted(problem: Problem) -> dict[str, Any]:
    """A problem as an argument of another: its message, or with the form “hint” its hint."""
    return {"code": problem.key, "arguments": problem.arguments}


def sentence(text: str, /, **arguments: Any) -> str:
    """Return words for people that belong to no problem, in English. `text` is a literal."""
    return render(text, {name: plain(value) for name, value in arguments.items()})


def make_fix(label: Phrase, *operations: dict[str, Any]) -> Fix:
    """Make a fix from its label and operations."""
    text = render(label.text, label.arguments)
    return Fix(label=text, operations=operations, words=label)


def translated(problem: Problem, language: NullTranslations) -> Problem:
    """Return a problem, and its fixes, in another language.

    A problem of an older version, whose words are no longer known, stays English.
    """
    words = catalogue().get(problem.key)
    if words is None or not words.fields <= problem.arguments.keys():
        return problem
    hint = words.hint if problem.hint else None
    changes = {
        "message": render(words.message, problem.arguments, language),
        "hint": render(hint, problem.arguments, language) if hint else None,
        "fix": _translated_fix(problem.fix, language),
        "alternative": _translated_fix(problem.alternative, language),
    }
    return problem.model_copy(update=changes)


def _translated_fix(fix: Fix | None, language: NullTranslations) -> Fix | None:
    if fix is None or fix.words is None:
        return fix
    label = render(fix.words.text, fix.words.arguments, language)
    return fix.model_copy(update={"label": label})


__all__ = [
    "ANYWHERE",
    "ENGLISH",
    "At",
    "Fix",
    "Problem",
    "make_fix",
    "problem",
    "quoted",
    "sentence",
    "translated",
]
