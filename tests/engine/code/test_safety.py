"""No text in a document can add calls or imports to the generated code."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from engine import templates
from engine.catalogue import load
from engine.code import Form, generate
from engine.code.scripts.copied import loader
from engine.code.syntax.render import WIDTH
from engine.data.built_in import BUILT_IN
from engine.data.loading import load as load_rows
from engine.document import Document
from tests.engine.code.helpers import document, node, ruff_output
from tests.engine.code.strategies import NASTY, hostile_documents, valid_documents

FORMS: tuple[Form, ...] = ("functional", "sequential", "function", "script", "notebook")
CALLED = {"keras.Model", "keras.Sequential", "keras.utils.set_random_seed", "len", "range", "main"}
CALLED |= {"NotImplementedError", "model.compile", "model.fit", "model.evaluate", "model.save"}
CALLED |= {"model.summary", "model.predict", "print"}
IMPORTED = {"os", "keras", "numpy", "sklearn"}
REAL = [
    *(entry.path for entry in load().layers if not entry.refused),
    *(entry.path for entry in load().objects),
]
CALLED |= {path.replace("keras.layers.", "layers.").replace("keras.ops.", "ops.") for path in REAL}


def python(source: str, form: Form) -> str:
    """The Python of a source; for a notebook, that of its cells."""
    if form != "notebook":
        return source
    cells = json.loads(source)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def unexpected(source: str) -> set[str]:
    """Calls and imports of a source that are not allowed, outside of copied functions."""
    tree = ast.parse(source)
    defined = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    copied = ("load_", "split_", "standardize", "plot_curves")
    copies = [function for name, function in defined.items() if name.startswith(copied)]
    ignored = {id(inner) for function in copies for inner in ast.walk(function)}
    layers = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and is_layer(node, tree)
    }
    used = set()
    for item in ast.walk(tree):
        if id(item) in ignored:
            continue
        if isinstance(item, ast.Call) and not isinstance(item.func, ast.Call):
            used.add(ast.unparse(item.func))
        elif isinstance(item, ast.Import):
            used |= {f"import {alias.name}" for alias in item.names}
        elif isinstance(item, ast.ImportFrom):
            used.add(f"import {item.module}")
    allowed = {*CALLED, *defined, *layers, *(f"import {module}" for module in IMPORTED)}
    return used - allowed


def is_layer(name: ast.Name, tree: ast.AST) -> bool:
    """Whether a layer is assigned to a variable, so that it may be called."""
    return any(
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and any(isinstance(target, ast.Name) and target.id == name.id for target in node.targets)
        and ast.unparse(node.value.func).startswith(("layers.", "build_"))
        for node in ast.walk(tree)
    )


hostile = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@hostile
@given(given_document=hostile_documents)
def test_hostile_documents_yield_only_allowed_calls(given_document: Document) -> None:
    for form in FORMS:
        source = python(generate(given_document, form).source, form)
        assert unexpected(source) == set()
        assert all(letter.isprintable() or letter == "\n" for letter in source)


@settings(max_examples=60, deadline=None)
@given(random=valid_documents())
def test_every_node_has_its_lines(random: Document) -> None:
    code = generate(random, "functional")
    text = code.source.splitlines()
    assert code.problems == ()
    assert code.lines.keys() == {node.id for node in random.main.nodes}
    for first, last in code.lines.values():
        ast.parse("\n".join(text[first - 1 : last]))


@pytest.mark.parametrize("word", NASTY)
def test_hostile_text_stays_text(word: str, tmp_path: Path) -> None:
    """In names, parameters, vocabularies and labels at once."""
    nasty = document(
        node("a", "Input", word, shape=[1], dtype="string"),
        node("b", "StringLookup", word, vocabulary=[word, f"{word}2", "plain"]),
        node("c", "Dense", word, units=2, activation=word),
        wires="a b c",
        name=word,
        training={
            "data": "iris",
            "optimizer": {"class": word},
            "bindings": [{"node": "a", "column": word}],
            "callbacks": [{"class": "EarlyStopping", "params": {"monitor": word}}],
        },
    )
    for form in FORMS:
        source = python(generate(nasty, form).source, form)
        assert unexpected(source) == set()
        lookups = [node for node in ast.walk(ast.parse(source)) if _is_lookup(node)]
        assert len(lookups) == 1
        (vocabulary,) = [
            keyword.value for keyword in lookups[0].keywords if keyword.arg == "vocabulary"
        ]
        assert ast.literal_eval(vocabulary) == [word, f"{word}2", "plain"]
        code = generate(nasty, form)
        suffix = Path(code.filename).suffix
        (tmp_path / f"{form}{suffix}").write_text(code.source, encoding="utf-8")
    assert ruff_output(tmp_path) == ""


def _is_lookup(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "layers.StringLookup"


def test_ruff_accepts_the_code_of_templates(tmp_path: Path) -> None:
    for template in templates.load():
        for form in FORMS:
            code = generate(template.document, form)
            path = tmp_path / f"{template.id}_{form}{Path(code.filename).suffix}"
            path.write_text(code.source, encoding="utf-8")
    assert ruff_output(tmp_path) == ""


@pytest.mark.parametrize("data", [data.id for data in BUILT_IN.sets])
def test_copied_functions_fit_the_line_width(data: str) -> None:
    source = loader(data).source
    assert ast.parse(source).body
    assert [line for line in source.splitlines() if len(line) > WIDTH] == []


@pytest.mark.parametrize("data", [data.id for data in BUILT_IN.sets if not data.download])
def test_copied_functions_make_the_same_rows(data: str) -> None:
    copied = loader(data)
    names: dict[str, Any] = {}
    exec("\n".join(copied.imports) + "\n" + copied.source, names)
    arrays, expected = names[f"load_{data}"](), load_rows(data, BUILT_IN)
    assert isinstance(expected, dict)
    assert arrays.keys() == expected.keys()
    for name, values in expected.items():
        assert np.array_equal(arrays[name], values), name


def test_generation_imports_no_keras() -> None:
    check = (
        "import sys; from engine import code, templates;"
        "[code.generate(t.document, 'script') for t in templates.load()];"
        "sys.exit(bool({'keras', 'numpy', 'jax', 'tensorflow', 'sklearn'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
