"""A valid use of every layer of the catalogue: its parameters and inputs."""

from dataclasses import dataclass, field
from typing import Any

from engine.catalogue import Entry, load
from engine.document import Document
from tests.engine.documents import document, node

VECTOR, SEQUENCE, IMAGE, VOLUME = (6,), (5, 6), (8, 8, 3), (6, 6, 6, 2)
BY_RANK = {1: SEQUENCE, 2: IMAGE, 3: VOLUME}
VALUES: dict[str, Any] = {
    "units": 4, "filters": 4, "kernel_size": 3, "rate": 0.5, "stddev": 0.5, "input_dim": 10,
    "output_dim": 4, "num_heads": 2, "key_dim": 3, "head_dim": 3, "num_query_heads": 2,
    "num_key_value_heads": 1, "output_size": 2, "pool_size": 2, "axes": 1, "n": 3, "height": 4,
    "width": 4, "factor": 0.1, "height_factor": 0.1, "width_factor": 0.1, "scale": 2.0,
    "num_bins": 4, "activation": "relu", "shape": [6],
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """Parameters, the input shape of each port (a list for several edges), and their dtype."""

    params: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, Any] | None = None
    dtype: str = "float32"


def _wrapped(name: str, **params: Any) -> dict[str, Any]:
    return {"class": name, "params": params}


PAIR = {"inputs": [VECTOR, VECTOR]}
STATES = {"sequences": SEQUENCE, "initial_state": [(4,), (4,)]}
SPECIAL: dict[str, Case] = {
    "Embedding": Case(inputs={"inputs": (5,)}, dtype="int32"),
    "ReversibleEmbedding": Case(inputs={"inputs": (5,)}, dtype="int32"),
    "EinsumDense": Case({"equation": "ab,bc->ac", "output_shape": 3, "bias_axes": "c"}),
    "Masking": Case(inputs={"inputs": SEQUENCE}),
    "Reshape": Case({"target_shape": [2, -1]}),
    "Permute": Case({"dims": [2, 1]}, {"inputs": SEQUENCE}),
    "LSTM": Case({"units": 4, "return_state": True}, STATES),
    "GRU": Case(
        {"units": 4, "return_state": True}, {"sequences": SEQUENCE, "initial_state": [(4,)]}
    ),
    "Bidirectional": Case({"layer": _wrapped("LSTM", units=3, return_sequences=True)}),
    "TimeDistributed": Case({"layer": _wrapped("Dense", units=3)}, {"inputs": SEQUENCE}),
    "RNN": Case(
        {
            "cell": _wrapped(
                "StackedRNNCells",
                cells=[_wrapped("GRUCell", units=3), _wrapped("SimpleRNNCell", units=2)],
            ),
            "return_state": True,
        }
    ),
    "SpectralNormalization": Case({"layer": _wrapped("Dense", units=3)}),
    "Pipeline": Case(
        {"layers": [_wrapped("RandomFlip"), _wrapped("Rescaling", scale=0.5)]}, {"inputs": IMAGE}
    ),
    "GroupNormalization": Case({"groups": 3}),
    "Dot": Case({"axes": 1}, PAIR),
    "Attention": Case(inputs={"inputs": [SEQUENCE, SEQUENCE]}),
    "AdditiveAttention": Case(inputs={"inputs": [SEQUENCE, SEQUENCE, SEQUENCE]}),
    "MultiHeadAttention": Case(
        inputs={"query": SEQUENCE, "value": (7, 4), "key": (7, 4), "attention_mask": (5, 7)}
    ),
    "GroupQueryAttention": Case(inputs={"query": SEQUENCE, "value": SEQUENCE}),
    "RandomPosterization": Case({"factor": 4}),
    "CategoryEncoding": Case({"num_tokens": 5}, dtype="int32"),
    "StringLookup": Case({"vocabulary": ["a", "b"]}, dtype="string"),
    "IntegerLookup": Case({"vocabulary": [1, 2]}, dtype="int64"),
    "TextVectorization": Case(
        {"vocabulary": ["a", "b"], "output_sequence_length": 4}, {"inputs": ()}, "string"
    ),
    "Hashing": Case(dtype="int64"),
    "HashedCrossing": Case(inputs={"inputs": [(1,), (1,)]}, dtype="int64"),
    "Discretization": Case({"bin_boundaries": [0.0, 1.0]}),
    "Normalization": Case({"mean": 0.0, "variance": 1.0}),
    "MelSpectrogram": Case({"fft_length": 64, "sequence_stride": 32}, {"inputs": (256,)}),
    "STFTSpectrogram": Case({"frame_length": 64, "frame_step": 32}, {"inputs": (256, 1)}),
    "RandomCrop": Case({"seed": 1}),  # without it, Keras draws a seed and writes it to the config
}


def entries() -> list[Entry]:
    """All layers that a document can hold, except Input."""
    layers = (entry for entry in load().layers if entry.kind == "layer" and not entry.refused)
    return [entry for entry in layers if entry.name != "Input"]


def case(entry: Entry) -> Case:
    """The case of a layer: its special settings, with defaults for the others."""
    special = SPECIAL.get(entry.name, Case())
    params = {
        param.name: VALUES[param.name]
        for param in entry.params
        if param.required and (param.name not in special.params)
    }
    inputs = special.inputs or _inputs(entry)
    return Case(params | special.params, inputs, special.dtype)


def _inputs(entry: Entry) -> dict[str, Any]:
    first = entry.inputs[0]
    shape = _shape(entry)
    return {first.name: [shape, shape] if first.variadic else shape}


def _shape(entry: Entry) -> tuple[int, ...]:
    digit = next((int(letter) for letter in entry.name if letter.isdigit()), 0)
    if entry.name.startswith("ConvLSTM"):
        return (4, *BY_RANK[digit])
    if entry.category.startswith("Image") or entry.name == "GroupNormalization":
        return IMAGE
    return SEQUENCE if entry.category == "Recurrent" else BY_RANK.get(digit, VECTOR)


def case_document(entry: Entry) -> Document:
    """A document with the layer and an Input for each edge."""
    settings = case(entry)
    nodes, edges = [], []
    for port, shapes in (settings.inputs or {}).items():
        for index, shape in enumerate(shapes if isinstance(shapes, list) else [shapes]):
            key = f"{port}-{index}"
            nodes.append(node(key, "Input", shape=list(shape), dtype=settings.dtype))
            edges.append(f"{key} > layer.{port}")
    nodes.append(node("layer", entry.name, **settings.params))
    return document(nodes, edges)
