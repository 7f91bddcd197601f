"""Source without imports, as people paste it, and source for other libraries than Keras."""

import re
from textwrap import dedent

import pytest

from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from tests.engine.imports.python.reading import read, summary

PASTED = {
    "models and layers": (
        "m = Sequential()\nm.add(Dense(4, input_dim=8, kernel_regularizer=l2(0.1)))",
        ["Sequential", "Dense", "l2"],
    ),
    "modules": (
        "i = keras.Input((8,))\nm = models.Model(i, layers.Dense(4, kernel_regularizer="
        "regularizers.L2(0.1))(i))",
        ["keras", "models", "layers", "regularizers"],
    ),
    "TensorFlow": (
        "m = tf.keras.Sequential([tf.keras.Input((8,)), tf.keras.layers.Dense(4, "
        "kernel_regularizer=tf.keras.regularizers.l2(0.1))])",
        ["tf"],
    ),
}


@pytest.mark.parametrize("case", PASTED)
def test_names_without_an_import_are_read_as_keras_documents_them_and_named(case: str) -> None:
    source, names = PASTED[case]
    imported = read(source, head="")
    assert summary(imported.document) == [
        "Dense(units=4, kernel_regularizer={'class': 'L2', 'params': {'l2': 0.1}})"
    ]
    (note,) = imported.problems
    assert note.code == "python_assumed"
    assert {*names} <= {*re.findall(r"\w+", note.message)}


def test_a_name_that_the_source_defines_is_its_own() -> None:
    imported = read("def Dense(n, **options):\n    return keras.layers.Dense(n * 2, **options)\n"
                    "m = keras.Sequential([keras.Input((8,)), Dense(4)])")  # fmt: skip
    assert summary(imported.document) == ["Dense(units=8)"]
    assert imported.problems == ()


def test_nothing_is_assumed_about_a_name_that_another_module_may_define() -> None:
    answer = from_python("from my_layers import *\nm = Sequential([Dense(4, input_dim=8)])")
    assert isinstance(answer, list)
    assert "is not defined in this source" in answer[0].message


@pytest.mark.parametrize(
    ("source", "library"),
    [
        ("import torch\nfrom torch import nn\nclass N(nn.Module): pass", "PyTorch"),
        ("from torch.nn import *\nmodel = Linear(3, 4)", "PyTorch"),
        ("import tensorflow as tf\nfrom tf_agents.networks import sequential\n"
         "net = sequential.Sequential([tf.keras.layers.Dense(2)])", "TF-Agents"),
        ("from flax import nnx\nclass N(nnx.Module): pass", "Flax"),
        ("from mxnet.gluon import nn\nnet = nn.Dense(4)", "MXNet"),
    ],
)  # fmt: skip
def test_a_source_for_another_library_is_named_as_what_it_is(source: str, library: str) -> None:
    answer = from_python(source)
    assert isinstance(answer, list)
    (problem,) = answer
    assert problem.code == "python_foreign"
    assert library in problem.message


def test_the_merge_of_keras_1_is_read_where_a_module_has_its_name() -> None:
    source = """
    from keras.layers import *
    from keras.layers import merge
    from keras.layers.merge import concatenate
    from keras.models import Model
    a = Input((8,))
    b = merge([Dense(4)(a), Dense(4)(a)], mode='sum')
    m = Model(input=a, output=concatenate([b, a]))
    """
    answer = from_python(dedent(source))
    assert isinstance(answer, Imported), answer
    assert [node.layer for node in answer.document.main.nodes] == [
        "Input", "Dense", "Dense", "Add", "Concatenate",
    ]  # fmt: skip
