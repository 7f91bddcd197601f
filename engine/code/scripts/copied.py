"""Functions of this project that are copied into scripts: loading and splitting data, drawing.

They are cut out of their source files, with the helpers and imports that they use.
"""

import ast
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeAlias

from engine.code.syntax.tree import Copied
from engine.problems import problem

Definition: TypeAlias = ast.FunctionDef | ast.ClassDef

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"


@cache
def loader(data: str) -> Copied:
    """Return the function that loads the data set with this id. Raises KeyError if unknown."""
    return function(DATA / "loaders.py", f"load_{data}")


@cache
def arrays() -> Copied:
    """Return the function `load_arrays`, which reads the rows of a data set from a file."""
    return array_file("load_arrays")


@cache
def array_file(name: str) -> Copied:
    """Return a function that reads arrays of NumPy, such as `load_npz`."""
    return function(DATA / "arrays.py", name)


@cache
def table(name: str) -> Copied:
    """Return a function that reads the rows of a data set from a table, such as `load_table`."""
    return function(DATA / "tables.py", name)


@cache
def windows() -> Copied:
    """Return the function `cut_windows`, which makes rows of a series."""
    return function(DATA / "series.py", "cut_windows")


@cache
def archive(name: str) -> Copied:
    """Return a function that reads the rows of a data set from an archive of images or texts."""
    return function(DATA / "archives.py", name)


@cache
def plain_text(name: str) -> Copied:
    """Return a function that reads the rows of a data set from a plain text."""
    return function(DATA / "plain_texts.py", name)


@cache
def splitter(name: str) -> Copied:
    """Return a function that divides rows, such as `split_rows`."""
    return function(DATA / "splitting.py", name)


@cache
def mirroring() -> Copied:
    """Return the function `mirror`, which trains on several devices with TensorFlow."""
    return function(HERE / "mirroring.py", "mirror")


@cache
def cleaners(*names: str) -> Copied:
    """Return functions that leave out rows or fill gaps, such as `leave_out_repeats`."""
    return function(DATA / "cleaning.py", *names)


@cache
def weigher(name: str) -> Copied:
    """Return a function that weighs classes or rows: `balanced_weights` or `row_weights`."""
    return function(DATA / "weighting.py", name)


@cache
def plotter() -> Copied:
    """Return the function `plot_curves`, with its texts."""
    texts = (
        problem("code_curves"),
        problem("code_curves.missing"),
        problem("code_curves.training"),
        problem("code_curves.validation"),
        problem("code_curves.epoch"),
    )
    return replace(function(HERE / "plotting.py", "plot_curves"), texts=texts)


def function(file: Path, *names: str) -> Copied:
    """Return functions or classes of a source file, with the helpers and imports that they use."""
    text = file.read_text(encoding="utf-8")
    module = ast.parse(text)
    kinds = (ast.FunctionDef, ast.ClassDef)
    functions = {node.name: node for node in module.body if isinstance(node, kinds)}
    wanted = _with_helpers(functions, *names)
    sources = [_source(text, functions[key]) for key in wanted]
    used = {name for key in wanted for name in _names(functions[key])}
    return Copied("\n\n\n".join(sources), tuple(_imports(module, used)))


def _source(text: str, function: Definition) -> str:
    decorators = [f"@{ast.unparse(decorator)}\n" for decorator in function.decorator_list]
    return "".join(decorators) + (ast.get_source_segment(text, function) or "")


def _with_helpers(functions: Mapping[str, Definition], *names: str) -> list[str]:
    """The functions, each preceded by the functions of the same file that it calls."""
    result: list[str] = []
    pending = [*names]
    while pending:
        key = pending.pop()
        if key not in result:
            result.append(key)
            pending += sorted(_names(functions[key]) & functions.keys())
    return result[::-1]


def _names(node: ast.AST) -> set[str]:
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}


def _imports(module: ast.Module, used: set[str]) -> list[str]:
    lines = []
    for node in module.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) in used:
                    alias_part = f" as {alias.asname}" if alias.asname else ""
                    start = f"from {node.module} " if isinstance(node, ast.ImportFrom) else ""
                    lines.append(f"{start}import {alias.name}{alias_part}")
    return lines
