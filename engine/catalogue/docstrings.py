"""Keras's docstrings as short plain text, for forms and cards."""

import inspect
import re
from dataclasses import dataclass, field
from typing import Any

from docstring_parser import DocstringStyle, ParseError, parse

HELP_LENGTH = 320
PARAM_LENGTH = 130


@dataclass(frozen=True)
class Doc:
    """A parsed docstring: one sentence, a few more, and one line for each parameter."""

    summary: str = ""
    help: str = ""
    params: dict[str, str] = field(default_factory=dict)


def read(target: Any) -> Doc:
    """Read the docstring of a class or function."""
    text = re.sub(r"^\s*\{\{.*\}\}\s*$", "", inspect.getdoc(target) or "", flags=re.MULTILINE)
    text = re.sub(r"^(Parameters|Arguments):", "Args:", text, flags=re.MULTILINE)
    if indented := re.search(r"^( +)Args:$", text, flags=re.MULTILINE):
        text = re.sub(f"^{indented[1]}", "", text, flags=re.MULTILINE)
    try:
        parsed = parse(text, style=DocstringStyle.GOOGLE)
    except ParseError:
        parsed = parse(text.split("\nArgs:")[0], style=DocstringStyle.GOOGLE)
    first, _, rest = _paragraphs(parsed.description or "").partition("\n")
    summary, *more = _sentences(first)
    return Doc(
        summary=summary,
        help=_shorten(" ".join([*more, *_sentences(rest)]), HELP_LENGTH),
        params={p.arg_name: _param(p.description or "") for p in parsed.params},
    )


def _paragraphs(text: str) -> str:
    """Plain paragraphs, one line each: no markup, code blocks, lists or headings."""
    text = re.sub(r"```.*?(```|$)", "", text, flags=re.DOTALL)
    text = re.split(r"\n(?:#+ |Examples?:|Reference|References?:|>>> )", text)[0]
    paragraphs = [
        paragraph
        for paragraph in re.split(r"\n\s*\n", text)
        if not re.match(r"\s*([-*#|>{]|\d+\.|\w+:$)", paragraph)
    ]
    return "\n".join(plain(p) for p in paragraphs if plain(p))


def plain(text: str) -> str:
    """Remove Markdown and line breaks."""
    text = re.sub(r"\[([^\]]*)\]\s*\([^)]*\)", r"\1", text)
    text = re.sub(r"\(?https?://\S+\)?", "", text)
    text = re.sub(r"`+\"([^`\"]*)(?:\"`+|`+\")", r"\1", text)
    text = re.sub(r"`+([^`]*)`+", r"\1", text)
    text = re.sub(r"(?<!\w)(\*\*|__|\*)(?=\S)(.+?)(?<=\S)\1(?!\w)", r"\2", text)
    return re.sub(r"\s+", " ", text).strip()


def _sentences(text: str) -> list[str]:
    """Split after full stops, but not those of "a.k.a." and "e.g."."""
    text = re.sub(r"\.\.(?=\s|$)", ".", text.replace("\n", " "))
    return re.split(r"(?<=[A-Za-z0-9)\"'][.!?])(?<!\.[a-z]\.)\s+(?=[A-Z])", text) or [""]


_SEVERAL = (
    r"(?:\s+or\s+(?:a\s+)?(?:tuple/list|list/tuple|tuple|list)\s+of\s+\d*\s*"
    r"(?:int|integer|float)s?)"
)
_TYPE = re.compile(
    r"^(?:\(?optional\)?[.,:]?\s+)?(?:an?\s+)?(?:positive\s+|python\s+)?"
    rf"(?:boolean|bool|integer|int|float|string|str)s?{_SEVERAL}?(?:,?\s+or\s+None)?"
    r"\s*[.,:;]\s+(?:optional[.,]\s+)?(?:specifying\s+)?",
    re.IGNORECASE,
)
_DEFAULTS = (
    re.compile(r"\s*\(\s*defaults?\b[^)]*\)[.,]?", re.IGNORECASE),
    re.compile(r"\s*\bDefaults?(?: is| to|:)\s(?:[^.]|\.(?=\w))*(?:\.|$)"),
    re.compile(r",\s*defaults? to [^\s.]+(?:\.\d\S*)?"),
)
_LOOSE_END = re.compile(r"\s*[^.]*\b(?:[Vv]alues can be|configuring the layer as follows|are)$")


def _param(text: str) -> str:
    """One line without the type, the default and the choices, which the form shows anyway."""
    text = plain(re.split(r"\n\s*(?:-|\d+\.)\s", text)[0])
    for pattern in _DEFAULTS:
        text = pattern.sub("", text)
    text = _LOOSE_END.sub("", _TYPE.sub("", text).strip(" ,;:"))
    short = _shorten(" ".join(_sentences(text)), PARAM_LENGTH)
    return short if short.startswith("keras.") else short[:1].upper() + short[1:]


def _shorten(text: str, length: int) -> str:
    """Whole sentences up to about `length` characters; at least the first."""
    result = ""
    for sentence in _sentences(text):
        if result and len(result) + len(sentence) >= length:
            break
        result = f"{result} {sentence}".strip()
    return result if len(result) <= 2 * length else result[: 2 * length].rsplit(" ", 1)[0] + " …"
