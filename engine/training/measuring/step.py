"""One step of a model and its optimizer that is computed without being taken.

It is the step that Keras takes in `fit`: in training mode, with the weights of rows, regularizers,
clipping and constraints. The only place where gradients of weights are computed outside of `fit`.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from engine.training.generators import generators

TRACING = threading.Lock()
"""Held while a step is traced: Keras notes the losses of layers in the model meanwhile."""

Arrays = Sequence[Any]
"""Arrays of the backend."""
Function = Callable[[Any], tuple[Any, Arrays, Arrays]]


@dataclass(frozen=True)
class Computed:
    """A step that was computed: its loss, and for each trainable weight of the model its gradient.

    `after` are the values after the step of everything that a step changes (see `changed`).
    """

    loss: float
    gradients: Sequence[np.ndarray]
    after: Arrays

    @property
    def weights(self) -> list[np.ndarray]:
        """The trainable weights after the step."""
        return [_numpy(value) for value in self.after[: len(self.gradients)]]


class Step:
    """Computes steps of a compiled model for batches of one shape.

    Creating it traces the step, `compile` compiles it, which may be done in another thread.
    """

    def __init__(self, model: keras.Model, batch: Any) -> None:
        self._model = model
        if not model.optimizer.built:
            model.optimizer.build(model.trainable_variables)
        backends = {"jax": _on_jax, "tensorflow": _on_tensorflow, "torch": _on_torch}
        prepare = backends[keras.backend.backend()]
        with TRACING:
            self._compile = prepare(model, batch)
        self._run: Function | None = None

    def compile(self) -> "Step":
        """Compile the step, if that has not been done."""
        if self._run is None:
            self._run = self._compile()
        return self

    def __call__(self, batch: Any) -> Computed:
        """Compute a step on a batch as an adapter yields it; nothing changes in the model."""
        run = self.compile()._run
        assert run is not None
        loss, gradients, after = run(batch)
        return Computed(float(_numpy(loss)), [_numpy(each) for each in gradients], after)

    def take(self, computed: Computed) -> None:
        """Take a step that was computed from the present state of the model."""
        for variable, value in zip(changed(self._model), computed.after, strict=True):
            variable.assign(value)


def known() -> bool:
    """Whether steps can be computed on the active backend."""
    return keras.backend.backend() in ("jax", "tensorflow", "torch")


def least_compiling() -> float:
    """Seconds of the processor that compiling a step takes on the active backend, for digits_dense.

    PyTorch compiles nothing.
    """
    return {"jax": 1.2, "tensorflow": 0.4}.get(keras.backend.backend(), 0.0)


def changed(model: keras.Model) -> list[Any]:
    """Return the variables that a step changes: of the model, the trainable ones first.

    On PyTorch also the states of its generators, from which Dropout draws there.
    """
    return [
        *model.trainable_variables,
        *model.non_trainable_variables,
        *model.optimizer.variables,
        *generators(),
    ]


def _numpy(value: Any) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(value))


def _touched(model: keras.Model) -> list[Any]:
    """What a step changes, and the variables of the metrics, which it may change."""
    variables = changed(model)
    known = {id(variable) for variable in variables}
    others = [*model.variables, *model.metrics_variables]
    return [*variables, *(each for each in others if id(each) not in known)]


def _on_jax(model: keras.Model, batch: Any) -> Callable[[], Function]:
    import jax

    groups = model.trainable_variables, model.non_trainable_variables, model.optimizer.variables
    metrics = model.metrics_variables

    def step(state: Any, measured: Any, batch: Any) -> Any:
        x, y, weight = keras.utils.unpack_x_y_sample_weight(batch)
        trainable, fixed, optimizer = state
        compute = jax.value_and_grad(model.compute_loss_and_updates, has_aux=True)
        (_, (loss, _, fixed, _)), gradients = compute(
            trainable, fixed, measured, x, y, weight, training=True, optimizer_variables=optimizer
        )
        after, optimizer = model.optimizer.stateless_apply(optimizer, gradients, trainable)
        return loss, gradients, [*after, *fixed, *optimizer]

    def spec(value: Any) -> Any:
        dtype = keras.backend.standardize_dtype(value.dtype)
        return jax.ShapeDtypeStruct(value.shape, jax.dtypes.canonicalize_dtype(dtype))

    specs = [[spec(each) for each in group] for group in groups]
    traced = jax.jit(step).trace(specs, [*map(spec, metrics)], jax.tree.map(spec, batch))

    def compile() -> Function:
        # It runs some sixty times: optimizing it takes longer than what that saves.
        compiled = traced.lower().compile({"xla_backend_optimization_level": 0})

        def run(batch: Any) -> Any:
            state = [[each.value for each in group] for group in groups]
            given = jax.tree.map(lambda array: np.asarray(array, spec(array).dtype), batch)
            return compiled(state, [each.value for each in metrics], given)

        return run

    return compile


def _on_tensorflow(model: keras.Model, batch: Any) -> Callable[[], Function]:
    import tensorflow as tf

    variables, restored = changed(model), _touched(model)

    @tf.function  # type: ignore[untyped-decorator]
    def step(batch: Any) -> Any:
        before = [tf.identity(variable.value) for variable in restored]
        x, y, weight = keras.utils.unpack_x_y_sample_weight(batch)
        values = [variable.value for variable in model.trainable_variables]
        with tf.GradientTape() as tape:
            predicted = model(x, training=True)
            loss = model.compute_loss(
                x=x, y=y, y_pred=predicted, sample_weight=weight, training=True
            )
            scaled = model.optimizer.scale_loss(loss)
        found = tape.gradient(scaled, values)
        model.optimizer.apply_gradients(zip(found, model.trainable_variables, strict=True))
        after = [tf.identity(variable.value) for variable in variables]
        for variable, value in zip(restored, before, strict=True):
            variable.assign(value)
        gradients = [
            tf.zeros_like(value) if gradient is None else tf.convert_to_tensor(gradient)
            for gradient, value in zip(found, values, strict=True)
        ]
        return loss, gradients, after

    def tensors(batch: Any) -> Any:
        return tf.nest.map_structure(tf.constant, batch)

    specs = tf.nest.map_structure(
        lambda each: tf.TensorSpec(each.shape, each.dtype), tensors(batch)
    )
    traced = step.get_concrete_function(specs)
    return lambda: lambda batch: traced(tensors(batch))


def _on_torch(model: keras.Model, _: Any) -> Callable[[], Function]:
    import torch

    variables, restored = changed(model), _touched(model)

    def values(of: Sequence[Any]) -> list[Any]:
        return [variable.value.detach().clone() for variable in of]

    def run(batch: Any) -> Any:
        before = values(restored)
        given = keras.tree.map_structure(keras.ops.convert_to_tensor, batch)
        x, y, weight = keras.utils.unpack_x_y_sample_weight(given)
        trainable = model.trainable_variables
        model.zero_grad()
        predicted = model(x, training=True)
        loss = model.compute_loss(x=x, y=y, y_pred=predicted, sample_weight=weight, training=True)
        model.optimizer.scale_loss(loss).backward()
        gradients = [
            torch.zeros_like(each.value) if each.value.grad is None else each.value.grad.clone()
            for each in trainable
        ]
        with torch.no_grad():
            model.optimizer.apply(gradients, trainable)
        after = values(variables)
        for variable, value in zip(restored, before, strict=True):
            variable.assign(value)
        model.zero_grad()
        return loss, gradients, after

    return lambda: run
