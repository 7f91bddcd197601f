"""What can't be known makes what depends on it unknown, and never another model."""

import pytest

from tests.engine.imports.python.reading import refusal

INPUT = "import secret\nx = keras.Input((4,))\n"
MODEL = "\nmodel = keras.Model(x, y)\n"

UNKNOWN = {
    "a method of Keras that is replaced": """
        keras.layers.Dense.call = lambda self, x: x
        y = layers.Dense(3)(x)
    """,
    "a method of a layer that is replaced": """
        dense = layers.Dense(3)
        dense.call = secret.call
        y = dense(x)
    """,
    "the attributes of a layer as a dict": """
        dense = layers.Dense(3)
        vars(dense)["units"] = 5
        y = dense(x)
    """,
    "an attribute of the layer in a wrapper": """
        each = layers.TimeDistributed(layers.Dense(3))
        each.layer.units = 5
        y = each(layers.RepeatVector(2)(x))
    """,
    "a layer that is made again": """
        dense = layers.Dense(3)
        dense.__init__(5)
        y = dense(x)
    """,
    "an attribute of an own layer after its call": """
        class Scale(layers.Layer):
            def __init__(self):
                super().__init__()
                self.factor = 2.0
            def call(self, tensor):
                return tensor * self.factor
        scale = Scale()
        y = scale(x)
        scale.factor = 5.0
    """,
    "names that a mock replaces": """
        from unittest import mock
        with mock.patch("keras.layers.Dense", layers.Conv1D):
            y = keras.layers.Dense(3)(x)
    """,
    "the order of a set of texts in a loop": """
        y = x
        for name in {"relu", "tanh", "sigmoid"}:
            y = layers.Dense(3, activation=name)(y)
    """,
    "the order of a set of texts in a list": """
        first, second = list({"relu", "tanh"})
        y = layers.Dense(3, activation=first)(x)
    """,
    "what a Lambda layer reads when it runs": """
        scale = 3
        y = layers.Lambda(lambda t: t * scale)(x)
        scale = 5
    """,
    "an item that an instance is given": """
        class Options:
            n = 3
        options = Options()
        options["n"] = 5
        y = layers.Dense(options["n"])(x)
    """,
    "a builtin that is replaced": """
        import builtins
        builtins.range = secret.range
        y = x
        for _ in range(2):
            y = layers.Dense(3)(y)
    """,
    "the class of an instance": """
        class First:
            size = 3
        class Second:
            size = 5
        value = First()
        value.__class__ = Second
        y = layers.Dense(value.size)(x)
    """,
    "the code of a function": """
        def size():
            return 3
        size.__code__ = secret.f.__code__
        y = layers.Dense(size())(x)
    """,
    "a class with a metaclass": """
        class Sizes(metaclass=secret.Meta):
            size = 3
        y = layers.Dense(Sizes.size)(x)
    """,
    "an own __new__": """
        class Sizes:
            size = 3
            def __new__(cls):
                return secret.make()
        y = layers.Dense(Sizes().size)(x)
    """,
    "a list that a library shuffles": """
        import random
        sizes = [3, 4]
        random.shuffle(sizes)
        y = layers.Dense(sizes[0])(x)
    """,
    "a dict that unknown code is given": """
        sizes = {"n": 3}
        secret.change(sizes)
        y = layers.Dense(sizes["n"])(x)
    """,
    "a function that unknown code is given": """
        size = 3
        def change():
            global size
            size = 5
        secret.run(change)
        y = layers.Dense(size)(x)
    """,
    "a method that unknown code is given": """
        sizes = [3]
        secret.each(sizes.append)
        y = x
        for size in sizes:
            y = layers.Dense(size)(y)
    """,
    "a function with an unknown decorator": """
        size = 3
        @secret.decorator
        def change():
            global size
            size = 5
        change()
        y = layers.Dense(size)(x)
    """,
    "a context manager of a generator": """
        from contextlib import contextmanager
        size = 3
        @contextmanager
        def larger():
            global size
            size = 5
            try:
                yield
            finally:
                size = 3
        with larger():
            y = layers.Dense(size)(x)
    """,
    "an exception in a branch": """
        size = 3
        try:
            if secret.flag:
                raise ValueError
            size = 4
        except ValueError:
            pass
        y = layers.Dense(size)(x)
    """,
    "a condition on an instance with a length": """
        class Own:
            def __len__(self):
                return 0
        y = layers.Dense(3 if Own() else 5)(x)
    """,
    "equality of records": """
        from dataclasses import dataclass
        @dataclass
        class Size:
            n: int = 1
        y = layers.Dense(3 if Size(1) == Size(1) else 5)(x)
    """,
    "any that stops early": """
        sizes = []
        def add(n):
            sizes.append(n)
            return True
        any(add(n) for n in (3, 4))
        y = x
        for size in sizes:
            y = layers.Dense(size)(y)
    """,
    "a generator that changes something between its items": """
        sizes = []
        for n in (sizes.append(n) for n in (3, 4)):
            sizes.append(5)
        y = x
        for size in sizes:
            y = layers.Dense(size)(y)
    """,
    "an operand": "y = layers.Concatenate()([x, secret.attention(x)])",
    "an operand in a dict": "y = layers.Concatenate()(list({1: x, 2: secret.f(x)}.values()))",
    "a condition": "y = layers.Dense(3)(x) if secret.flag else layers.Dense(5)(x)",
    "an if statement": """
        y = x
        if secret.flag:
            y = layers.Dense(3)(y)
    """,
    "both branches": """
        if secret.flag:
            y = layers.Dense(3)(x)
        else:
            y = layers.Dense(5)(x)
    """,
    "a loop of unknown length": """
        y = x
        for _ in range(secret.depth):
            y = layers.Dense(3)(y)
    """,
    "a while loop": """
        y = x
        while secret.more():
            y = layers.Dense(3)(y)
    """,
    "a list that grows in an unknown loop": """
        parts = [x]
        for part in secret.parts:
            parts.append(layers.Dense(3)(x))
        y = layers.Concatenate()(parts)
    """,
    "a list that a branch changes": """
        parts = [x, layers.Dense(2)(x)]
        if secret.flag:
            parts.append(layers.Dense(3)(x))
        y = layers.Concatenate()(parts)
    """,
    "an alias of a list that a branch changes": """
        parts = [x, layers.Dense(2)(x)]
        same = parts
        if secret.flag:
            same += [layers.Dense(3)(x)]
        y = layers.Concatenate()(parts)
    """,
    "an item that a branch sets": """
        sizes = {"units": 3}
        if secret.flag:
            sizes["units"] = 5
        y = layers.Dense(sizes["units"])(x)
    """,
    "an item that an unknown update may set": """
        sizes = {"units": 3}
        sizes.update(secret.options)
        y = layers.Dense(sizes["units"])(x)
    """,
    "an item that an unknown dict may set": """
        sizes = {"units": 3, **secret.options}
        y = layers.Dense(sizes["units"])(x)
    """,
    "an item that the items of another dict may set": """
        other = {}
        other.update(secret.options)
        sizes = {"units": 3} | other
        y = layers.Dense(sizes["units"])(x)
    """,
    "an item that arguments of dict may set": """
        sizes = dict({"units": 3}, **secret.options)
        y = layers.Dense(sizes["units"])(x)
    """,
    "an argument that a function may take": """
        def units(**options):
            return options.get("units", 3)
        y = layers.Dense(units(**secret.options))(x)
    """,
    "an argument that a function may pass on": """
        def dense(units=3):
            return layers.Dense(units)
        def own(**options):
            return dense(**options)
        y = own(**secret.options)(x)
    """,
    "an attribute that a branch sets": """
        class Config:
            pass
        config = Config()
        config.units = 3
        if secret.flag:
            config.units = 5
        y = layers.Dense(config.units)(x)
    """,
    "a global that a function sets in a branch": """
        units = 3
        def change():
            global units
            units = 5
        if secret.flag:
            change()
        y = layers.Dense(units)(x)
    """,
    "an early return": """
        def units():
            if secret.flag:
                return 3
            return 5
        y = layers.Dense(units())(x)
    """,
    "a break": """
        y = x
        for units in (3, 5):
            if secret.flag:
                break
            y = layers.Dense(units)(y)
    """,
    "and": """
        sizes = [3]
        secret.flag and sizes.append(5)
        y = layers.Dense(sizes[-1])(x)
    """,
    "keyword arguments": "y = layers.Dense(3, **secret.options)(x)",
    "a comparison": "y = layers.Dense(3 if secret.count > 2 else 5)(x)",
    "an unknown index": """
        sizes = [3, 5]
        sizes[secret.index] = 7
        y = layers.Dense(sizes[0])(x)
    """,
    "a comprehension with a condition": """
        parts = [layers.Dense(n)(x) for n in (2, 3) if n > secret.least]
        y = layers.Concatenate()(parts)
    """,
    "the training flag": """
        class Own(layers.Layer):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense(3)
            def call(self, inputs, training=None):
                if training:
                    inputs = self.dense(inputs)
                return inputs
        y = Own()(x)
    """,
    "own weights": """
        class Own(layers.Layer):
            def build(self, shape):
                self.w = self.add_weight(shape=(4, 3))
            def call(self, inputs):
                return inputs + self.w
        y = Own()(x)
    """,
    "a constant among the operands": "y = layers.Concatenate()([x, 8])",
    "nothing among the operands": "y = layers.Concatenate()([x, None])",
    "data as a mask": """
        import numpy as np
        s = layers.Reshape((2, 2))(x)
        y = layers.MultiHeadAttention(2, 4)(s, s, attention_mask=np.load("mask.npy"))
    """,
    "a constant as a mask": """
        s = layers.Reshape((2, 2))(x)
        y = layers.MultiHeadAttention(2, 4)(s, s, attention_mask=[[1, 0], [1, 1]])
    """,
    "an attribute of a layer": """
        dense = layers.Dense(3)
        dense.activation = secret.activation
        y = dense(x)
    """,
}


@pytest.mark.parametrize("body", UNKNOWN.values(), ids=UNKNOWN)
def test_what_depends_on_something_unknown_is_refused_with_a_reason(body: str) -> None:
    from textwrap import dedent

    message = refusal(INPUT + dedent(body) + MODEL)
    assert message.startswith("Line ")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("if secret.flag: model.add(layers.Dense(3))", "a layer that a branch adds"),
        ("if secret.flag: model.pop()", "a layer that a branch removes"),
        ("for n in secret.sizes: model.add(layers.Dense(n))", "layers that a loop adds"),
        ("model.add(secret.layer)", "an unknown layer"),
        ("model.inputs = secret.inputs", "inputs that are set"),
    ],
)
def test_a_model_whose_structure_is_unknown_is_refused(change: str, what: str) -> None:
    source = f"""
import secret
model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
{change}
"""
    assert refusal(source).startswith("Line "), what
