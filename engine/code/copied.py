"""Functions of this project that go into scripts as they stand: loading and splitting data.

They are read from their files' syntax trees, with the helpers and imports that they use, and
never run here.
"""

import ast
from functools import cache
from pathlib import Path

from engine.code.tree import Copied

DATA = Path(__file__).parent.parent / "data"


@cache
def loader(data: str) -> Copied:
    """The function that loads a data set, by the data set's id, which must be a known one."""
    return _function("loaders.py", f"load_{data}")


@cache
def arrays() -> Copied:
    """The function `load_arrays`, which reads the rows of a data set from a file."""
    return _function("arrays.py", "load_arrays")


@cache
def splitter() -> Copied:
    """The function `split_rows`."""
    return _function("splitting.py", "split_rows")


def _function(file: str, name: str) -> Copied:
    text = (DATA / file).read_text(encoding="utf-8")
    module = ast.parse(text)
    functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    wanted = _with_helpers(functions, name)
    sources = [ast.get_source_segment(text, functions[one]) or "" for one in wanted]
    used = {name for one in wanted for name in _names(functions[one])}
    return Copied("\n\n\n".join(sources), tuple(_imports(module, used)))


def _with_helpers(functions: dict[str, ast.FunctionDef], name: str) -> list[str]:
    """The function, and before it those of the same file that it calls."""
    found: list[str] = []
    left = [name]
    while left:
        one = left.pop()
        if one not in found:
            found.append(one)
            left += sorted(_names(functions[one]) & functions.keys())
    return found[::-1]


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _imports(module: ast.Module, used: set[str]) -> list[str]:
    found = []
    for node in module.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) in used:
                    whole = f" as {alias.asname}" if alias.asname else ""
                    start = f"from {node.module} " if isinstance(node, ast.ImportFrom) else ""
                    found.append(f"{start}import {alias.name}{whole}")
    return found
