"""The compiled function that computes the outputs of the nodes in view, on the active backend."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from engine.keras.network import Network
from engine.protocol.frames import Look
from engine.protocol.tensors import NodePath

Weights = tuple[Sequence[Any], Sequence[Any]]
"""The values of a model's trainable and of its other variables, in the order of the model."""

Run = Callable[[Sequence[np.ndarray], Weights | None], Sequence[Any]]
"""Computes the outputs of a model for arrays of the shapes for which it was compiled."""


class Probe:
    """Computes the outputs of nodes for one sample, each with a batch axis of 1.

    Creating it compiles: seconds for a large model, without touching weights that are being
    trained. Training is over for the layers in it: Dropout does nothing.
    """

    def __init__(
        self,
        network: Network,
        paths: Sequence[NodePath],
        arrays: Sequence[np.ndarray],
        explained: NodePath | None = None,
    ) -> None:
        tensors = network.tensors(paths)
        self.paths = tuple(tensors)
        """The nodes that the model has."""
        scores = network.attention(self.paths)
        self.scored = tuple(scores)
        """Those whose scores of attention are computed, too: they follow the outputs."""
        self.explained = explained if explained in tensors else None
        """The node whose inputs are computed, too: they come last."""
        arriving = network.arriving(self.explained) if self.explained else []
        self._run: Run | None = None
        if tensors:
            outputs = [*tensors.values(), *scores.values(), *arriving]
            model = keras.Model(network.model.inputs, outputs)
            self._run = compiled(model, network.model, arrays)

    def __call__(self, arrays: Sequence[np.ndarray], weights: Weights | None = None) -> list[Any]:
        """Return the outputs as arrays of the backend, perhaps before they are computed.

        `weights` are those of the network's model; None takes the model's own. Only JAX, which
        keeps them elsewhere while it trains, needs them.
        """
        return list(self._run(arrays, weights)) if self._run else []


class Probes:
    """The probe of a network that was needed last; owns it."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._key: object = None
        self._probe: Probe | None = None

    def of(self, look: Look, arrays: Sequence[np.ndarray]) -> Probe:
        """Return the probe for a look at samples of these shapes; compile it if it is another."""
        explained = None if look.place is None else look.detail
        key = (look.nodes, explained, tuple(array.shape for array in arrays))
        if self._probe is None or key != self._key:
            self._probe = Probe(self._network, look.nodes, arrays, explained)
            self._key = key
        return self._probe


def compiled(model: keras.Model, whole: keras.Model, arrays: Sequence[np.ndarray]) -> Run:
    """Compile a model for arrays of these shapes; its weights are among those of the whole model.

    `weights` as in `Probe`, those of the whole model.
    """
    compilers = {"jax": _on_jax, "tensorflow": _on_tensorflow, "torch": _on_torch}
    return compilers[keras.backend.backend()](model, whole, arrays)


def _on_jax(model: keras.Model, whole: keras.Model, arrays: Sequence[np.ndarray]) -> Run:
    import jax

    trainable = _places(model.trainable_variables, whole)
    others = _places(model.non_trainable_variables, whole)

    def outputs(trained: Any, fixed: Any, inputs: Any) -> Any:
        results, _ = model.stateless_call(trained, fixed, bare(inputs), training=False)
        return keras.tree.flatten(results)

    def spec(variable: Any) -> Any:
        return jax.ShapeDtypeStruct(variable.shape, keras.backend.standardize_dtype(variable.dtype))

    given = [jax.ShapeDtypeStruct(array.shape, array.dtype) for array in arrays]
    specs = [[spec(each) for each in group] for group in _groups(model)]
    run_on = jax.jit(outputs).lower(*specs, given).compile()

    def run(values: Sequence[np.ndarray], weights: Weights | None) -> Sequence[Any]:
        if weights is None:
            weights = tuple([each.value for each in group] for group in _groups(whole))  # type: ignore[assignment]
        assert weights is not None
        picked = (
            [_on_one(weights[group][at]) for group, at in places] for places in (trainable, others)
        )
        results: Sequence[Any] = run_on(*picked, list(values))
        return results

    return run


def _on_one(value: Any) -> Any:
    """An array of JAX on the first device: of several that train, each has all weights."""
    return value.addressable_data(0) if len(value.sharding.device_set) > 1 else value


def current(
    model: keras.Model, variables: Sequence[Any], weights: Weights | None
) -> list[tuple[Any, Any]]:
    """Return variables of a model with their values; those that are not its own are left out.

    `weights` as in `Probe`.
    """
    places = _all_places(model)
    found = [(variable, places.get(id(variable))) for variable in variables]
    return [
        (variable, weights[place[0]][place[1]] if weights else variable.value)
        for variable, place in found
        if place is not None
    ]


def _groups(model: keras.Model) -> tuple[Sequence[Any], Sequence[Any]]:
    return model.trainable_variables, model.non_trainable_variables


def _places(variables: Sequence[Any], model: keras.Model) -> list[tuple[int, int]]:
    """Where the model has each of these variables: its group, and its position in it."""
    places = _all_places(model)
    return [places[id(variable)] for variable in variables]


def _all_places(model: keras.Model) -> Mapping[int, tuple[int, int]]:
    return {
        id(variable): (group, at)
        for group, members in enumerate(_groups(model))
        for at, variable in enumerate(members)
    }


def _on_tensorflow(model: keras.Model, _: keras.Model, arrays: Sequence[np.ndarray]) -> Run:
    import tensorflow as tf

    def outputs(*inputs: Any) -> Any:
        return keras.tree.flatten(model(bare(inputs), training=False))

    specs = [
        tf.TensorSpec(array.shape, tf.string if array.dtype == object else array.dtype)
        for array in arrays
    ]
    run_on = tf.function(outputs).get_concrete_function(*specs)

    def run(values: Sequence[np.ndarray], _: Weights | None) -> Sequence[Any]:
        results: Sequence[Any] = run_on(*[tf.constant(value) for value in values])
        return results

    return run


def _on_torch(model: keras.Model, _: keras.Model, __: Sequence[np.ndarray]) -> Run:
    import torch

    as_now = AsNow(model)

    def run(values: Sequence[np.ndarray], _: Weights | None) -> Sequence[Any]:
        with torch.no_grad(), as_now.again():
            results: Sequence[Any] = keras.tree.flatten(model(bare(values), training=False))
        return results

    return run


class AsNow:
    """A model with the activations that its layers have now, for what is computed later.

    PyTorch compiles nothing, so it would compute with those that the layers have then.
    """

    def __init__(self, model: keras.Model) -> None:
        layers = [each for each in model._flatten_layers() if "activation" in vars(each)]
        self._activations = [(layer, layer.activation) for layer in layers]

    @contextmanager
    def again(self) -> Iterator[None]:
        """Let the layers have these activations meanwhile."""
        others = [layer.activation for layer, _ in self._activations]
        for layer, activation in self._activations:
            layer.activation = activation
        try:
            yield
        finally:
            for (layer, _), other in zip(self._activations, others, strict=True):
                layer.activation = other


def bare(values: Sequence[Any]) -> Any:
    """Return the values as a model with so many inputs takes them."""
    return values[0] if len(values) == 1 else list(values)
