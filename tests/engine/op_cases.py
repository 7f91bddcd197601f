"""A valid use of every op: its parameters and inputs."""

from typing import Any

from engine.catalogue import Entry, load
from engine.document import Document
from tests.engine.documents import document, node

TABLE = (4, 6)
PARAMS: dict[str, dict[str, Any]] = {
    "ops.clip": {"x_min": 0.0, "x_max": 6.0},
    "ops.einsum": {"subscripts": "bij,bkj->bik"},
    "ops.expand_dims": {"axis": -1},
    "ops.squeeze": {"axis": 1},
    "ops.reshape": {"newshape": [-1, 24]},
    "ops.transpose": {"axes": [0, 2, 1]},
    "ops.swapaxes": {"axis1": 1, "axis2": 2},
    "ops.moveaxis": {"source": 1, "destination": 2},
    "ops.split": {"indices_or_sections": 3, "axis": -1},
    "ops.get_item": {"key": ":, 0, ::2"},
    "ops.slice": {"start_indices": [0, 1, 2], "shape": [2, 2, 3]},
    "ops.pad": {"pad_width": [[0, 0], [1, 1], [0, 2]]},
    "ops.repeat": {"repeats": 2, "axis": 1},
    "ops.tile": {"repeats": [1, 2, 1]},
    "ops.roll": {"shift": 1, "axis": 1},
    "ops.broadcast_to": {"shape": [2, 4, 6]},
    "ops.moments": {"axes": [1, 2]},
    "ops.top_k": {"k": 2},
    "ops.cast": {"dtype": "float16"},
    "ops.one_hot": {"num_classes": 5},
    "ops.full_like": {"fill_value": 2.0},
    "ops.take": {"indices": [0, 2], "axis": 1},
    "ops.concatenate": {"axis": 1},
    "ops.take_along_axis": {"axis": 1},
    "ops.tensordot": {"axes": 0},
    "ops.mean": {"axis": [1, 2], "keepdims": True},
    "ops.sum": {"axis": -1},
    "ops.argmax": {"axis": 1},
    "ops.normalize": {"axis": 1},
}
SHAPES: dict[str, dict[str, Any]] = {
    "ops.squeeze": {"x": (1, 6)},
    "ops.broadcast_to": {"x": (4, 6)},
    "ops.matmul": {"x1": TABLE, "x2": (6, 3)},
    "ops.tensordot": {"x1": (4,), "x2": (3,)},
}
DTYPES: dict[str, dict[str, str]] = {
    "ops.one_hot": {"x": "int32"},
    "ops.take_along_axis": {"indices": "int32"},
    "ops.where": {"condition": "bool"},
    "ops.logical_and": {"x1": "bool", "x2": "bool"},
    "ops.logical_or": {"x1": "bool", "x2": "bool"},
    "ops.logical_not": {"x": "bool"},
    "ops.any": {"x": "bool"},
    "ops.all": {"x": "bool"},
}


def ops() -> list[Entry]:
    """All ops of the catalogue."""
    return [entry for entry in load().layers if entry.kind == "op"]


def op_document(entry: Entry, constant: str = "") -> Document:
    """A document with the op and an Input for each edge; the operand `constant` is a number."""
    params = dict(PARAMS.get(entry.name, {}))
    if constant and constant not in params:
        params[constant] = 2.0
    nodes, edges = [], []
    for port in entry.inputs:
        if port.name in params:
            continue
        for index in range(2 if port.variadic else 1):
            key = f"{port.name}-{index}"
            shape = list(SHAPES.get(entry.name, {}).get(port.name, TABLE))
            dtype = DTYPES.get(entry.name, {}).get(port.name, "float32")
            nodes.append(node(key, "Input", shape=shape, dtype=dtype))
            edges.append(f"{key} > op.{port.name}")
    nodes.append(node("op", entry.name, **params))
    return document(nodes, edges)


def op_documents() -> list[tuple[str, Document]]:
    """A document for each op; those of two operands also with a constant for either operand."""
    documents = []
    for entry in ops():
        documents.append((entry.name, op_document(entry)))
        for name in entry.either if len(entry.inputs) > 1 else ():
            documents.append((f"{entry.name}-{name}", op_document(entry, name)))
    return documents
