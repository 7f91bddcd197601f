"""The outputs of every layer and every op for the same weights, on the active backend.

    python -m tests.engine.keras.engine_cases FILE

writes them as arrays of NumPy, with the shapes of the weights, and prints JSON: why a case that
lacks them could not be computed.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

from engine.document import Document
from engine.keras.build import build_model
from tests.engine.layer_cases import case_document, entries
from tests.engine.op_cases import op_documents

TEXT = "string"


def cases() -> Iterator[tuple[str, Document]]:
    """A document for each layer and op, by name."""
    for entry in entries():
        yield entry.name, case_document(entry)
    yield from op_documents()


def values(generator: np.random.Generator, shape: Any, dtype: str) -> np.ndarray:
    """Draw numbers that any layer takes."""
    shape = tuple(2 if length is None else length for length in shape)
    if "float" in dtype:
        return generator.uniform(0.1, 0.9, shape).astype(dtype)
    return generator.integers(0, 2 if dtype == "bool" else 3, shape).astype(dtype)


def computed(document: Document) -> list[np.ndarray]:
    """The weights' shapes and the outputs of a model whose weights and inputs are drawn."""
    generator = np.random.default_rng(0)
    model = build_model(document)
    drawn = [values(generator, each.shape, each.dtype) for each in model.trainable_variables]
    for variable, value in zip(model.trainable_variables, drawn, strict=True):
        variable.assign(value)
    inputs = [values(generator, each.shape, each.dtype) for each in model.inputs]
    outputs = keras.tree.flatten(model(inputs[0] if len(inputs) == 1 else inputs, training=False))
    shapes = [np.array(value.shape) for value in drawn]
    return [*shapes, *(np.asarray(keras.ops.convert_to_numpy(each)) for each in outputs)]


def main(file: Path) -> None:
    """Write the outputs of all cases but those of text, which PyTorch and JAX lack."""
    arrays, failed = {}, {}
    for name, document in cases():
        keras.utils.clear_session(free_memory=False)
        if any(node.params.get("dtype") == TEXT for node in document.main.nodes):
            continue
        try:
            found = computed(document)
        except Exception as error:
            failed[name] = f"{type(error).__name__}: {error}"[:300]
        else:
            arrays |= {f"{name}/{at}": array for at, array in enumerate(found)}
    np.savez(file, **arrays)
    print(json.dumps(failed))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
