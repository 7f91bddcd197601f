"""Read the Keras code in a Jupyter notebook: its code cells, joined to one source.

Commands of IPython (`%…`, `!…`, `%%…`, `name?`) become nothing, line by line, so that a line of the
source belongs to a line of a cell, which messages name.
"""

import ast
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from engine.document import MAX_DESCRIPTION
from engine.imports.asking import Question, SourceModel, Unread
from engine.imports.graph_builder import Imported
from engine.imports.python.syntax import refusal
from engine.problems import Phrase, Problem, phrase, problem, translated
from engine.problems.model import ENGLISH
from engine.values import MAX_NAME

_Listed = TypeVar("_Listed", SourceModel, Question)

PYTHON = ("", "python", "python2", "python3", "ipython")
_RUN_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun")
"""Cell magics whose cell is Python that runs."""
_FILE = re.compile(r"%%(?:writefile|file)\s")
"""The cell magic that writes the rest of the cell to a file."""
_COMMAND = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?{1,2}\s*)$")
_ASSIGNED = re.compile(r"^(\s*[\w.,\[\] ]+=\s*)[%!](?!=)")
_INDENT = re.compile(r"\n*([ \t]+)\S")
_TITLE = re.compile(r"^#\s+(.+?)\s*$", re.MULTILINE)
_LINES = ("line", "taken")
"""Arguments of problems that are lines."""
_TOKEN = re.compile(
    r"""(?P<triple>\"{3}|'{3})|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\#.*|(?P<bracket>[()\[\]{}])"""
)


@dataclass(frozen=True)
class Source:
    """A notebook's code; `places` are the code cell and the line in it of each line of `text`.

    A cell that is not Python fails as a whole in Jupyter, too: it is left out. `problems` say so,
    and which cells are files that the notebook only writes.
    """

    text: str
    places: tuple[tuple[int, int], ...]
    problems: tuple[Problem, ...] = ()


def is_notebook(value: Mapping[str, Any]) -> bool:
    """Whether a JSON value is a notebook, of any version of its format."""
    return "nbformat" in value and ("cells" in value or "worksheets" in value)


def read_notebook(
    value: Mapping[str, Any], read: Callable[[str], Imported | Unread | list[Problem]]
) -> Imported | Unread | list[Problem]:
    """Read a notebook's code with `read`; problems, models and questions name cells.

    Never raises.
    """
    language = _language(value)
    if language not in PYTHON:
        return [problem("import_notebook_language", language=language)]
    source = join_cells(value)
    if not source.text.strip():
        source = join_cells(value, files=True)
    if not source.text.strip():
        return [*source.problems, problem("import_empty_notebook")]
    answer = read(source.text)
    if _has_no_model(answer) and (files := join_cells(value, files=True)).text != source.text:
        of_files = read(files.text)
        if not _has_no_model(of_files):
            source, answer = files, of_files
    if isinstance(answer, list):
        return [*source.problems, *(_placed(item, source) for item in answer)]
    problems = (_placed(item, source) for item in answer.problems)
    placed: dict[str, Any] = {
        "problems": (*source.problems, *problems),
        "models": tuple(_in_cell(model, source) for model in answer.models),
    }
    if isinstance(answer, Unread):
        placed["questions"] = tuple(_in_cell(question, source) for question in answer.questions)
    return answer.model_copy(update=placed)


def _has_no_model(answer: Imported | Unread | list[Problem]) -> bool:
    """Whether the code creates no model."""
    return isinstance(answer, list) and [item.code for item in answer] == ["python_no_model"]


def join_cells(value: Mapping[str, Any], files: bool = False) -> Source:
    """The code of a notebook. Its first heading, and what follows it, become the docstring.

    With `files`, also the modules that its cells write, each of which is named.
    """
    lines: list[str] = []
    places: list[tuple[int, int]] = []
    problems: list[Problem] = []
    cells = list(_cells(value))
    if about := next(filter(None, map(_about, cells)), ""):
        lines.append(repr(about))
        places.append((1, 1))
    code = [_text(cell) for cell in cells if cell.get("cell_type") == "code"]
    for number, text in enumerate(code, 1):
        written = files and _FILE.match(text) is not None
        python = ["", *text.split("\n")[1:]] if written else _python(text)
        refused = refusal("\n".join(python))
        if written:
            if refused:  # a file of another kind
                continue
            problems.append(problem("import_written_cell", cell=number))
        if refused:
            why = refused.arguments["why"]
            problems.append(problem("import_cell_left_out", cell=number, why=_words(why)))
            continue
        lines += python
        places += [(number, index) for index in range(1, len(python) + 1)]
    return Source("\n".join(lines), tuple(places), tuple(problems))


def _words(why: Any) -> Phrase | str:
    return Phrase.model_validate(why) if isinstance(why, dict) else why


def _language(value: Mapping[str, Any]) -> str:
    metadata = _dict(value.get("metadata"))
    info = _dict(metadata.get("language_info")).get("name")
    return str(info or _dict(metadata.get("kernelspec")).get("language") or "").lower()


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _cells(value: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The cells; until version 4 of the format they were in worksheets."""
    sheets = value.get("worksheets")
    for sheet in sheets if isinstance(sheets, list) else [value]:
        cells = _dict(sheet).get("cells")
        yield from (cell for cell in (cells if isinstance(cells, list) else ()) if _dict(cell))


def _text(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    return source.replace("\r\n", "\n") if isinstance(source, str) else ""


def _about(cell: Mapping[str, Any]) -> str:
    """The heading in a cell of Markdown, and the text between it and the next one."""
    match = _TITLE.search(_text(cell)) if cell.get("cell_type") == "markdown" else None
    if match is None:
        return ""
    text = re.split(r"^#", match.string[match.end() :], maxsplit=1, flags=re.MULTILINE)[0]
    about = f"{match[1][:MAX_NAME]}\n\n{text.strip()[:MAX_DESCRIPTION]}".strip()
    return re.sub(r"\\([^a-zA-Z0-9\s])", r"\1", about)


# --- IPython ---------------------------------------------------------------------------------


def _python(text: str) -> list[str]:
    """The lines of a cell as Python, of the same number."""
    text = _dedented(text)
    lines = text.split("\n")
    if text.startswith("%%"):
        runs = lines[0].split()[0] in _RUN_CELLS
        return (
            ["", *_python("\n".join(lines[1:]))] if runs and len(lines) > 1 else [""] * len(lines)
        )
    may_command = any(sign in text for sign in "%!?")
    return list(_without_commands(lines)) if may_command and not _is_python(text) else lines


def _dedented(text: str) -> str:
    """A cell without the indentation of its first line, which IPython removes."""
    indent = _INDENT.match(text)
    return re.sub(f"^{indent[1]}", "", text, flags=re.MULTILINE) if indent else text


def _is_python(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _without_commands(lines: list[str]) -> Iterator[str]:
    """The lines, with commands at the beginning of a statement replaced."""
    nesting = _Nesting()
    continued = command = False
    for line in lines:
        if command:  # of a command that ends in a backslash
            command = line.rstrip().endswith("\\")
            yield ""
            continue
        starts = not continued and not nesting.inside
        if starts and (match := _COMMAND.match(line)):
            command = line.rstrip().endswith("\\")
            yield f"{match[1]}pass"
        elif starts and (match := _ASSIGNED.match(line)):
            command = line.rstrip().endswith("\\")
            yield f"{match[1]}get_ipython()"
        else:
            nesting.read(line)
            continued = line.endswith("\\")
            yield line


class _Nesting:
    """Whether a line is inside brackets or a string of several lines."""

    def __init__(self) -> None:
        self.depth, self.quotes = 0, ""

    @property
    def inside(self) -> bool:
        return self.depth > 0 or bool(self.quotes)

    def read(self, line: str) -> None:
        """Follow the brackets and strings of a line."""
        position = 0
        while position < len(line):
            if self.quotes:
                end = line.find(self.quotes, position)
                if end < 0:
                    return
                position, self.quotes = end + len(self.quotes), ""
                continue
            match = _TOKEN.search(line, position)
            if match is None:
                return
            position = match.end()
            self.quotes = match["triple"] or ""
            if bracket := match["bracket"]:
                self.depth = max(0, self.depth + (1 if bracket in "([{" else -1))


# --- places ----------------------------------------------------------------------------------


def _placed(wrong: Problem, source: Source) -> Problem:
    """A problem that names lines of cells, not of the joined source."""
    arguments = _in_cells(wrong.arguments, source)
    return translated(wrong.model_copy(update={"arguments": arguments}), ENGLISH)


def _in_cell(value: _Listed, source: Source) -> _Listed:
    """A model or question at a line of a cell."""
    cell, line = source.places[value.line - 1]
    return value.model_copy(update={"cell": cell, "line": line})


def _in_cells(value: Any, source: Source) -> Any:
    """Arguments of a problem, with each line as a place in a cell."""
    if isinstance(value, dict):
        return {
            key: _place(item, source).model_dump()
            if key in _LINES and isinstance(item, int) and 0 < item <= len(source.places)
            else _in_cells(item, source)
            for key, item in value.items()
        }
    return [_in_cells(item, source) for item in value] if isinstance(value, list) else value


def _place(line: int, source: Source) -> Phrase:
    cell, inner = source.places[line - 1]
    return phrase("{line} of code cell {cell}", line=inner, cell=cell)
