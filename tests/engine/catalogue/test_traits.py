"""Properties of single layers are on their lines of the palette and nowhere else."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.catalogue import Traits, load, traits_of
from engine.catalogue.derive import BASES

ROOT = Path(__file__).parents[3]

ELSEWHERE = {
    "engine/imports/keras_2.py": "names of arguments that Keras 2 wrote",
    "engine/imports/keras_config.py": "names of arguments that Keras 2 wrote",
    "engine/imports/keras_1.py": "names of layers and arguments in Keras 1",
    "engine/code/lines/roles.py": "words for layers in the names of functions",
    "engine/check/ranks.py": "words of messages",
    "engine/code/modules/": "what other libraries have in place of a layer",
    "engine/imports/python/layers.py": "the beginnings of the names of layers",
    "engine/imports/python/own_weights.py": "ops on a weight that a layer computes",
    "engine/imports/python/sizes.py": "ops on sizes of tensors",
    "engine/imports/python/old_defaults.py": "what layers did in old versions",
    "engine/imports/python/vocabularies.py": "how methods of lookups name what they don't know",
}
"""Modules and folders that name layers, and why that is not a property of these layers."""

LAYERS = {entry.name for entry in load().layers}


def lists_of_layers(source: str) -> Iterator[int]:
    """The lines of a module with a list of several layers, or with a layer as a key."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Dict(keys=keys):
                if any(map(is_layer, keys)):
                    yield node.lineno
            case ast.Set(elts=items):
                if any(map(is_layer, items)):
                    yield node.lineno
            case ast.Tuple(elts=items) | ast.List(elts=items) | ast.MatchOr(patterns=items):
                if sum(map(is_layer, items)) > 1:
                    yield node.lineno


def is_layer(node: ast.AST | None) -> bool:
    match node:
        case ast.Constant(value=str(name)) | ast.MatchValue(value=ast.Constant(value=str(name))):
            return name in LAYERS
        case ast.Attribute(value=ast.Attribute(attr="layers"), attr=name):
            return name in LAYERS
    return False


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('X = {"Dense": 1}', True),
        ('X = frozenset({"ops.add"})', True),
        ('X = ("LSTM", "GRU")', True),
        ("X = (keras.layers.Dense, BaseConv, keras.layers.Dot)", True),
        ('X = ("LSTM", "word")', False),
        ('if layer == "LSTM": pass', False),
    ],
)
def test_lists_of_layers_are_found(source: str, expected: bool) -> None:
    assert bool([*lists_of_layers(source)]) is expected


def test_no_other_module_has_a_list_of_layers() -> None:
    lists = {
        path.relative_to(ROOT).as_posix(): lines
        for folder in ("engine", "builder")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "catalogue" not in path.parts
        and (lines := [*lists_of_layers(path.read_text(encoding="utf-8"))])
    }
    assert [path for path in lists if not path.startswith(tuple(ELSEWHERE))] == []


def test_traits_come_from_the_line_and_from_the_base_that_keras_uses() -> None:
    lstm = Traits(traced=True, states=2, training_default=False, refusals="recurrent")
    assert traits_of("LSTM") == lstm
    assert traits_of("Conv2D") == Traits(one_kernel=True)
    assert traits_of("AugMix") == Traits(
        training_default=True, repeats=("num_chains", "chain_depth")
    )
    assert traits_of("ops.add") == Traits(merges="sum")
    assert traits_of("Unheard") == Traits()
    for base, _ in BASES:
        assert len(base.__subclasses__()) > 0


def test_parameters_that_traits_name_are_there() -> None:
    for entry in load().layers:
        named = [*entry.traits.repeats, *filter(None, [entry.traits.learns])]
        assert all(entry.param(name) for name in named), entry.name


def test_the_page_is_not_sent_them() -> None:
    assert "traits" not in load().model_dump_json()
