"""Compares steps that are computed apart with those that Keras takes, on the active backend.

    python -m tests.engine.training.step_cases

prints JSON: for each case, what distances between the two there are at most.
"""

import json
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from engine import templates
from engine.data.built_in import BUILT_IN
from engine.document import Document
from engine.machine import backends
from engine.training import compiling
from engine.training.adapting import adapt
from engine.training.generators import generators
from engine.training.measuring.measuring import Measuring
from engine.training.measuring.slow import Slow
from engine.training.measuring.step import changed
from engine.training.rows import Data, fitted, gather
from engine.training.weighting import fit_weights
from tests.engine.runs import document, weighed

STEPS = 3
Json = dict[str, Any]


def cases() -> Iterator[tuple[str, Document]]:
    """The templates of the backend, class weights, and an optimizer that clips and decays."""
    backend = keras.backend.backend()
    for template in templates.load():
        text = template.document.training.data == "reviews"
        if not text or backends.get(backend).text:
            yield template.id, template.document
    yield "class weights", weighed("iris", [1.0, 2.0, 5.0])
    params = {"clipnorm": 0.01, "weight_decay": 0.01, "use_ema": True}
    yield "clipping", document("digits_dense", optimizer={"class": "AdamW", "params": params})


def opened(case: Document) -> tuple[Any, Data, Json]:
    """The network, compiled; its data, and the weights of rows."""
    network = compiling.network(case)
    data = fitted(gather(case, BUILT_IN), network.model)
    for _ in adapt(network.model, case, data.training):
        pass
    chosen = compiling.compile_model(network.model, case, data)
    network.model.optimizer.build(network.model.trainable_variables)
    return network, data, fit_weights(data, chosen)


def compared(case: Document) -> Json:
    """Measure the layers of a model, and train it in slow motion; another is trained by Keras."""
    network, data, weights = opened(case)
    other = opened(case)[0].model
    measuring = Measuring(case, network, data, weights=weights, emit=lambda _: None)
    tools = measuring._tools = measuring._new_tools().compile()
    states = measuring.at_end(1)
    gradients, before = _gradients(other, tools.batch), _numbers(other)
    first = [np.array(keras.ops.convert_to_numpy(each.value)) for each in changed(other)]
    other.train_on_batch(*tools.batch)
    for generator, value in zip(reversed(generators()), reversed(first), strict=False):
        generator.assign(value)  # both models draw from them
    apart = _told(measuring._nodes, states, before, _numbers(other), gradients)
    result = {"layers": len(states), "numbers": apart, **slowly(case, network, data, before)}
    for variable, value in zip(changed(other), first, strict=True):
        variable.assign(value)
    for batch in result.pop("batches"):
        other.train_on_batch(*batch)
    after = result.pop("after")
    return {**result, "weights": _apart(_numbers(other), after)}


def slowly(case: Document, network: Any, data: Data, before: Any) -> Json:
    """Take steps in slow motion, and back."""
    slow = Slow(case, network, data)
    assert slow.step.taken == 0
    still = _apart(before, _numbers(network.model))
    slow.to(STEPS)
    after = _numbers(network.model)
    slow.to(0)
    back = _apart(before, _numbers(network.model))
    slow.to(STEPS)
    again = _apart(after, _numbers(network.model))
    batches = [slow.batch(number) for number in range(STEPS)]
    moved = {"still": still, "back": back, "again": again, "moved": _apart(before, after)}
    return {**moved, "after": after, "batches": batches}


def _told(nodes: Any, states: Any, before: Any, after: Any, gradients: Any) -> float:
    """How far the numbers of layers are from those of a step by Keras, relative to large ones."""
    moved = [b - a for a, b in zip(before, after, strict=True)]
    apart = []
    for node, state in zip(nodes, states, strict=True):
        if not node.places:
            continue
        norm = _norm(before, node.places)
        assert sum(state.counts) == sum(before[at].size for at in node.places)
        told = {
            "norm": norm,
            "gradient": _norm(gradients, node.places),
            "update": _norm(moved, node.places) / norm,
        }
        apart += [abs(getattr(state, name) - value) / max(1, value) for name, value in told.items()]
    return max(apart)


def _gradients(model: Any, batch: Any) -> list[np.ndarray]:
    """Gradients as the backend's own tools give them; nothing changes in the model."""
    x, y, weight = keras.utils.unpack_x_y_sample_weight(batch)
    fixed = [np.array(keras.ops.convert_to_numpy(each)) for each in model.non_trainable_variables]
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        variables = [each.value for each in model.trainable_variables]
        with tf.GradientTape() as tape:
            loss = model.compute_loss(x, y, model(x, training=True), weight, training=True)
        found = [tf.convert_to_tensor(each).numpy() for each in tape.gradient(loss, variables)]
        for variable, value in zip(model.non_trainable_variables, fixed, strict=True):
            variable.assign(value)
        return found
    drawn = [np.array(keras.ops.convert_to_numpy(each.value)) for each in generators()]
    if keras.backend.backend() == "torch":
        given = keras.tree.map_structure(keras.ops.convert_to_tensor, batch)
        x, y, weight = keras.utils.unpack_x_y_sample_weight(given)
        model.compute_loss(x, y, model(x, training=True), weight, training=True).backward()
        found = [np.array(each.value.grad.cpu()) for each in model.trainable_variables]
        model.zero_grad()
        kept = zip((*model.non_trainable_variables, *generators()), (*fixed, *drawn), strict=True)
        for variable, value in kept:
            variable.assign(value)
        return found
    import jax

    def loss(values: Any) -> Any:
        predicted, _, losses = model.stateless_call(
            values, fixed, x, training=True, return_losses=True
        )
        return model._compile_loss(y, predicted, weight) + sum(losses)

    values = [each.value for each in model.trainable_variables]
    return [np.array(each) for each in jax.jit(jax.grad(loss))(values)]


def _numbers(model: Any) -> list[np.ndarray]:
    """The weights, the trainable ones first."""
    variables = [*model.trainable_variables, *model.non_trainable_variables]
    return [np.array(keras.ops.convert_to_numpy(each)) for each in variables]


def _norm(arrays: Any, places: Any) -> float:
    flat = np.concatenate([np.ravel(arrays[at]).astype("float64") for at in places])
    return float(np.linalg.norm(flat))


def _apart(one: Any, other: Any) -> float:
    return max((float(np.abs(a - b).max(initial=0)) for a, b in zip(one, other, strict=True)))


def main() -> None:
    print(json.dumps({name: compared(case) for name, case in cases()}))


if __name__ == "__main__":
    main()
