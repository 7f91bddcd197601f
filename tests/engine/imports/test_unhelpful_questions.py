"""Sources whose models no answer would let be read: nothing is asked about them."""

from textwrap import dedent

import pytest

from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from tests.engine.imports.questions import HEAD

# --- parts of models that can't be read -----------------------------------------------------------

UNREADABLE_WHOLE = """
import elsewhere
part = keras.Sequential([layers.Dense(8), layers.Dense(4)])
inputs = keras.Input((16,))
whole = keras.Model(inputs, layers.Dense(2)(part(elsewhere.block(inputs))))
whole.compile(loss="mse")
"""


def test_nothing_is_asked_about_a_part_of_a_model_that_cannot_be_read() -> None:
    result = from_python(HEAD + UNREADABLE_WHOLE)
    assert not isinstance(result, Imported)
    problems = result if isinstance(result, list) else result.problems
    assert isinstance(result, list) or not result.questions
    assert "elsewhere.block(…)" in problems[0].message


def test_a_question_whose_answer_leads_to_another_model_is_not_asked() -> None:
    result = from_python(
        HEAD
        + dedent(
            """
            import elsewhere
            other = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
            hidden = elsewhere.features(3)
            inputs = keras.Input((4,))
            model = keras.Model(inputs, layers.Dense(2)(layers.add([inputs, hidden])))
            model.compile(loss="mse")
            """
        )
    )
    assert isinstance(result, Imported)
    assert [item.code.partition(".")[0] for item in result.problems] == ["python_other_model"]


def test_the_reason_of_a_refusal_after_questions_is_that_of_the_source() -> None:
    numbers = "for n in range(200):\n    number = n * n + n\n"
    source = """
import elsewhere
size = elsewhere.size()
inputs = keras.Input((4,))
hidden = layers.Dense(size)(inputs)
if size:
    hidden = elsewhere.block(hidden)
model = keras.Model(inputs, hidden)
"""
    result = from_python(HEAD + 40 * numbers + source)
    problems = result if isinstance(result, list) else result.problems
    assert "python_endless" not in [item.code for item in problems]
    assert "elsewhere.size(…)" in problems[0].message


# --- what an answer would not help ----------------------------------------------------------------

SUBCLASSED = """
import jax

class Net(keras.Model):
    def call(self, inputs):
        return {call}

net = Net()
net.compile(loss="mse")
"""


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("jax.nn.relu(inputs)", "Line 8: jax.nn.relu(…) is not part of Keras."),
        ("keras.ops.relu(keras.ops.take(table, inputs))",
         "Line 8: x of ops.take is not known: “table” is not defined in this source."),
    ],
)  # fmt: skip
def test_what_remains_with_a_shape_is_the_reason(call: str, expected: str) -> None:
    """The shape that the source does not state would not help."""
    result = from_python(HEAD + SUBCLASSED.format(call=call))
    assert isinstance(result, list)
    assert result[0].message == expected


def test_what_remains_is_said_of_the_model_that_another_one_replaces() -> None:
    other = "m = keras.Sequential([keras.Input((4,)), layers.Dense(1)])\n"
    result = from_python(HEAD + other + SUBCLASSED.format(call="jax.nn.relu(inputs)"))
    assert isinstance(result, Imported)
    (told,) = result.problems
    assert "jax.nn.relu(…) is not part of Keras" in str(told.hint)


ADVERSARIES = """import keras, tensorflow as tf
from keras import layers
critic = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
maker = keras.Sequential([keras.Input((2,)), layers.Dense(8)])
class Adversaries(keras.Model):
    def __init__(self, critic, maker):
        super().__init__()
        self.critic, self.maker = critic, maker
    def train_step(self, data):
        made = self.maker(tf.random.normal((32, 2)))
        return {"loss": self.critic(made) - self.critic(data)}
adversaries = Adversaries(critic, maker)
adversaries.compile("adam")
adversaries.fit(x)
"""


def test_the_parts_of_a_model_that_has_only_a_training_step_can_be_chosen() -> None:
    result = from_python(ADVERSARIES)
    assert isinstance(result, Imported)
    assert [(model.name, model.readable) for model in result.models] == [
        ("critic", True),
        ("maker", True),
        ("Adversaries", False),
    ]
