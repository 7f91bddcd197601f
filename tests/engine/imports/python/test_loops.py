"""Long loops that say nothing about a model are left early; others are read item by item."""

import ast
from textwrap import dedent

from engine.data.built_in import BUILT_IN
from engine.imports.python.interpreter import Interpreter
from engine.imports.python.tools import Tools
from tests.engine.imports.python.reading import read, refusal, summary


def test_a_training_loop_takes_few_steps() -> None:
    source = """
        import secret
        for epoch in range(1, 60):
            for temperature in (0.2, 0.5, 1.0):
                text = secret.text[:40]
                generated = ""
                for i in range(400):
                    rows = secret.zeros((1, 40))
                    for t, letter in enumerate(text):
                        rows[0, t, secret.index[letter]] = 1.0
                    letter = secret.sample(model.predict(rows), temperature)
                    generated += letter
                    text = text[1:] + letter
    """
    state = Interpreter(BUILT_IN, Tools(), {})
    state.run_module(ast.parse(dedent(source)).body)
    assert state.steps < 20_000


def test_what_a_long_loop_collects_is_read() -> None:
    source = """
        sizes = []
        for i in range(900):
            size = i + 1
            sizes.append(size)
        x = keras.Input((4,))
        model = keras.Model(x, layers.Dense(sizes[-1])(x))
    """
    assert summary(read(source).document) == ["Dense(units=900)"]


def test_changes_of_a_long_loop_s_items_are_read() -> None:
    source = """
        x = y = keras.Input((4,))
        for i in range(300):
            y = layers.Dropout(0.5)(y)
        inner = keras.Model(x, layers.Dense(2)(y))
        for layer in inner.layers:
            layer.trainable = False
        model = keras.Model(x, layers.Dense(3)(inner.output))
        """
    frozen = [node.frozen for node in read(source).document.main.nodes if node.layer == "Dense"]
    assert frozen == [True, False]


def test_freezing_layers_that_are_not_known_is_named() -> None:
    source = """
        import secret
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
        for layer in secret.choose(model):
            layer.trainable = False
        """
    (problem,) = read(source).problems
    assert "trainable" in problem.message


def test_rows_that_a_long_loop_reads_are_left_early() -> None:
    source = """
        import secret
        rows = []
        for i in range(900):
            rows.append(secret.read(i))
    """
    state = Interpreter(BUILT_IN, Tools(), {})
    state.run_module(ast.parse(dedent(source)).body)
    assert state.steps < 2_000


def test_what_a_loop_that_is_left_early_counts_is_not_known() -> None:
    source = """
        total = 0
        for i in range(900):
            total = total + i * 2 - i
        x = keras.Input((4,))
        model = keras.Model(x, layers.Dense(total)(x))
    """
    assert "units of Dense is not known" in refusal(source)


def test_rows_of_a_comprehension_take_few_steps() -> None:
    source = """
        import secret
        def read(index):
            row = secret.read(index)
            for column in range(20):
                row = row + secret.column(column)
            return row
        rows = [read(index) for index in range(900)]
    """
    state = Interpreter(BUILT_IN, Tools(), {})
    state.run_module(ast.parse(dedent(source)).body)
    assert state.steps < 3_000


def test_a_loop_that_was_too_long_is_not_read_again_item_by_item() -> None:
    source = """
        class Counter:
            count = 0
        counter = Counter()
        for epoch in range(100):
            for batch in range(900):
                counter.count += 1
                counter.count += 1
                counter.count += 1
    """
    state = Interpreter(BUILT_IN, Tools(), {})
    state.run_module(ast.parse(dedent(source)).body)
    assert state.steps < 60_000
