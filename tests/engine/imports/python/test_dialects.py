"""Keras code of every age and style: what it trains is what is read."""

from textwrap import dedent

import pytest

from engine.document import Document
from engine.imports.graph_builder import Imported
from engine.imports.python import Tools, from_python
from engine.imports.python.specs import Spec
from tests.engine.imports.python.reading import HEAD, read, refusal, summary

OLD = """
from keras.models import Sequential, Model
from keras.layers import *
from keras.layers.convolutional import Convolution2D, MaxPooling2D
from keras.layers.advanced_activations import LeakyReLU
from keras.optimizers import SGD, RMSprop, Adadelta
from keras.regularizers import l2
from keras.utils import np_utils
from keras import backend as K, ops
import numpy as np
import tensorflow as tf
import argparse, functools
from keras.datasets import mnist
"""

LAYERS = {
    "Keras 1 convolution": (
        "m.add(Convolution2D(8, 3, 2, border_mode='same', subsample=(2, 2), init='uniform'))",
        ["Conv2D(filters=8, kernel_size=[3, 2], padding='same', strides=[2, 2], "
         "kernel_initializer='random_uniform')"],
    ),
    "Keras 1 dense": (
        "m.add(Flatten())\nm.add(Dense(output_dim=5, W_regularizer=l2(0.1), bias=False))",
        ["Flatten()", "Dense(units=5, kernel_regularizer={'class': 'L2', 'params': {'l2': 0.1}}, "
         "use_bias=False)"],
    ),
    "Keras 1 dropout": ("m.add(Dropout(p=0.3))", ["Dropout(rate=0.3)"]),
    "Keras 2 activation": (
        "m.add(LeakyReLU(alpha=0.2))", ["LeakyReLU(negative_slope=0.2)"],
    ),
    "an activation that is a layer": (
        "m.add(Dense(3, activation=LeakyReLU(0.2)))",
        ["Dense(units=3)", "LeakyReLU(negative_slope=0.2)"],
    ),
    "an argument that had no effect": (
        "m.add(SeparableConv2D(4, 3, kernel_initializer='he_normal'))",
        ["SeparableConv2D(filters=4, kernel_size=3)"],
    ),
    "a frozen layer": ("m.add(Dense(3, trainable=False))", ["Dense(units=3)"]),
    "pop": ("m.add(Dense(3))\nm.add(Dense(4))\nm.pop()", ["Dense(units=3)"]),
    "a whole number that is a float": ("m.add(Dense(8 / 2))", ["Dense(units=4)"]),
    "the data format": (
        "m.add(Dense(3 if K.image_data_format() == 'channels_last' else 5))", ["Dense(units=3)"],
    ),
    "the data format of Keras 1": (
        "m.add(Dense(3 if K.image_dim_ordering() == 'tf' else 5))", ["Dense(units=3)"],
    ),
    "choices in capitals": (
        "m.add(Conv2D(2, 3, padding='SAME', data_format='channels_last'))\n"
        "m.add(MaxPooling2D(padding='VALID'))",
        ["Conv2D(filters=2, kernel_size=3, padding='same', data_format='channels_last')",
         "MaxPooling2D()"],
    ),
    "output modes by their old names": (
        "m.add(IntegerLookup(vocabulary=[4, 7], output_mode='binary'))\n"
        "m.add(CategoryEncoding(num_tokens=3, output_mode='binary'))",
        ["IntegerLookup(vocabulary=[4, 7], output_mode='multi_hot')",
         "CategoryEncoding(num_tokens=3)"],
    ),
    "options of the command line": (
        "p = argparse.ArgumentParser()\np.add_argument('--units', type=int, default=6)\n"
        "p.add_argument('-v', '--verbose', action='store_true')\n"
        "args = p.parse_args()\nm.add(Dense(args.units + args.verbose))",
        ["Dense(units=6)"],
    ),
    "a partial function": (
        "dense = functools.partial(Dense, activation='relu')\nm.add(dense(3))",
        ["Dense(units=3, activation='relu')"],
    ),
    "the shape of data": (
        "(x, y), _ = mnist.load_data()\nx = x.reshape(-1, 784).astype('float32') / 255\n"
        "m.add(Dense(x.shape[1]))\nm.add(Dense(len(np.unique(y))))",
        ["Dense(units=784)", "Dense(units=10)"],
    ),
    "one-hot rows": (
        "(x, y), _ = mnist.load_data()\ny = np_utils.to_categorical(y)\nm.add(Dense(y.shape[1]))",
        ["Dense(units=10)"],
    ),
    "strings": (
        "m.add(Dense(len(', '.join('{}-{}'.format(a, 2) for a in 'x y z'.split()))))",
        ["Dense(units=13)"],
    ),
    "a Lambda of ops": (
        "m.add(Lambda(lambda x: K.square(x) * 2))",
        ["ops.square()", "ops.multiply(x2=2)"],
    ),
    "vectors of length 1": (
        "m.add(Lambda(lambda x: K.l2_normalize(x, axis=-1)))\n"
        "m.add(Lambda(lambda x: tf.math.l2_normalize(x, 1, epsilon=1e-4)))",
        ["ops.normalize()", "ops.normalize(axis=1, epsilon=0.01)"],
    ),
    "numbers as tensors": (
        "m.add(Lambda(lambda x: tf.identity(x) / (ops.convert_to_tensor(2.5) + x)))\n"
        "m.add(Lambda(lambda x: tf.constant(0.5) * tf.convert_to_tensor(x)))",
        ["ops.add(x1=2.5)", "ops.true_divide()", "ops.multiply(x1=0.5)"],
    ),
    "a wrapped layer": (
        "m.add(Reshape((16, 48)))\nm.add(TimeDistributed(Dense(3)))",
        ["Reshape(target_shape=[16, 48])",
         "TimeDistributed(layer={'class': 'Dense', 'params': {'units': 3}})"],
    ),
}  # fmt: skip


def sequential(body: str) -> Document:
    """The document of a Sequential model for images."""
    source = f"m = Sequential()\nm.add(InputLayer(input_shape=(16, 16, 3)))\n{body}\n"
    imported = read(source, OLD)
    assert imported.problems == ()
    return imported.document


@pytest.mark.parametrize(("body", "layers"), LAYERS.values(), ids=LAYERS)
def test_layers(body: str, layers: list[str]) -> None:
    assert summary(sequential(body)) == layers


def test_frozen_layers_and_training_at_a_call_are_kept() -> None:
    source = """
        base = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.BatchNormalization()])
        base.trainable = False
        x = keras.Input((4,))
        y = base(x, training=False)
        last = layers.Dense(2)
        model = keras.Model(x, last(y))
        last.trainable = False
        last.trainable = True
        model.compile("adam", "mse")
        last.trainable = False
        """
    nodes = read(source).document.main.nodes
    assert [(node.frozen, node.training) for node in nodes] == [
        (False, None), (True, False), (False, None),
    ]  # fmt: skip


def test_channels_come_first_where_the_source_says_so() -> None:
    source = """
        keras.backend.set_image_data_format("channels_first")
        model = keras.Sequential([keras.Input((3, 8, 8)), layers.Conv2D(4, 3), layers.Flatten()])
        """
    assert summary(read(source).document) == [
        "Conv2D(filters=4, kernel_size=3, data_format='channels_first')",
        "Flatten(data_format='channels_first')",
    ]


def test_a_model_may_begin_at_another_layer_s_output() -> None:
    source = """
        x = keras.Input((4,))
        hidden = layers.Dense(3)
        y = layers.Dense(2)(hidden(x))
        whole = keras.Model(x, y)
        model = keras.Model(hidden.output, y)
        """
    tools = Tools(
        shapes=lambda document: {
            node.id: (Spec((None, 3)),) for node in document.main.nodes if node.layer == "Dense"
        }
    )
    answer = from_python(HEAD + dedent(source), tools=tools)
    assert isinstance(answer, Imported)
    assert answer.document.main.nodes[0].params == {"shape": [3]}
    assert summary(answer.document) == ["Dense(units=2)"]


STYLES = {
    "a function that nobody calls": """
        def build_model(units=3):
            model = keras.Sequential([keras.Input((4,))])
            model.add(layers.Dense(units))
            return model
    """,
    "a class that builds a model": """
        class Net:
            @staticmethod
            def build(width=4):
                return keras.Sequential([keras.Input((width,)), layers.Dense(3)])
    """,
    "main": """
        def main():
            model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
            model.summary()
        if __name__ == "__main__":
            main()
    """,
    "a subclassed model": """
        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense(3)
            def call(self, inputs):
                return self.dense(inputs)
        model = Net()
        model.build((None, 4))
    """,
    "a functional subclass": """
        class Net(keras.Model):
            def __init__(self, units):
                x = keras.Input((4,))
                super().__init__(inputs=x, outputs=layers.Dense(units)(x))
        model = Net(3)
    """,
    "a Sequential subclass": """
        class Net(keras.Sequential):
            def __init__(self):
                super().__init__([keras.Input((4,))])
                self.add(layers.Dense(3))
        model = Net()
    """,
    "a custom layer": """
        class Block(layers.Layer):
            def __init__(self, units, **kwargs):
                super().__init__(**kwargs)
                self.units = units
            def build(self, shape):
                self.dense = layers.Dense(self.units)
            def call(self, x):
                return self.dense(x)
        x = keras.Input((4,))
        model = keras.Model(x, Block(3, name="block")(x))
    """,
    "the output of a model": """
        base = keras.Sequential([keras.Input((4,))])
        base.add(layers.Dense(3))
        model = keras.Model(inputs=base.input, outputs=base.layers[-1].output)
    """,
    "scikit-learn's wrapper": """
        from scikeras.wrappers import KerasClassifier
        def create(units):
            return keras.Sequential([keras.Input((4,)), layers.Dense(units)])
        estimator = KerasClassifier(build_fn=create, units=3, epochs=7)
    """,
    "the data's shape": """
        import numpy as np
        x = np.random.rand(100, 4)
        model = keras.Sequential([layers.Dense(3)])
        model.compile("adam", "mse")
        model.fit(x, x)
    """,
}


@pytest.mark.parametrize("source", STYLES.values(), ids=STYLES)
def test_styles(source: str) -> None:
    imported = read(source)
    assert imported.problems == ()
    assert summary(imported.document) == ["Dense(units=3)"]
    assert imported.document.main.nodes[0].params == {"shape": [4]}


def test_python_2_and_notebook_commands() -> None:
    source = """
%matplotlib inline
!pip install keras
model = keras.Sequential([keras.Input((28 / 2,)), layers.Dense(5 / 2)])
print "Units: %d" % (
    2)
try:
    pass
except ValueError, error:
    raise IOError, "no"
"""
    document = read(source).document
    assert summary(document) == ["Dense(units=2)"]
    assert document.main.nodes[0].params == {"shape": [14]}


PYTHON_2 = {
    "an octal number": "n = 010",
    "a long number": "n = 8L",
    "an octal number in a print": "print '%d' % 017\nn = 8",
    "<>": "n = 3\nif n <> 4: n = 8",
    "<> in a text": "n = len('a <> 0') if 3 <> 4 else 7\nn += 2",
    "backticks": "n = int(`8`)",
    "a raw unicode text": "n = len(ur'a\\b' u'cd') + 3",
    "exec": "n = 3\nexec 'n = 8'",
    "a print after a colon": "n = 8\nif n: print 'x; n = 3', n",
    "a statement after a print": "n = 3\nprint 'x', (\n  1); n = 8",
    "a comment": "n = 8  # `a` <> 010\nprint n",
    "has_key": "n = 8 if {'a': 1}.has_key('a') else 3\nprint n",
    "reduce": "n = reduce(lambda a, b: a + b, [3, 5])\nprint n",
    "an exception in one line": "n = 8\ntry: pass\nexcept (IOError, OSError), e: print e",
}


@pytest.mark.parametrize("source", PYTHON_2.values(), ids=PYTHON_2)
def test_python_2(source: str) -> None:
    source += "\nmodel = keras.Sequential([keras.Input((4,)), layers.Dense(n)])"
    assert summary(read(source).document) == ["Dense(units=8)"]


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("exec '''\nn = 3\n'''", "exec without brackets"),
        ("def f(x, (a, b)):\n    return a", "a tuple among the parameters of a function"),
        ("f = lambda (a, b): a", "a tuple among the parameters of a function"),
        ("print 'x'\nn = = 3", "invalid syntax"),
    ],
)
def test_python_2_that_is_not_read_is_named(source: str, what: str) -> None:
    line = 5 if "print" in source else 4
    assert refusal(source) == f"Line {line}: this is Python 2, and it can't be read: {what}."


def test_a_graph_of_keras_0_is_named() -> None:
    for module in ("models", "layers.containers"):
        source = f"from keras.{module} import Graph\ngraph = Graph()\ngraph.add_input('a', 2)"
        assert "Graph is a model of Keras before version 1" in refusal(source)


@pytest.mark.parametrize("package", ["tensorflow.keras", "tf_keras", "keras_core"])
def test_other_packages_of_keras(package: str) -> None:
    source = f"""
        import {package} as k
        from {package} import layers as l
        model = k.Sequential([k.Input((4,)), l.Dense(3)])
        """
    assert summary(read(source, head="").document) == ["Dense(units=3)"]


def test_spaces_of_web_pages_are_spaces() -> None:
    source = f"""
        model = keras.Sequential()
        for units in (3, 2):
        {chr(0xA0) * 4}model.add(layers.Dense(units,{chr(0xA0)}name="a{chr(0xA0)}" + str(units)))
        model.build((None, 4))
        """
    document = read(source).document
    assert [node.name for node in document.main.nodes[1:]] == [f"a{chr(0xA0)}3", f"a{chr(0xA0)}2"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("x = 1", "This source creates no Keras model."),
        ("model = keras.models.load_model('m.h5')\nmodel.fit(1, 2)", "is loaded from a file"),
        ("import hub\nmodel = hub.build()\nmodel.fit(1, 2)", "hub.build(…) is not part of Keras"),
        (
            "x = keras.Input((4,))\nmodel = keras.Model(x, keras.backend.l2_normalize(x))",
            "l2_normalize without an axis takes the rows together",
        ),
        ("model = keras.Sequential([layers.Dense(3)])", "does not state its input's shape"),
        ("x = keras.Input((3,))\nmodel = keras.Model(x, layers.Nope(1)(x))", "layers.Nope"),
    ],
)
def test_a_refusal_has_a_reason(source: str, reason: str) -> None:
    assert reason in refusal(source)
