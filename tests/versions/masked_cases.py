"""Documents with masks, and inputs for them in which steps are padded."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from engine.document import Document
from tests.engine.code.helpers import document, node

STEPS, WORDS, FEATURES = 7, 9, 4
WORDS_IN = node("a", "Input", shape=[STEPS], dtype="int32")
EMBEDDED = node("e", "Embedding", input_dim=WORDS, output_dim=FEATURES, mask_zero=True)
NUMBERS_IN = node("a", "Input", shape=[STEPS, FEATURES])
MASKED = node("e", "Masking")
RECURRENT = ("LSTM", "GRU", "SimpleRNN")

Settings = dict[str, Any]


def cases() -> dict[str, Document]:
    """Every document, by a name that is a file's."""
    return {f"mask-{name}": value for name, value in (*_layers(), *_graphs())}


def _layers() -> Iterator[tuple[str, Document]]:
    """Each recurrent layer with several settings, after an Embedding or a Masking."""
    settings: list[Settings] = [
        {},
        {"return_sequences": True},
        {"go_backwards": True},
        {"go_backwards": True, "return_sequences": True},
    ]
    for layer in RECURRENT:
        for number, params in enumerate(settings):
            yield f"{layer}-{number}", _words(node("b", layer, units=5, **params))
            yield f"{layer}-{number}-masking", _numbers(node("b", layer, units=5, **params))
        for merge in ("concat", "sum", "ave", "mul"):
            for sequences in (False, True):
                inner = {"class": layer, "params": {"units": 5, "return_sequences": sequences}}
                both = node("b", "Bidirectional", layer=inner, merge_mode=merge)
                yield f"Bidirectional-{layer}-{merge}-{sequences}", _words(both)
        states = node("b", layer, units=5, return_state=True)
        ends = [{"node": "b", "port": port} for port in _ports(layer)]
        yield f"{layer}-states", _words(states, outputs=ends)
    for keep in (False, True):
        yield f"average-{keep}", _words(node("b", "GlobalAveragePooling1D", keepdims=keep))
        yield f"highest-{keep}", _words(node("b", "GlobalMaxPooling1D", keepdims=keep))


def _ports(layer: str) -> tuple[str, ...]:
    return ("output", "state_h", "state_c") if layer == "LSTM" else ("output", "state")


def _words(*nodes: dict[str, Any], **more: Any) -> Document:
    return _chain(WORDS_IN, EMBEDDED, *nodes, **more)


def _numbers(*nodes: dict[str, Any]) -> Document:
    return _chain(NUMBERS_IN, MASKED, *nodes)


def _chain(*nodes: dict[str, Any], **more: Any) -> Document:
    return document(*nodes, wires=" ".join(map(_end, nodes)), **more)


def _end(each: dict[str, Any]) -> str:
    """A node, with the port that takes its sequence."""
    recurrent = each["layer"] in (*RECURRENT, "Bidirectional")
    return f"{each['id']}:sequences" if recurrent else str(each["id"])


def _graphs() -> Iterator[tuple[str, Document]]:
    """Masks that go through several layers, end, or meet another one."""
    pooled = node("p", "GlobalAveragePooling1D")
    inner = {"class": "LSTM", "params": {"units": 5, "return_sequences": True}}
    yield (
        "stack",
        _words(
            node("d", "Dense", units=6, activation="relu"),
            node("o", "Dropout", rate=0.5),
            node("b", "Bidirectional", layer=inner),
            node("n", "LayerNormalization"),
            node("g", "GRU", units=3, return_sequences=True),
            node("m", "BatchNormalization"),
            pooled,
        ),
    )
    yield "after-convolution", _words(node("c", "Conv1D", filters=3, kernel_size=2), pooled)
    ends = [node("e", "Masking", mask_value=0.5), node("b", "LSTM", units=5)]
    yield "value", _chain(NUMBERS_IN, *ends)
    sequence = node("b", "LSTM", units=FEATURES, return_sequences=True)
    for layer in ("Add", "Concatenate"):
        # Keras joins masks with an op that has the name that the layer would have.
        nodes = (WORDS_IN, EMBEDDED, sequence, node("j", layer, "joined"), pooled)
        yield f"joined-{layer}", document(*nodes, wires="a e b:sequences j p; e j")
    yield (
        "joined-unmasked",
        document(
            WORDS_IN,
            EMBEDDED,
            node("f", "Embedding", input_dim=WORDS, output_dim=FEATURES),
            node("j", "Add"),
            pooled,
            wires="a e j p; a f j",
        ),
    )
    for layer in RECURRENT:  # a decoder with initial states has no mask, but passes it on
        encoder = node("b", layer, units=5, return_state=True)
        decoder = node("d", layer, units=5, return_sequences=True)
        second = [
            node("i", "Input", shape=[STEPS], dtype="int32"),
            node("f", "Embedding", input_dim=WORDS, output_dim=FEATURES, mask_zero=True),
        ]
        states = [f"b.{port} d:initial_state" for port in _ports(layer)[1:]]
        yield (
            f"encoder-decoder-{layer}",
            document(
                *(WORDS_IN, EMBEDDED, encoder, *second, decoder, pooled),
                wires="; ".join(("a e b:sequences; i f d:sequences; d p", *states)),
            ),
        )
    yield "unused", _words(node("f", "Flatten"), node("d", "Dense", units=2))


def has_masks(case: Document) -> bool:
    """Whether a document has a layer that makes masks."""
    return any(
        each.layer == "Masking" or each.params.get("mask_zero")
        for graph in case.graphs
        for each in graph.nodes
    )


def padded(array: Any, case: Document) -> Any:
    """Rows without padding, padded at the end, padded at the start and in the middle, and empty.

    The average of an empty row is not a number.
    """
    value = next((each for each in _values(case)), 0)
    result = np.concatenate((array, array[:1]))
    result[0][result[0] == value] = 1
    result[1, -3:] = value
    result[2, [0, 1, 4]] = value
    result[3] = value
    averaged = any(each.layer == "GlobalAveragePooling1D" for each in case.graphs[0].nodes)
    return result[:-1] if averaged else result


def _values(case: Document) -> Iterator[float]:
    """What Masking layers mask."""
    for each in case.graphs[0].nodes:
        value = each.params.get("mask_value")
        if isinstance(value, int | float):
            yield value
