"""What a person says about a model is in the docstring of its code, and comes back from it."""

import ast
import json
from typing import Any

import pytest

from engine.code import Code, Form, generate
from engine.document import Document
from engine.imports.graph_builder import Imported
from engine.imports.notebooks import read_notebook
from engine.imports.python import from_python
from tests.engine.code.helpers import document as plain_document
from tests.engine.code.helpers import node
from tests.engine.runs import document as template

TEXT = """Tells three irises apart by four measurements, which is the oldest example of all: Fisher
published it in 1936.

- petals are enough
- a "straight" line, \\ or \"\"\" ends nothing: \u202e"""
FORMS: list[Form] = ["functional", "sequential", "function", "script"]


def described(text: str, name: str = "Iris", **rest: Any) -> Document:
    """The template of the irises with a description."""
    return template("iris").model_copy(update={"name": name, "description": text, **rest})


def without_data(text: str, name: str) -> Document:
    """A model without data."""
    layers = node("in", "Input", shape=[4]), node("out", "Dense", units=3)
    return plain_document(*layers, wires="in out", name=name, description=text)


@pytest.mark.parametrize("form", FORMS)
def test_the_docstring_ends_with_the_description(form: Form) -> None:
    source = generate(described(TEXT), form).source
    headline, _, rest = (ast.get_docstring(ast.parse(source)) or "").partition("\n\n")
    purpose = "Iris: predicts species from features (data set Iris)."
    assert headline == (purpose if form == "script" else "Iris.")
    assert " ".join(rest.split()) == (
        "Tells three irises apart by four measurements, which is the oldest example of all: "
        "Fisher published it in 1936. - petals are enough "
        "- a 'straight' line, / or ''' ends nothing:"
    )
    assert max(map(len, source.splitlines())) <= 88


def docstring(text: str, name: str, form: Form = "functional") -> str:
    """The docstring of the module of a model without data."""
    return ast.get_docstring(ast.parse(generate(without_data(text, name), form).source)) or ""


def test_without_data_the_docstring_is_title_and_description() -> None:
    assert docstring("Guesses.", "Oracle") == "Oracle.\n\nGuesses."
    assert docstring("Guesses.", "Imported") == "Guesses."
    assert docstring("", "Oracle") == "Oracle: fully connected network from (4,) to (3,)."


def test_what_the_model_consists_of_is_said_once() -> None:
    source = generate(without_data("Guesses.", "Oracle"), "function").source
    assert source.count("network from (4,) to (3,)") == 1
    for form in ("function", "subclass"):
        assert generate(without_data("", "Oracle"), form).source.count("network from (4,)") == 1
    assert generate(described("Guesses."), "script").source.count("network from features (4,)") == 1


@pytest.mark.parametrize(
    ("layer", "params", "shape", "expected"),
    [
        ("Conv1D", {"filters": 3, "kernel_size": 2}, [8, 2], "convolutional network from (8, 2)."),
        ("LSTM", {"units": 3}, [8, 2], "recurrent network from (8, 2) to (3,)."),
        ("Dense", {"units": 3}, [None, 2], "fully connected network from (None, 2) to (None, 3)."),
        ("Flatten", {}, [8, 2], "network from (8, 2) to (16,)."),
        ("MultiHeadAttention", {"num_heads": 1, "key_dim": 2}, [8, 2],
         "network with attention from (8, 2)."),
        ("Bidirectional", {"layer": {"class": "GRU", "params": {"units": 2}}}, [8, 2],
         "recurrent network from (8, 2)."),
    ],
)  # fmt: skip
def test_the_kind_of_network_follows_from_its_layers(
    layer: str, params: dict[str, Any], shape: list[int | None], expected: str
) -> None:
    port = {"MultiHeadAttention": ":query; in out:value"}.get(layer, "")
    port = ":sequences" if layer in ("LSTM", "Bidirectional") else port
    model = plain_document(
        node("in", "Input", shape=shape), node("out", layer, **params), wires=f"in out{port}"
    )
    docstring = ast.get_docstring(ast.parse(generate(model, "functional").source))
    assert docstring == f"A model: {expected}"


def test_the_first_cell_of_a_notebook_has_title_and_description() -> None:
    source = generate(described("*Petals*\nare enough."), "notebook").source
    first = json.loads(source)["cells"][0]
    assert "".join(first["source"]) == (
        "# Iris: predicts species from features (data set Iris)\n\n\\*Petals\\*\nare enough."
    )


def test_lines_are_found_below_a_description() -> None:
    code = generate(described(TEXT), "functional")
    first, last = code.lines["hidden"]
    assert "\n".join(code.source.splitlines()[first - 1 : last]).startswith("x = layers.Dense(16")


def reread(code: Code) -> Document:
    """The document that generated code reads as."""
    if code.form == "notebook":
        answer = read_notebook(json.loads(code.source), from_python)
    else:
        answer = from_python(code.source)
    assert isinstance(answer, Imported)
    return answer.document


@pytest.mark.parametrize("form", [*FORMS, "notebook"])
@pytest.mark.parametrize("name", ["Iris", "Iris: three of them", "Imported"])
@pytest.mark.parametrize("text", ["", "One line.", "A sentence.\n\n" + "and a long text " * 20])
def test_title_and_description_come_back(form: Form, name: str, text: str) -> None:
    before = described(text.strip(), name)
    after = reread(generate(before, form))
    assert after.description == before.description
    assert after.name == name
