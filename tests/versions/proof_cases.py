"""Documents with which classes of other libraries are compared with Keras.

Every layer that is supported, with several settings; ops; templates; repeated parts; and the
architectures of keras.applications in tests/versions/architectures.
"""

from collections.abc import Iterable
from typing import Any

from engine import templates
from engine.catalogue import Entry, load
from engine.document import Document
from tests.engine import op_cases
from tests.engine.code.helpers import document, node
from tests.versions import masked_cases, repeated_cases

IMAGE, ODD, SEQUENCE, VOLUME, VECTOR = [8, 8, 3], [7, 9, 3], [7, 4], [6, 5, 4, 2], [6]
SHAPES = {1: SEQUENCE, 2: ODD, 3: VOLUME}
ACTIVATIONS = """
relu relu6 elu selu celu gelu silu mish sigmoid tanh softplus softsign softmax log_softmax
exponential hard_sigmoid hard_silu hard_tanh hard_shrink soft_shrink tanh_shrink log_sigmoid
leaky_relu linear
"""

Settings = dict[str, Any]


def cases() -> dict[str, Document]:
    """Every document, by a name that is a file's."""
    found = {f"template-{template.id}": template.document for template in templates.load()}
    found |= {name: _single(layer, shape, params) for name, layer, shape, params in _layers()}
    found |= {f"merge-{name}": value for name, value in _merges()}
    found |= {name.replace(".", "-"): value for name, value in op_cases.op_documents()}
    return found | repeated_cases.cases() | masked_cases.cases() | _graphs()


def _single(layer: str, shape: list[Any], params: Settings) -> Document:
    """An Input, a layer, and an activation after it, which may be written in another layout."""
    kind = {"dtype": "int32"} if layer == "Embedding" else {}
    nodes = [node("a", "Input", shape=shape, **kind), node("b", layer, **params)]
    port = entry_of(layer).inputs[0].name
    end = node("c", "Activation", activation="tanh")
    return document(*nodes, end, wires=f"a b:{port}; b c")


def entry_of(layer: str) -> Entry:
    """The layer in the catalogue."""
    entry = load().layer(layer)
    assert entry
    return entry


def _named(layer: str, shape: list[Any], many: Iterable[Settings]) -> Iterable[tuple[Any, ...]]:
    for number, params in enumerate(many, 1):
        yield f"{layer}-{number}", layer, shape, params


def _layers() -> Iterable[tuple[Any, ...]]:
    for rank, shape in SHAPES.items():
        yield from _windows(rank, shape)
    yield from _named("Dense", VECTOR, [{"units": 4}, {"units": 3, "use_bias": False}])
    yield from _named("Dense-images", IMAGE, [])
    for activation in ACTIVATIONS.split():
        yield f"activation-{activation}", "Dense", SEQUENCE, {"units": 5, "activation": activation}
        image = {"filters": 5, "kernel_size": 2, "activation": activation}
        yield f"activation-{activation}-image", "Conv2D", IMAGE, image
    yield from _normalization()
    yield from _recurrent()
    yield from _others()


def _windows(rank: int, shape: list[int]) -> Iterable[tuple[Any, ...]]:
    """Convolutions and pooling: every padding, with strides, dilation, groups and even sizes."""
    sizes: list[Settings] = [{"kernel_size": size} for size in (1, 2, 3)]
    steps: list[Settings] = [{"strides": step} for step in (1, 2, 3)]
    base = [
        {**size, **step, "padding": padding}
        for size in sizes
        for step in steps
        for padding in ("valid", "same")
    ]
    paddings = ("valid", "same") if rank < 3 else ("same",)
    dilated: list[Settings] = [
        {"kernel_size": 3, "dilation_rate": 2, "padding": padding} for padding in paddings
    ]
    causal = [{"kernel_size": 3, "strides": 2, "padding": "causal"}] if rank == 1 else []
    many = [{"filters": 4, **params} for params in (*base, *dilated, *causal)]
    many.append({"filters": 4, "kernel_size": 2, "use_bias": False, "activation": "relu"})
    yield from _named(f"Conv{rank}D", shape, many)
    even = [*shape[:-1], 4]
    grouped = [{"filters": 6, "kernel_size": 2, "groups": 2}]
    yield from ((f"grouped-{rank}", f"Conv{rank}D", even, params) for params in grouped)
    transposed = [{"filters": 4, **params} for params in base]
    yield from _named(f"Conv{rank}DTranspose", shape, transposed)
    if rank < 3:
        deep = [{**params, "depth_multiplier": 2} for params in (*base, *dilated)]
        yield from _named(f"DepthwiseConv{rank}D", shape, [*deep, {"kernel_size": 3}])
        separable = [{**params, "filters": 5} for params in (*base, *dilated)]
        separable.append({"kernel_size": 2, "filters": 3, "depth_multiplier": 2, "use_bias": False})
        yield from _named(f"SeparableConv{rank}D", shape, separable)
    pools = [
        {"pool_size": size, "strides": step, "padding": padding}
        for size in (1, 2, 3)
        for step in (None, 1, 2, 3)
        for padding in ("valid", "same")
    ]
    for kind in ("Max", "Average"):
        yield from _named(f"{kind}Pooling{rank}D", shape, pools)
        kept = [{"keepdims": keep} for keep in (False, True)]
        yield from _named(f"Global{kind}Pooling{rank}D", shape, kept)
    yield from _named(f"SpatialDropout{rank}D", shape, [{"rate": 0.5}])
    yield from _named(f"UpSampling{rank}D", shape, [{}, {"size": 3}])
    pads: list[Any] = [1, [1, 2] if rank == 1 else [[1, 2]] * rank]
    yield from _named(f"ZeroPadding{rank}D", shape, [{"padding": pad} for pad in pads])
    yield from _named(f"Cropping{rank}D", shape, [{"cropping": cut} for cut in pads])


def _normalization() -> Iterable[tuple[Any, ...]]:
    flags = [{"center": center, "scale": scale} for center in (1, 0) for scale in (1, 0)]
    many: list[Settings] = [{key: bool(on) for key, on in flag.items()} for flag in flags]
    many.append({"epsilon": 0.1})
    for name, shape in (("row", VECTOR), ("steps", SEQUENCE), ("image", IMAGE), ("box", VOLUME)):
        batch = [*many, {"momentum": 0.9}]
        for layer, each in (("BatchNormalization", batch), ("LayerNormalization", many)):
            for number, params in enumerate(each):
                yield f"{layer}-{name}-{number}", layer, shape, params
        yield f"RMSNormalization-{name}", "RMSNormalization", shape, {}
    yield "LayerNormalization-axes", "LayerNormalization", IMAGE, {"axis": [-2, -1]}
    for number, params in enumerate(many):
        shape = [6, 5, 4]
        yield f"GroupNormalization-{number}", "GroupNormalization", shape, {"groups": 2, **params}


def _recurrent() -> Iterable[tuple[Any, ...]]:
    plain: list[Settings] = [
        {},
        {"return_sequences": True},
        {"use_bias": False},
        {"go_backwards": True},
        {"go_backwards": True, "return_sequences": True},
        {"activation": "relu"},
        {"recurrent_activation": "hard_sigmoid"},
        {"reset_after": False},
    ]
    for layer in ("LSTM", "GRU", "SimpleRNN"):
        for number, params in enumerate(plain):
            fits = "reset_after" not in params or layer == "GRU"
            if fits and ("recurrent_activation" not in params or layer != "SimpleRNN"):
                yield f"{layer}-{number}", layer, SEQUENCE, {"units": 5, **params}
        for number, params in enumerate(plain[:3]):
            for merge in ("concat", "sum", "ave", "mul"):
                inner = {"class": layer, "params": {"units": 5, **params}}
                settings = {"layer": inner, "merge_mode": merge}
                yield f"Bidirectional-{layer}-{number}-{merge}", "Bidirectional", SEQUENCE, settings


def _others() -> Iterable[tuple[Any, ...]]:
    yield from _named("Embedding", [5], [{"input_dim": 9, "output_dim": 4}])
    yield from _named("Flatten", IMAGE, [{}])
    yield from _named("Reshape", IMAGE, [{"target_shape": [4, 6, 8]}, {"target_shape": [-1, 3]}])
    yield from _named("Permute", IMAGE, [{"dims": [3, 1, 2]}])
    yield from _named("RepeatVector", VECTOR, [{"n": 3}])
    scales: list[Settings] = [{"scale": 0.5}, {"scale": 1 / 255, "offset": -1.0}]
    scales += [{"scale": [0.5, 2.0, 3.0]}, {"scale": 1.0, "offset": [1.0, 0.0, -1.0]}]
    yield from _named("Rescaling", IMAGE, scales)
    noises: list[Any] = [None, [None, 1, 1, 1], [None, 8, 1, 3], [1, None, None, 1]]
    yield from _named("Dropout", IMAGE, [{"rate": 0.5, "noise_shape": noise} for noise in noises])
    yield from _scaled()
    yield from _named("Identity", IMAGE, [{}])
    relus = [
        {},
        {"max_value": 6.0},
        {"max_value": 1.0},
        {"negative_slope": 0.1},
        {"threshold": 1.0},
    ]
    yield from _named("ReLU", VECTOR, relus)
    yield from _named("LeakyReLU", VECTOR, [{}, {"negative_slope": 0.1}])
    yield from _named("ELU", VECTOR, [{}, {"alpha": 0.5}])
    yield from _named("Softmax", IMAGE, [{}, {"axis": 1}])
    inner = {"class": "Dense", "params": {"units": 3, "activation": "relu"}}
    yield from _named("TimeDistributed", SEQUENCE, [{"layer": inner}])


def _scaled() -> Iterable[tuple[Any, ...]]:
    """Normalization by statistics that are learned or given, and products with a kernel."""
    norms: list[Settings] = [
        {},
        {"axis": None},
        {"mean": 3.0, "variance": 4.0},
        {"mean": [1.0, 2.0, 3.0], "variance": [1.0, 4.0, 0.0]},
    ]
    yield from _named("Normalization", IMAGE, norms)
    sums: list[Settings] = [
        {"equation": "...c,c->...c", "output_shape": 4},
        {"equation": "abc,cde->abde", "output_shape": [7, 2, 3], "bias_axes": "de"},
        {"equation": "abc,cd->abd", "output_shape": [None, 5], "bias_axes": "d"},
        {"equation": "...x,xy->...y", "output_shape": 5, "activation": "relu", "bias_axes": "y"},
        {"equation": "ab...,bc->ac...", "output_shape": 3, "bias_axes": "c"},
    ]
    yield from _named("EinsumDense", SEQUENCE, sums)


def _merges() -> Iterable[tuple[str, Document]]:
    layers = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")
    for layer in layers:
        for name, first in (("row", "Dense"), ("image", "Conv2D")):
            params: Settings = (
                {"units": 4} if first == "Dense" else {"filters": 4, "kernel_size": 1}
            )
            shape = VECTOR if first == "Dense" else IMAGE
            nodes = [node("a", "Input", shape=shape), node("m", layer)]
            nodes += [node("b", first, **params), node("c", first, **params)]
            yield f"{layer}-{name}", document(*nodes, wires="a b m; a c m")
            params = {"filters": 3, "kernel_size": 1} if name == "image" else {"units": 6}
            mixed = [node("a", "Input", shape=shape), node("b", first, **params), node("m", layer)]
            yield f"{layer}-{name}-mixed", document(*mixed, wires="a m; a b m")


def _attention() -> dict[str, Document]:
    """Attention to itself and to another sequence, with heads of several sizes."""
    many: list[Settings] = [
        {"num_heads": 2, "key_dim": 2},
        {"num_heads": 3, "key_dim": 5},
        {"num_heads": 2, "key_dim": 3, "value_dim": 3},
        {"num_heads": 1, "key_dim": 2, "use_bias": False, "output_shape": 6, "dropout": 0.3},
    ]
    own = {
        f"attention-{number}": document(
            node("a", "Input", shape=SEQUENCE),
            node("b", "MultiHeadAttention", **params),
            wires="a b:query; a b:value",
        )
        for number, params in enumerate(many)
    }
    other = [
        node("a", "Input", "queries", shape=SEQUENCE),
        node("b", "Input", "others", shape=[5, 3]),
        node("d", "MultiHeadAttention", num_heads=2, key_dim=3),
    ]
    two = document(*other, wires="a d:query; b d:value")
    dense = node("c", "Dense", units=3)
    three = document(*other, dense, wires="a d:query; b d:value; b c d:key")
    return {**own, "attention-other": two, "attention-key": three}


def _graphs() -> dict[str, Document]:
    """Whole graphs: sub-models, shared layers, several inputs and outputs, states, names."""
    inner = {
        "id": "part",
        "name": "Encoder",
        "inputs": ["i"],
        "nodes": [node("i", "Input", shape=IMAGE), node("j", "Conv2D", filters=4, kernel_size=3)],
        "edges": [{"id": "e", "source": "i", "target": "j"}],
    }
    called = node("m", "Model", graph="part")
    again = {"id": "n", "layer": "Model", "shares": "m", "graph": "part"}
    ends = [node("a", "Input", "left", shape=IMAGE), node("b", "Input", "right", shape=IMAGE)]
    twins = document(
        *ends, called, again, node("s", "Subtract"), wires="a m s; b n s", graphs=[inner]
    )
    states = document(
        node("a", "Input", shape=SEQUENCE),
        node("b", "Input", shape=[3, 4]),
        node("e", "LSTM", units=5, return_state=True),
        node("d", "LSTM", units=5, return_sequences=True),
        wires="a e:sequences; b d:sequences; e.state_h d:initial_state; e.state_c d:initial_state",
    )
    return {
        "shared-part": twins,
        "states-lstm": states,
        "states-gru": document(
            node("a", "Input", shape=SEQUENCE),
            node("e", "GRU", units=5, return_state=True, return_sequences=True),
            node("d", "GRU", units=5),
            wires="a e:sequences d:sequences; e.state d:initial_state",
        ),
        "odd-names": document(
            node("a", "Input", shape=VECTOR),
            node("b", "Dense", "train", units=4),
            node("c", "Dense", "forward", units=4),
            node("d", "Dense", "Größe 1-2", units=4),
            wires="a b c d",
        ),
        "two-outputs": document(
            node("a", "Input", shape=IMAGE),
            node("b", "Conv2D", "picture", filters=2, kernel_size=1),
            node("c", "Flatten"),
            node("d", "Dense", "score", units=3),
            wires="a b c d",
            outputs=[{"node": "b"}, {"node": "d"}],
        ),
        **_attention(),
        "shared-layer": document(
            node("a", "Input", shape=IMAGE),
            node("b", "Conv2D", filters=3, kernel_size=3, padding="same"),
            {"id": "c", "layer": "Conv2D", "shares": "b"},
            wires="a b c",
        ),
    }
