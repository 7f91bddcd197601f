"""Scripts name the packages that they need, and no others."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine import templates
from engine.catalogue import load
from engine.code import Style, generate, scripts
from engine.document import Document, Target
from tests.engine.code.helpers import document, node
from tests.engine.runs import document as template

SINCE = json.loads((Path(scripts.__file__).with_name("since.json")).read_text(encoding="utf-8"))


def needs(document: Document, style: Style = "keras") -> str:
    """The packages in the comment at the top of a script."""
    lines = generate(document, "script", style).source.splitlines()
    (line,) = [line for line in lines if line.startswith("# Needs: ")]
    return line.removeprefix("# Needs: ").partition(";")[0]


def with_layer(layer: str, **params: Any) -> Document:
    target = Target(backend="jax")
    made = document(node("a", "Input", shape=[8]), node("b", layer, **params), wires="a b")
    return made.model_copy(update={"target": target})


@pytest.mark.parametrize(
    ("name", "backend", "style", "packages"),
    [
        ("digits_dense", "jax", "keras", "keras>=3.3, jax, scikit-learn"),
        ("digits_dense", "torch", "keras", "keras>=3.3, torch, scikit-learn"),
        ("digits_dense", "tensorflow", "tf.keras", "tensorflow>=2.15, scikit-learn"),
        ("digits_two_outputs", "jax", "keras", "keras>=3.9, jax, scikit-learn"),
        ("waves_lstm", "jax", "keras", "keras>=3.3, jax"),
        ("reviews_text", "jax", "keras", "keras>=3.3, jax, tensorflow"),
        ("reviews_text", "tensorflow", "keras", "keras>=3.3, tensorflow"),
        ("reviews_text", "tensorflow", "tf.keras", "tensorflow>=2.15"),
        ("waves_lstm", "jax", "torch", "torch>=2.4, numpy"),
    ],
)
def test_packages_of_backend_text_and_data(
    name: str, backend: str, style: Style, packages: str
) -> None:
    assert needs(template(name, backend), style) == packages


def test_matplotlib_is_optional_and_only_named_by_what_draws() -> None:
    drawing = generate(template("waves_lstm"), "script").source
    assert "; with matplotlib it draws the curves, too" in drawing
    without_output = document(node("in", "Input", shape=[4]))
    assert "matplotlib" not in generate(without_output, "script").source


@pytest.mark.parametrize(
    ("layer", "params", "keras", "tensorflow"),
    [
        ("Dense", {"units": 2}, "keras>=3.3, jax", "tensorflow>=2.15"),
        (
            "ReversibleEmbedding",
            {"input_dim": 9, "output_dim": 2},
            "keras>=3.12, jax",
            "tensorflow>=2.16, keras>=3.12",
        ),
        ("BatchNormalization", {"renorm": True}, "keras>=3.15, jax", "tensorflow>=2.15"),
        (
            "Dense",
            {"units": 2, "activation": "celu"},
            "keras>=3.9, jax",
            "tensorflow>=2.16, keras>=3.9",
        ),
        ("LeakyReLU", {"negative_slope": 0.1}, "keras>=3.3, jax", "tensorflow>=2.16"),
    ],
)
def test_newer_layers_arguments_and_activations_need_a_newer_keras(
    layer: str, params: dict[str, Any], keras: str, tensorflow: str
) -> None:
    assert needs(with_layer(layer, **params)) == keras
    assert needs(with_layer(layer, **params), "tf.keras") == tensorflow


def test_every_version_belongs_to_a_name_of_the_catalogue() -> None:
    catalogue = load()
    entries = (*catalogue.layers, *catalogue.objects)
    paths = {entry.path: {param.name for param in entry.params} for entry in entries}
    names = {*paths, *(f"{path}.{name}" for path, own in paths.items() for name in own)}
    assert {name for table in SINCE.values() for name in table} <= names
    assert templates.load()
