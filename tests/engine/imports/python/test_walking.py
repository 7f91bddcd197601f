"""Walks of syntax trees."""

import ast
from pathlib import Path
from types import ModuleType

import pytest

from engine.imports.python import interpreter, walking
from engine.imports.python.walking import descendants


@pytest.mark.parametrize("module", [interpreter, walking])
def test_a_walk_has_every_node_once(module: ModuleType) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    found = list(descendants(tree))
    expected = list(ast.walk(tree))
    assert len(found) == len(expected)
    assert {*map(id, found)} == {*map(id, expected)}
