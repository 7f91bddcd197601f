"""The title and the description of a document come from the docstring of its source."""

import ast

import pytest

from engine import templates
from engine.code import Form, generate
from engine.document import MAX_DESCRIPTION
from engine.imports.graph_builder import Imported
from engine.imports.notebooks import read_notebook
from engine.imports.python import from_python
from engine.imports.python.about import read_about
from engine.imports.python.generated_lines import generated_title
from engine.problems import languages
from tests.engine.imports.python.reading import HEAD

KERAS_IO = """Title: Simple MNIST convnet
Author: [fchollet](https://twitter.com/fchollet)
Date created: 2015/06/19
Description: A simple convnet that achieves ~99% test accuracy
    on MNIST.
Accelerator: GPU"""
SENTENCE = "Trains a simple convnet on the MNIST dataset."
WRAPPED = "Gets to 99.25% test accuracy after 12 epochs, and there is still a lot\nof margin."
CASES = {
    "nothing": ("", "", ("", "")),
    "keras.io": (KERAS_IO, "convnet", (
        "Simple MNIST convnet", "A simple convnet that achieves ~99% test accuracy on MNIST.")),
    "a sentence": (SENTENCE, "", ("", SENTENCE)),
    "a sentence and a paragraph": (f"#{SENTENCE}\n\n{WRAPPED}\n", "", (
        "", f"{SENTENCE}\n\n" + WRAPPED.replace("\n", " "))),
    "a title": ("Convolutional VAE\n=================\n\n- one\n- two", "", (
        "Convolutional VAE", "- one\n- two")),
    "the model's name": ("Oracle.\n\nGuesses.", "oracle", ("Oracle", "Guesses.")),
    "a title of another model": ("Oracle", "vae", ("", "Oracle")),
    "generated": ("Iris: predicts species from features (data set Iris).", "iris", ("Iris", "")),
    "generated without data": ("Iris: 1 in, 1 out, 7 layers.", "iris", ("Iris", "")),
    "generated with shapes": (
        "Iris: fully connected network from petals (4,) to (3,).", "iris", ("Iris", "")),
    "a network of a person": ("Net: network from scratch.", "", ("", "Net: network from scratch.")),
    "generated without a title": ("A model: network from (4,) to (3,).\n\nGuesses.", "", (
        "", "Guesses.")),
    "generated in German": (
        "Iris: vollständig verbundenes Netz von petals (4,) nach (3,).", "iris", ("Iris", "")),
    "generated in German, with data": (
        "Iris: sagt species aus features vorher (Datensatz Iris).", "iris", ("Iris", "")),
    "a person predicts": ("Oracle: predicts the future.", "", ("", "Oracle: predicts the future.")),
    "a person predicts from data": ("Oracle: predicts prices from news.", "", (
        "", "Oracle: predicts prices from news.")),
    "a person counts": ("Net: two in, one out, no fuss.", "", (
        "", "Net: two in, one out, no fuss.")),
    "lone surrogates": ("A \ud800title\n\nand\0text", "", ("A title", "andtext")),
}  # fmt: skip


@pytest.mark.parametrize(("docstring", "name", "expected"), CASES.values(), ids=CASES)
def test_a_docstring_is_read(docstring: str, name: str, expected: tuple[str, str]) -> None:
    assert read_about(docstring, name) == expected


def test_a_long_docstring_is_cut() -> None:
    assert len(read_about("x" * 3_000, "")[1]) == MAX_DESCRIPTION


def test_a_docstring_of_a_source_describes_its_document() -> None:
    source = f'"""{KERAS_IO}"""{HEAD}\nm = keras.Sequential([keras.Input((3,)), layers.Dense(1)])'
    answer = from_python(source)
    assert isinstance(answer, Imported)
    assert answer.document.name == "Simple MNIST convnet"
    assert answer.document.description.startswith("A simple convnet")


def test_the_first_cell_of_a_notebook_describes_its_document() -> None:
    code = f"{HEAD}\nm = keras.Sequential([keras.Input((3,)), layers.Dense(1)])"
    cells = [
        {"cell_type": "markdown", "source": ["# Small\\_net\n", "\n", "It learns.\n", "## Setup"]},
        {"cell_type": "code", "source": code},
    ]
    answer = read_notebook({"nbformat": 4, "cells": cells}, from_python)
    assert isinstance(answer, Imported)
    assert (answer.document.name, answer.document.description) == ("Small_net", "It learns.")


@pytest.mark.parametrize("id", languages.ids())
@pytest.mark.parametrize("form", ["functional", "script"])
@pytest.mark.parametrize("template", templates.load(), ids=lambda template: template.id)
def test_what_is_generated_in_any_language_is_recognised(
    template: templates.Template, form: Form, id: str
) -> None:
    source = generate(template.document, form, language=languages.language(id)).source
    (first, *_) = (ast.get_docstring(ast.parse(source)) or "").splitlines()
    assert generated_title(first) == template.document.name
