"""Recognises the first line of a docstring that this project generated, in all its languages.

The line follows from the model and the data, and is generated anew, so that a document does not
keep it as its description. A line of a person is kept: it has another form, or names neither the
data set nor the shapes of inputs and outputs.
"""

import re
from collections.abc import Iterator
from functools import cache
from gettext import NullTranslations
from string import Formatter

from engine.graph.networks import KINDS
from engine.problems import languages
from engine.problems.render import render
from engine.problems.words import catalogue

OF_DATA = ("code_learns", "code_learns.again", "code_describes.no_output")
OF_SHAPES = ("code_describes", "code_describes.inputs")
"""The codes of the lines; those of shapes name inputs and outputs with shapes, or several."""

_SHAPE = r"\((?:\d|None,|…|\))|…"
_EARLIER = re.compile(r"(?P<title>.+): \d+ in, \d+ out, \d+ layers?")
"""What earlier versions generated."""


def generated_title(line: str) -> str | None:
    """The title in a line that was generated; None if a person wrote the line.

    As the heading of a notebook, the line has no full stop.
    """
    for pattern in _patterns():
        if match := pattern.fullmatch(line.rstrip(".")):
            return match["title"]
    return None


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    patterns = [_EARLIER]
    for id in languages.ids():
        language = languages.language(id)
        joined = re.escape(render("{first} and {last}", {"first": "", "last": ""}, language))
        shown = f"(?=.*(?:{_SHAPE}|{joined}))"
        patterns += [re.compile(_pattern(code, language)) for code in OF_DATA]
        patterns += [re.compile(shown + _pattern(code, language)) for code in OF_SHAPES]
    return tuple(patterns)


def _pattern(code: str, language: NullTranslations) -> str:
    template = language.gettext(str(catalogue()[code].message))
    return "".join(_parts(template.rstrip("."), language))


def _parts(template: str, language: NullTranslations) -> Iterator[str]:
    """The regular expressions of the parts of a template."""
    for literal, name, _, _ in Formatter().parse(template):
        yield re.escape(literal)
        if name == "title":
            yield "(?P<title>.+)"
        elif name == "kind":
            kinds = (re.escape(language.gettext(kind.text)) for kind in KINDS)
            yield f"(?:{'|'.join(kinds)})"
        elif name:
            yield ".+"
