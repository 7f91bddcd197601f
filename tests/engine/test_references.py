"""Names in docstrings, comments and docs exist: modules, their members, and files."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("engine", "builder", "bench", "tests")
DOTTED = re.compile(rf"(?<![\w./])(?:{'|'.join(FOLDERS)})(?:\.[A-Za-z_]\w*)+")
FILES = re.compile(
    rf"(?<![\w./-])(?:{'|'.join(FOLDERS)}|docs|frontend)/[\w./-]*\.(?:py|tsx?|svelte|json|md)\b"
)
PYTHON = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
PROSE = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def words_of(path: Path) -> Iterator[tuple[int, str]]:
    """The prose of a file: all lines of a document, the docstrings and comments of Python."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from enumerate(text.splitlines(), 1)
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            lines = str(node.value.value).splitlines()
            yield from enumerate(lines, node.lineno)


@cache
def members(module: Path) -> frozenset[str]:
    """Every name that a module's source gives to something, in classes and functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.ClassDef(name=name):
                names.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.alias(name=name, asname=other):
                names.add(other or name)
    return frozenset(names)


def exists(dotted: str) -> bool:
    """Whether this is a package, a module, or a member of one. Nothing is imported."""
    place = ROOT
    steps = dotted.split(".")
    while steps and (place / steps[0]).is_dir():
        place /= steps.pop(0)
    if steps and (place / f"{steps[0]}.py").is_file():
        place /= f"{steps.pop(0)}.py"
    elif steps and (place / "__init__.py").is_file():
        place /= "__init__.py"
    return not steps or (place.is_file() and set(steps) <= members(place))


def missing(path: Path) -> list[str]:
    """The references in a file to what does not exist, with their lines."""
    missing_names = []
    for number, line in words_of(path):
        names = [match[0] for match in DOTTED.finditer(line) if not exists(match[0])]
        files = [match[0] for match in FILES.finditer(line) if not (ROOT / match[0]).exists()]
        missing_names += [f"line {number}: {name}" for name in names + files]
    return missing_names


@pytest.mark.parametrize(
    "path", [*PYTHON, *PROSE], ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_references_exist(path: Path) -> None:
    assert missing(path) == []


def test_a_missing_reference_is_found(tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    source.write_text(
        '"""See engine.graph.repeated, engine.document.Document and engine.check.\n\n'
        'Then docs/nowhere.md and engine/code/syntax/tree.py.\n"""\n'
        "VALUE = 1  # as in builder.models.Project, not builder.models.Nobody\n"
        '"""engine.nothing.at_all"""\n'
        'TEXT = "engine.not_prose"\n'
    )
    assert sorted(missing(source)) == [
        "line 1: engine.graph.repeated",
        "line 3: docs/nowhere.md",
        "line 5: builder.models.Nobody",
        "line 6: engine.nothing.at_all",
    ]
