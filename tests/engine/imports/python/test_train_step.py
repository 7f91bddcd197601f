"""Models with a `train_step` and no `call` are the models that the step passes its data through."""

import pytest

from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from engine.processes.keras_tools import TOOLS
from tests.engine.imports.python.reading import HEAD, outline, read

PARTS = """
import tensorflow as tf
i = keras.Input((8,))
h = layers.Dense(4)(i)
encoder = keras.Model(i, [layers.Dense(2)(h), layers.Dense(2)(h)], name="encoder")
i = keras.Input((2,))
decoder = keras.Model(i, layers.Dense(8)(i), name="decoder")
critic = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
class Trained(keras.Model):
    def __init__(self, **parts):
        super().__init__()
        for name, part in parts.items():
            setattr(self, name, part)
        self.loss_tracker = keras.metrics.Mean(name="loss")
    def train_step(self, data):
        {unpack}
        with tf.GradientTape() as tape:
            {step}
            loss = tf.reduce_mean(tf.square(data - result))
        grads = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(grads, self.trainable_weights))
        self.loss_tracker.update_state(loss)
        return {{"loss": self.loss_tracker.result()}}
model = Trained({parts})
model.compile(optimizer="adam")
model.fit(x, epochs=3)
"""
STEP = "mean, variance = self.encoder(data); result = self.decoder(mean)"
CODER = "encoder=encoder, decoder=decoder"


@pytest.mark.parametrize("unpack", ["pass", "if isinstance(data, tuple): data = data[0]"])
def test_the_step_says_how_models_are_connected(unpack: str) -> None:
    imported = read(PARTS.format(unpack=unpack, step=STEP, parts=CODER))
    assert outline(imported.document)[""] == [
        "Model encoder as encoder",
        "Model decoder as decoder",
    ]
    assert imported.document.training.epochs == 3
    (problem,) = imported.problems
    assert "train_step(…) of Trained" in problem.message


OTHERS = {
    "a part that it does not call": (STEP, f"{CODER}, critic=critic"),
    "two parts side by side": (
        "result = self.critic(data); mean, variance = self.encoder(data)",
        "encoder=encoder, critic=critic",
    ),
    "other data": (STEP.replace("data", "secret(data)"), CODER),
    "no part": ("result = data", ""),
}


@pytest.mark.parametrize(("step", "parts"), OTHERS.values(), ids=OTHERS)
def test_other_steps_are_named(step: str, parts: str) -> None:
    source = PARTS.format(unpack="pass", step=step, parts=parts)
    answer = from_python(HEAD + source, tools=TOOLS)
    assert isinstance(answer, Imported)
    (problem,) = answer.problems
    assert problem.code == "python_other_model"
    assert "no method call" in (problem.hint or "")
