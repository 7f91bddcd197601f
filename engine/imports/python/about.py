"""The title and the description of a document, from the docstring of its source."""

import re
from collections.abc import Iterator

from engine.document import MAX_DESCRIPTION
from engine.graph.names import valid_name
from engine.imports.python.generated_lines import generated_title
from engine.values import MAX_NAME

LONGEST_TITLE = 80
"""A longer first line is a sentence."""
WRAPPED = 50
"""A line of at least so many characters may continue on the next line."""

_FIELD = re.compile(r"^(Title|Description|Author|Date created|Last modified|Accelerator): *(.*)$")
_UNDERLINE = re.compile(r"^[=\-~#*]{3,}$")
_ITEM = re.compile(r"^\s|^[-*+•]\s|^\d+[.)]\s")


def read_about(docstring: str, name: str) -> tuple[str, str]:
    """The title and the description for a model that is called `name`; "" where there is none."""
    lines = [line for line in docstring.strip().splitlines() if not _UNDERLINE.match(line)]
    if not lines:
        return "", ""
    fields = dict(_fields(lines))
    if title := fields.get("Title"):
        return _clean(title)[:MAX_NAME], _description(fields.get("Description", ""))
    first, rest = lines[0].lstrip("# ").strip(), "\n".join(lines[1:])
    generated = generated_title(first)
    title = (first.rstrip(".") if generated is None else generated).strip()
    if generated is not None or (name and _plain(title) == _plain(name)):
        own = _plain(title).startswith(_plain(name)) and not title.endswith("…")
        return (_clean(title)[:MAX_NAME] if name and own else ""), _description(rest)
    if not name and len(first) <= LONGEST_TITLE and not first.endswith((".", ":")):
        return _clean(first), _description(rest)
    return "", _description("\n".join([first, *lines[1:]]))


def _fields(lines: list[str]) -> Iterator[tuple[str, str]]:
    """The fields of a header as keras.io has it; a value may continue on the next lines."""
    name, value = "", ""
    for line in [*lines, "Author: "]:
        if match := _FIELD.match(line):
            yield name, value
            name, value = match[1], match[2].strip()
        elif name:
            value = f"{value} {line.strip()}".strip()


def _plain(text: str) -> str:
    return valid_name(text).replace("_", "").lower()


def _description(text: str) -> str:
    """The text, with the lines of its paragraphs joined."""
    parts = (part for part in re.split(r"\n\s*\n", text.strip("\n")) if part.strip())
    whole = "\n\n".join("\n".join(_joined(part.splitlines())) for part in parts)
    return _clean(whole)[:MAX_DESCRIPTION].strip()


def _joined(lines: list[str]) -> Iterator[str]:
    """Lines of a paragraph; one that was wrapped continues, unless a list item follows."""
    line = lines[0].rstrip()
    for following in lines[1:]:
        if len(line) >= WRAPPED and not _ITEM.match(following):
            line = f"{line} {following.strip()}"
        else:
            yield line
            line = following.rstrip()
    yield line


def _clean(text: str) -> str:
    """Text without characters that a document can't hold."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode().strip()
