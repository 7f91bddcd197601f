"""Compare architectures of keras.applications, without weights, with their imports.

    python -m tests.engine.application_cases NAME…

prints a JSON line for each architecture: the differences between Keras's model and the model that
is built from its imported JSON, and the model that the imported document's code builds. In the
reference, private layers of Keras are replaced by equivalent public ones, as the importer does,
so that whole configurations can be compared.
"""

import gc
import inspect
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import keras
from keras.src.applications import convnext, inception_resnet_v2
from keras.src.backend.common import global_state

from engine.check import check
from engine.code import generate
from engine.imports.graph_builder import Imported
from engine.imports.keras_json import from_keras_json
from engine.keras.build import build_model
from tests.engine.code.server import config_difference, model_from_source

NAMES = tuple(
    name
    for name in sorted(dir(keras.applications))
    if inspect.isfunction(getattr(keras.applications, name))
)
COLLECT_AFTER = 1_000_000
"""Threshold of Python's garbage collector: at the default one, a third of the time goes to looking
through the objects of Keras's models, of which reference counts free nearly all."""


def compare(name: str) -> dict[str, Any]:
    """The differences by what is compared, and the seconds taken."""
    began = time.perf_counter()
    original = without_weights(lambda: getattr(keras.applications, name)(weights=None))
    imported = from_keras_json(json.loads(original.to_json()))
    assert isinstance(imported, Imported), imported
    verdict = check(imported.document)
    count = verdict.totals.trainable + verdict.totals.non_trainable
    source = generate(imported.document, "functional").source
    reference = with_public_layers(name) if has_private_layers(name) else original
    models = {
        "built": without_weights(lambda: build_model(imported.document)),
        "code": without_weights(lambda: model_from_source(source)),
    }
    differences = {
        "problems": [item.message for item in imported.problems if item.severity != "note"],
        "check": [item.message for item in verdict.problems if item.severity == "error"],
        "counted": [] if count == original.count_params() else [f"{count} parameters"],
    }
    for source_name, model in models.items():
        difference = config_difference(model, reference)
        differences[source_name] = [
            *size_differences(model, original),
            *([difference] if difference else []),
        ]
    return {"name": name, "seconds": time.perf_counter() - began} | differences


def size_differences(model: keras.Model, original: keras.Model) -> Iterator[str]:
    """The differences between the shapes of two models."""
    for name in ("input_shape", "output_shape"):
        actual, expected = getattr(model, name), getattr(original, name)
        if actual != expected:
            yield f"{name} {actual} instead of {expected}"
    for name in ("trainable_weights", "non_trainable_weights"):
        shapes, expected = (
            sorted(tuple(weight.shape) for weight in getattr(each, name))
            for each in (model, original)
        )
        if shapes != expected:
            yield f"other {name}"


def without_weights(build: Callable[[], keras.Model]) -> keras.Model:
    """Build a model without allocating weights, with layer names numbered from the start."""
    keras.utils.clear_session(free_memory=False)
    try:
        with keras.StatelessScope(initialize_variables=False):
            return build()
    finally:
        global_state.set_global_attribute("uninitialized_variables", [])


def has_private_layers(name: str) -> bool:
    """Whether the reference is another model than the architecture itself."""
    return inspect.getmodule(getattr(keras.applications, name)) in PRIVATE


def with_public_layers(name: str) -> keras.Model:
    """Build the architecture without weights, from public layers."""
    with public_layers():
        return without_weights(lambda: getattr(keras.applications, name)(weights=None))


@contextmanager
def public_layers() -> Iterator[None]:
    """Make keras.applications use public equivalents of its private layers.

    Nested Sequential models become functional ones, like all sub-models of a document.
    """
    replacements = ((module, *item) for module, items in PRIVATE.items() for item in items.items())
    with ExitStack() as stack:
        for module, name, replacement in replacements:
            stack.enter_context(patch.object(module, name, replacement))
        yield


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


PRIVATE: dict[Any, dict[str, Callable[..., Any]]] = {
    convnext: {"LayerScale": _layer_scale, "Sequential": _stack},
    inception_resnet_v2: {"CustomScaleLayer": _custom_scale},
}
"""What replaces the private layers in the reference, by the module that uses them."""


if __name__ == "__main__":
    gc.set_threshold(COLLECT_AFTER)
    for architecture in sys.argv[1:]:
        sys.stdout.write(json.dumps(compare(architecture)) + "\n")
        sys.stdout.flush()
