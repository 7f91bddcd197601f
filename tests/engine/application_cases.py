"""The architectures of keras.applications, without weights, as a process of their own judges them.

    python -m tests.engine.application_cases NAME…

prints a JSON line for each: what differs between Keras's model and the one that is imported from
its JSON and built again, and the one that the imported document's code makes. Nothing, if all is
well. Private layers that Keras does not export are replaced in the reference, too, by layers that
compute the same, so that whole configurations can be compared.
"""

import inspect
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
from keras.src.applications import convnext, inception_resnet_v2
from keras.src.backend.common import global_state

from engine.check import check
from engine.code import generate
from engine.imports.drawing import Imported
from engine.imports.keras_json import from_keras_json
from engine.keras.build import build_model
from tests.engine.code.server import different_config, made

NAMES = tuple(
    name
    for name in sorted(dir(keras.applications))
    if inspect.isfunction(getattr(keras.applications, name))
)


def judged(name: str) -> dict[str, Any]:
    """What differs, by what was compared; and the seconds that it took."""
    begin = time.perf_counter()
    real = without_weights(lambda: getattr(keras.applications, name)(weights=None))
    found = from_keras_json(json.loads(real.to_json()))
    assert isinstance(found, Imported), found
    verdict = check(found.document)
    counted = verdict.totals.trainable + verdict.totals.non_trainable
    source = generate(found.document, "functional").source
    with exported_layers():
        wanted = without_weights(lambda: getattr(keras.applications, name)(weights=None))
    models = {
        "built": without_weights(lambda: build_model(found.document)),
        "code": without_weights(lambda: made(source)),
    }
    differences = {
        "problems": [one.message for one in found.problems if one.severity != "note"],
        "check": [one.message for one in verdict.problems if one.severity == "error"],
        "counted": [] if counted == real.count_params() else [f"{counted} parameters"],
    }
    for what, model in models.items():
        differences[what] = [*unlike(model, real), *filter(None, [different_config(model, wanted)])]
    return {"name": name, "seconds": time.perf_counter() - begin} | differences


def unlike(model: keras.Model, real: keras.Model) -> Iterator[str]:
    """How the sizes of two models differ."""
    for what in ("input_shape", "output_shape"):
        ours, theirs = getattr(model, what), getattr(real, what)
        if ours != theirs:
            yield f"{what} {ours} instead of {theirs}"
    for what in ("trainable_weights", "non_trainable_weights"):
        shapes, wanted = (
            sorted(tuple(weight.shape) for weight in getattr(one, what)) for one in (model, real)
        )
        if shapes != wanted:
            yield f"other {what}"


def without_weights(make: Callable[[], keras.Model]) -> keras.Model:
    """A model whose weights take no memory, with layers numbered from the beginning."""
    keras.utils.clear_session(free_memory=False)
    try:
        with keras.StatelessScope(initialize_variables=False):
            return make()
    finally:
        global_state.set_global_attribute("uninitialized_variables", [])


@contextmanager
def exported_layers() -> Iterator[None]:
    """Let Keras build with what it exports: EinsumDense for LayerScale, sums of products.

    A stack inside a model is functional, as every sub-model of a document.
    """
    instead: tuple[tuple[Any, str, Any], ...] = (
        (convnext, "LayerScale", _layer_scale),
        (convnext, "Sequential", _stack),
        (inception_resnet_v2, "CustomScaleLayer", _custom_scale),
    )
    kept = [getattr(module, name) for module, name, _ in instead]
    try:
        for module, name, ours in instead:
            setattr(module, name, ours)
        yield
    finally:
        for (module, name, _), real in zip(instead, kept, strict=True):
            setattr(module, name, real)


def _layer_scale(init_values: float, projection_dim: int, name: str) -> keras.Layer:
    return keras.layers.EinsumDense(
        "...c,c->...c",
        output_shape=projection_dim,
        kernel_initializer=keras.initializers.Constant(init_values),
        name=name,
    )


def _stack(layers: list[keras.Layer], name: str) -> Callable[[Any], Any]:
    def call(tensor: Any) -> Any:
        inputs = outputs = keras.Input(tensor.shape[1:])
        for layer in layers:
            outputs = layer(outputs)
        return keras.Model(inputs, outputs, name=name)(tensor)

    return call


def _custom_scale(scale: float) -> Callable[[list[Any]], Any]:
    return lambda inputs: inputs[0] + inputs[1] * scale


if __name__ == "__main__":
    for each in sys.argv[1:]:
        answer = judged(each)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
