"""Iterators give their items once, when they are asked for them, as in Python."""

import pytest

from tests.engine.imports.python.reading import read, refusal, summary

INPUT = "import secret\ny = x = keras.Input((4,))\n"
MODEL = "\nmodel = keras.Model(x, y)\n"
LOOP = "for size in {}: y = layers.Dense(size)(y)"
BLOCKS = """
def units(sizes):
    for size in sizes:
        yield size
def twice(sizes):
    yield from units(sizes)
    yield from [2 * size for size in sizes]
"""
READ = {
    "a generator": (BLOCKS + LOOP.format("units([3, 5])"), [3, 5]),
    "yield from": (BLOCKS + LOOP.format("twice([3, 5])"), [3, 5, 6, 10]),
    "a list of a generator": (BLOCKS + LOOP.format("list(units([3, 5]))[::-1]"), [5, 3]),
    "unpacking": (BLOCKS + "a, b = units([3, 5])\n" + LOOP.format("(a, b)"), [3, 5]),
    "a starred argument": (BLOCKS + LOOP.format("[1, *units([3, 5])]"), [1, 3, 5]),
    "a return": (
        "def some():\n    yield 3\n    return\n    yield 5\n" + LOOP.format("some()"), [3],
    ),
    "a method": (
        "class Sizes:\n    def __iter__(self):\n        yield 3\n        yield 5\n"
        + LOOP.format("list(iter(Sizes()))"), [3, 5],
    ),
    "next": ("it = iter([3, 5])\n" + LOOP.format("(next(it), next(it))"), [3, 5]),
    "next with a default": (LOOP.format("[next((n for n in (3, 5) if n > 9), 7)]"), [7]),
    "next and then the rest": (
        "it = iter((3, 5, 7))\nfirst = next(it)\n" + LOOP.format("it"), [5, 7],
    ),
    "the first layer of a class": (
        "base = keras.Sequential([keras.Input((4,)), layers.ReLU(), layers.Dense(3)])\n"
        "dense = next(l for l in base.layers if isinstance(l, layers.Dense))\n"
        + LOOP.format("[dense.units]"), [3],
    ),
    "a name that changes before the items are taken": (
        "k = 3\nsizes = (n * k for n in (1, 2))\nk = 4\n" + LOOP.format("sizes"), [4, 8],
    ),
    "what is iterated over is evaluated at once": (
        "items = [3, 5]\nsizes = (n for n in items)\nitems = [7]\n" + LOOP.format("sizes"), [3, 5],
    ),
    "sums": (LOOP.format("[sum(n for n in (3, 5)), max(n for n in (3, 5))]"), [8, 5]),
    "zip": (LOOP.format("[a * b for a, b in zip((3, 5), (1, 2))]"), [3, 10]),
    "map and filter": (LOOP.format("filter(bool, map(int, '305'))"), [3, 5]),
    "layers of a generator": (
        "def parts(x):\n    for n in (3, 5):\n        x = layers.Dense(n)(x)\n        yield x\n"
        "for y in parts(y): pass", [3, 5],
    ),
    "a loop that keeps a list of its own": (
        "def some():\n    done = []\n    for n in (3, 5):\n        done.append(n)\n"
        "        yield sum(done)\nsizes = []\n"
        "for n in some():\n    sizes.append(n)\n    y = layers.Dense(n)(y)", [3, 8],
    ),
    "a list can be used twice": ("s = list(reversed([3, 5]))\n" + LOOP.format("s + s"),
                                 [5, 3, 5, 3]),
}  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), READ.values(), ids=READ)
def test_the_items_of_an_iterator_are_read(code: str, expected: list[int]) -> None:
    document = read(INPUT + code + MODEL).document
    assert summary(document) == [f"Dense(units={size})" for size in expected]


USED = "what remains of an iterator that was used before"
REFUSED = {
    "a second loop": ("s = (n for n in (3, 5))\n" + LOOP.format("s") + "\n" + LOOP.format("s"),
                      USED),
    "zip in a second loop": ("s = zip((3,))\nlist(s)\n" + LOOP.format("s"), USED),
    "map in a second list": ("s = map(int, '35')\nn = len(list(s))\n" + LOOP.format("s"), USED),
    "a function that may take them": ("s = iter((3, 5))\nsecret.take(s)\n" + LOOP.format("s"),
                                      USED),
    "a function that may take them by name": (
        "s = iter((3, 5))\nsecret.take(sizes=s)\n" + LOOP.format("s"), USED,
    ),
    "the same one twice": ("s = iter((3, 5))\n" + LOOP.format("[a + b for a, b in zip(s, s)]"),
                           USED),
    "a branch that takes one": (
        "s = iter((3, 5))\nif secret.flag: next(s)\n" + LOOP.format("s"), "secret.flag",
    ),
    "a branch of a generator": (
        "def some():\n    yield 3\n    if secret.flag: yield 5\n" + LOOP.format("some()"),
        "secret.flag",
    ),
    "a generator without an end": (
        "def some():\n    n = 2\n    while True:\n        yield n\n        n *= 2\ns = some()\n"
        + LOOP.format("[next(s)]"), "the loop takes too many steps to read",
    ),
    "a generator that changes what its loop reads": (
        "k = 2\ndef some():\n    global k\n    for n in (3, 5):\n        k = n\n        yield n\n"
        "for size in some(): y = layers.Dense(k)(y)",
        "what a generator changes between its items",
    ),
    "a loop that changes what its generator reads": (
        "k = 2\ndef some():\n    for n in (3, 5):\n        yield k\n"
        "for size in some():\n    k = 7\n    y = layers.Dense(size)(y)",
        "the loop changes what the items of its iterator depend on",
    ),
    "a loop that adds to what its generator reads": (
        "todo = [3, 5]\ndef some(sizes):\n    for n in sizes:\n        yield n\n"
        "for size in some(todo):\n    y = layers.Dense(size)(y)\n    if size == 5: todo.append(7)",
        "the loop changes what the items of its iterator depend on",
    ),
    "a loop that changes what its generator expression reads": (
        "k = 2\nfor size in (n * k for n in (3, 5)):\n    k = 7\n    y = layers.Dense(size)(y)",
        "the loop changes what the items of its iterator depend on",
    ),
    "what is sent": (
        "def some():\n    n = yield 3\n    yield n\n" + LOOP.format("some()"),
        "what is sent to a generator",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "why"), REFUSED.values(), ids=REFUSED)
def test_items_that_are_not_certain_are_named(code: str, why: str) -> None:
    assert why in refusal(INPUT + code + MODEL)


def test_data_that_a_generator_yields_are_no_loss() -> None:
    source = """
        import numpy as np
        def rows():
            while True:
                yield np.random.rand(32, 4), np.random.rand(32, 1)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile("adam", "mse")
        model.fit(rows(), steps_per_epoch=10, epochs=3)
        """
    imported = read(source)
    assert imported.problems == ()
    assert imported.document.training.epochs == 3
