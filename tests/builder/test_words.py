"""Every text of the web process for people is in the catalogue: the source has no other prose."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import builder
from engine.problems.extract import CALLS, called

ROOT = Path(builder.__path__[0])
PROSE = re.compile(r"[A-Za-z’'“”]{2,} [a-z’'“”]{2,}|^[A-Z][a-z]+ [A-Za-z“]")
ALLOWED = {
    "api/environment.py": r"\.venv/bin/pip install",  # commands
    "management/commands/serve.py": r"python manage\.py migrate$|make run PORT=$",
    "database.py": "no space$|PRAGMA ",  # part of a message of SQLite
    "datasets/bundles.py": r"# pip install",  # a command
    "datasets/reader.py": "data reader$",  # a name in the log
    "reading/reader.py": "second reader$",  # a name in the log
    "runs/waiting.py": "SELECT ",
    "settings/__init__.py": "PRAGMA ",
    "web/security.py": r"[a-z-]+-(src|ancestors|uri|action) '",  # the Content Security Policy
    "wire/constants.py": r"[\s\S]*(export const| as const)",  # TypeScript
    "wire/fields.py": r"[\s\S]*export (const|interface)",
}
"""Text that is no prose, by module."""
DESCRIBES = {"description", "summary", "help", "title", "version"}
"""Keyword arguments that document an interface for programmers and administrators."""
NO_WORDS = {*CALLS, "Plural", "Field", "RuntimeError", "ValueError", "TypeError", "NinjaAPI"}
"""Calls whose texts are in the catalogue, or meant for programmers."""
LOGS = {"debug", "info", "warning", "error", "exception"}


def bypasses(source: str) -> list[str]:
    """Return the prose in a module that is neither in the catalogue nor for programmers."""
    return [text for text in _texts(ast.parse(source)) if PROSE.search(text)]


def _texts(node: ast.AST) -> Iterator[str]:
    """Yield the texts of literals, without docstrings and what programmers read."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Call) and _is_exempt(node):
        return
    if isinstance(node, ast.Assign | ast.AnnAssign) and _is_help(node):
        return
    if isinstance(node, ast.keyword) and node.arg in DESCRIBES:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in _children(node):
        yield from _texts(child)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if not (isinstance(key, ast.Constant) and key.value in DESCRIBES):
                yield value
    else:
        yield from ast.iter_child_nodes(node)


def _is_exempt(call: ast.Call) -> bool:
    of_logger = isinstance(call.func, ast.Attribute) and "log" in ast.unparse(call.func.value)
    return called(call) in NO_WORDS or (of_logger and called(call) in LOGS)


def _is_help(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(target, ast.Name) and target.id in DESCRIBES for target in targets)


@pytest.mark.parametrize(
    "path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_module_takes_its_words_from_the_catalogue(path: Path) -> None:
    allowed = ALLOWED.get(str(path.relative_to(ROOT)), "$")
    texts = bypasses(path.read_text(encoding="utf-8"))
    assert [text for text in texts if not re.match(allowed, text)] == []


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('hint = "Run “make install” again."', ["Run “make install” again."]),
        ('sys.exit(f"{name} is not a setting.")', [" is not a setting."]),
        ('raise CommandError("The port is in use.")', ["The port is in use."]),
        ('hint = sentence("Run {command} again.", command="make install")', []),
        ('"""Return the words."""\nlogger.error("Run %s failed", id)', []),
        ('raise ValueError("two tables have words")', []),
    ],
)
def test_finds_prose_outside_the_catalogue(source: str, texts: list[str]) -> None:
    assert bypasses(source) == texts


TEMPLATES = sorted(ROOT.rglob("*.html"))
MARKUP = re.compile(r"{{.*?}}|{%.*?%}|<style>.*?</style>|<!doctype html>", re.DOTALL)
SHOWN = re.compile(r'>([^<>]*)<|<meta name="description" content="([^"]*)"')


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_takes_its_words_from_the_catalogue(path: Path) -> None:
    page = MARKUP.sub("", path.read_text(encoding="utf-8"))
    texts = [text for match in SHOWN.findall(page) for text in match]
    assert [text for text in texts if re.search(r"[A-Za-z]{2,}", text)] == []
    assert 'lang=""' in page  # the language of the page is no literal either
