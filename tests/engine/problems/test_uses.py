"""Every problem that the source makes has words, with exactly the arguments that they name."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import builder
import engine
from builder import urls  # noqa: F401 — enters every room of the server
from builder.socket import consumer  # noqa: F401
from engine.problems import catalogue
from engine.problems.extract import called, literal
from engine.problems.words import fields

ROOTS = [Path(module.__path__[0]) for module in (engine, builder)]
NO_ARGUMENTS = {"fix", "detail", "severity"}
INDIRECT = {
    "builder/processes/supervised.py",  # each process has its own codes
    "engine/check/explainers.py",  # a table of codes, of which each names its own arguments
    "engine/check/last_activation.py",  # as below
    "engine/check/target_metrics.py",  # codes of one kind, which all get the same arguments
    "engine/catalogue/params.py",  # tables of marked templates
    "engine/imports/python/bounds.py",  # a marked template that is raised in two places
    "engine/document/schema.py",  # a marked template is passed in
    "engine/problems/words.py",  # passes phrases on
    "engine/problems/validation.py",  # a table of marked templates
}
"""Where a code or a template is no literal; what it is must be a literal elsewhere."""


class Use(NamedTuple):
    """A call in the source: where, of which codes or templates, and with which arguments."""

    place: str
    texts: tuple[str, ...]
    arguments: frozenset[str | None]
    values: tuple[ast.expr, ...]


def _calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the source, and where it is."""
    for root in ROOTS:
        for path in sorted(root.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield f"{path.relative_to(root.parent)}:{node.lineno}", node


def _uses(name: str) -> Iterator[Use]:
    for place, call in _calls():
        if call.args and _is(call, name):
            keywords = [each for each in call.keywords if each.arg not in NO_ARGUMENTS]
            arguments = frozenset(keyword.arg for keyword in keywords)
            values = tuple(keyword.value for keyword in keywords)
            yield Use(place, _choices(call.args[0]), arguments, values)


def _is(node: ast.Call, name: str) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == name


def _choices(node: ast.expr) -> tuple[str, ...]:
    """The texts that an expression can be: a literal, or a choice of literals."""
    if isinstance(node, ast.IfExp):
        return (*_choices(node.body), *_choices(node.orelse))
    return tuple(filter(None, [literal(node)]))


def test_each_use_names_a_code_and_gives_its_arguments() -> None:
    """A typo in a code or in an argument is found here, before a person sees the wrong message."""
    wrong = []
    for use in _literal_uses("problem"):
        unknown = [code for code in use.texts if code not in catalogue()]
        known = [catalogue()[code].fields for code in use.texts if code in catalogue()]
        if unknown or not use.texts or frozenset().union(*known) != use.arguments:
            wrong.append((use.place, unknown or use.texts, sorted(map(str, use.arguments))))
    assert wrong == []


def _literal_uses(name: str) -> Iterator[Use]:
    """All uses, but those in files that may have none with a literal."""
    for use in _uses(name):
        if use.texts or use.place.split(":")[0] not in INDIRECT:
            yield use


@pytest.mark.parametrize("name", ["phrase", "RuleError", "sentence"])
def test_each_phrase_is_a_literal_and_gives_its_arguments(name: str) -> None:
    """What is no literal would not be collected for translation."""
    wrong = [
        use
        for use in _literal_uses(name)
        if not use.texts or frozenset().union(*map(fields, use.texts)) != use.arguments
    ]
    assert wrong == []


def test_no_argument_is_a_sentence() -> None:
    """Words that are put together in the source can't be translated."""
    wrong = [
        use.place
        for name in ("problem", "phrase", "RuleError", "sentence")
        for use in _uses(name)
        for value in use.values
        for part in _parts(value)
        if isinstance(part, ast.JoinedStr) or re.search(r"[a-z] ", _text(part) or "")
    ]
    assert wrong == []


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """An expression and its parts, without phrases, which are words of their own."""
    if isinstance(node, ast.Call) and called(node) == "phrase":
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _parts(child)


def _text(node: ast.AST) -> str | None:
    return literal(node) if isinstance(node, ast.expr) else None


def test_problems_and_fixes_come_from_the_catalogue() -> None:
    """Text that is passed to their constructors would bypass translation."""
    makers = {"engine/problems/model.py"}
    direct = [
        place
        for place, call in _calls()
        if _is(call, "Problem") or _is(call, "Fix")
        if place.split(":")[0] not in makers
    ]
    assert direct == []


def test_log_messages_come_from_the_catalogue() -> None:
    """Only the output of libraries is logged as it is."""
    output = {
        "engine/processes/executors/streams.py",  # what a process printed
        "engine/processes/worker.py",  # Python's warnings
        "engine/protocol/events.py",  # makes the event of a message
    }
    direct = [(place, call) for place, call in _calls() if _is(call, "LogEvent") and call.keywords]
    assert {place.split(":")[0] for place, _ in direct} == output
    texts = [part for _, call in direct for part in ast.walk(call)]
    assert not any(isinstance(part, ast.JoinedStr) for part in texts)


def test_all_words_are_used() -> None:
    """A problem that can no longer occur leaves its table."""
    used: set[str] = set()
    for root in ROOTS:
        for path in root.rglob("*.py"):
            used |= _constants(ast.parse(path.read_text(encoding="utf-8")))
    assert set(catalogue()) - used == set()


def _constants(tree: ast.AST) -> set[str]:
    """The texts in a module, without the keys of tables of words."""
    keys = {
        id(key)
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(value, ast.Call) and called(value) == "Words"
    }
    return {text for node in ast.walk(tree) if id(node) not in keys and (text := _text(node))}
