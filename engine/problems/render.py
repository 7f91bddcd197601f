"""From templates and arguments to sentences in a language.

A place in a template is `{name}`, or `{name:form}` with a form of `FORMS`, such as `{names:or}`
for “a”, “b” or “c”; any other form is Python's own for numbers. What a form adds, such as an
“and” or the name of a unit, is looked up in the language too.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from gettext import NullTranslations
from string import Formatter
from typing import Any

from engine.problems.words import Plural, Text, catalogue, marked

ENGLISH = NullTranslations()
"""The language of the templates themselves."""

MAX_QUOTED = 8
"""Names in one list; the rest are “…”."""
MAX_TENSORS = 4


def render(text: Text, arguments: Mapping[str, Any], language: NullTranslations = ENGLISH) -> str:
    """Return a sentence in a language. Raises KeyError when an argument is missing."""
    if isinstance(text, Plural):
        template = language.ngettext(text.one, text.many, arguments[text.by])
    else:
        template = language.gettext(text)
    return "".join(
        literal if name is None else literal + _formed(arguments[name], form, language)
        for literal, name, form in _parts(template)
    )


@lru_cache(maxsize=1024)
def _parts(template: str) -> tuple[tuple[str, str | None, str], ...]:
    return tuple(
        (literal, name, form or "") for literal, name, form, _ in Formatter().parse(template)
    )


def _formed(value: Any, form: str, language: NullTranslations) -> str:
    if form in FORMS:
        return FORMS[form](value, language)
    if isinstance(value, Mapping):
        return _part(value, form, language)
    return format(value, form)


def _part(value: Mapping[str, Any], form: str, language: NullTranslations) -> str:
    """A phrase, or the message or the hint of another problem (see engine.problems.quoted)."""
    text = value.get("text")
    if text is None:
        words = catalogue()[value["code"]]
        text = words.hint if form == "hint" else words.message
    return render(text, value["arguments"], language) if text else ""


def joined(items: Sequence[str], pattern: str, language: NullTranslations = ENGLISH) -> str:
    """Join a list; `pattern` is how the last one follows, such as "{first} or {last}"."""
    if not items:
        return ""
    *most, last = items
    if not most:
        return last
    first = _in_row(most, language)
    return render(pattern, {"first": first, "last": last}, language)


def _in_row(items: Sequence[str], language: NullTranslations) -> str:
    text = items[0]
    for item in items[1:]:
        text = render("{first}, {next}", {"first": text, "next": item}, language)
    return text


def _quoted(pattern: str) -> "Form":
    """“a”, “b” or “c”"""

    def form(value: Sequence[Any], language: NullTranslations) -> str:
        names = [
            render("“{name}”", {"name": _formed(item, "", language)}, language)
            for item in value[:MAX_QUOTED]
        ]
        if len(value) > len(names):
            return render("{names} …", {"names": _in_row(names, language)}, language)
        return joined(names, pattern, language)

    return form


def _joined(pattern: str) -> "Form":
    """a, b or c"""

    def form(value: Sequence[Any], language: NullTranslations) -> str:
        return joined([_formed(item, "", language) for item in value], pattern, language)

    return form


def _listed(value: Sequence[Any], language: NullTranslations) -> str:
    """a, b, c"""
    return _in_row([_formed(item, "", language) for item in value] or [""], language)


def _shape(value: Sequence[int | None], language: NullTranslations) -> str:
    """(batch, 8, 8, 32); an open axis is “?”."""
    axes = ["?" if axis is None else str(axis) for axis in value]
    if value and value[0] is None:
        axes[0] = language.gettext("batch")
    return f"({', '.join(axes)})"


def _times(value: Sequence[int | None], _: NullTranslations) -> str:
    """8×8×32"""
    return "×".join("?" if axis is None else str(axis) for axis in value)


def _axes(value: Sequence[int | None], language: NullTranslations) -> str:
    """28×28×1, without the batch; a single number is “one value”."""
    return _times(value, language) if value else language.gettext("one value")


def _values(value: Sequence[int | None], language: NullTranslations) -> str:
    """A shape as an amount: “10 values”, “8×8×1 values”."""
    if len(value) > 1 or None in value:
        return render("{shape:times} values", {"shape": value}, language)
    count = value[0] if value else 1
    return render(Plural("count", "{count} value", "{count} values"), {"count": count}, language)


def _tensors(value: Sequence[tuple[str, Sequence[int | None]]], language: NullTranslations) -> str:
    """“left” gives (batch, 8) and “right” gives (batch, 4)"""
    each = [
        render("“{source}” gives {shape:shape}", {"source": source, "shape": shape}, language)
        for source, shape in value[:MAX_TENSORS]
    ]
    return joined(each, marked("{first} and {last}"), language)


UNITS = (
    marked("{size} bytes"),
    marked("{size} kB"),
    marked("{size} MB"),
    marked("{size} GB"),
    marked("{size} TB"),
    marked("{size} PB"),
    marked("{size} EB"),
)


def _bytes(value: float, language: NullTranslations) -> str:
    """Bytes in decimal units: 4.2 TB."""
    power = 0
    while value >= 1000 and power < len(UNITS) - 1:  # noqa: PLR2004 — decimal units
        value /= 1000
        power += 1
    return render(UNITS[power], {"size": f"{value:.3g}"}, language)


DURATIONS = (
    (86_400, Plural("count", "a day", "{count:,} days")),
    (3_600, Plural("count", "an hour", "{count:,} hours")),
    (60, Plural("count", "a minute", "{count:,} minutes")),
    (1, Plural("count", "a second", "{count:,} seconds")),
)


def _duration(value: float, language: NullTranslations) -> str:
    """A time in its largest unit: 3 hours."""
    size, text = next((unit for unit in DURATIONS if value >= unit[0]), DURATIONS[-1])
    return render(text, {"count": round(value / size)}, language)


def _path(value: Sequence[object], _: NullTranslations) -> str:
    """graphs › main › nodes"""
    return " › ".join(str(step) for step in value)


def _way(value: Sequence[str], language: NullTranslations) -> str:
    """“a” → “b” → “a”"""
    return " → ".join(
        name if name == "…" else render("“{name}”", {"name": name}, language) for name in value
    )


Form = Callable[[Any, NullTranslations], str]

FORMS: Mapping[str, Form] = {
    "and": _quoted(marked("{first} and {last}")),
    "or": _quoted(marked("{first} or {last}")),
    "names": _joined(marked("{first} and {last}")),
    "kinds": _joined(marked("{first} or {last}")),
    "list": _listed,
    "shape": _shape,
    "times": _times,
    "axes": _axes,
    "values": _values,
    "tensors": _tensors,
    "bytes": _bytes,
    "duration": _duration,
    "path": _path,
    "way": _way,
}
