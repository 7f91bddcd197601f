"""What each engine of Keras 2.3.1 can't compute, or computes otherwise than Keras 3.

Found by computing with the same weights on both (tests/engine/training/old).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine.catalogue import Entry
from engine.problems import Phrase, phrase
from engine.values import Json

Values = Mapping[str, Json]
"""The value of each parameter of an entry, its default where none is given."""
SAME = "same"


@dataclass(frozen=True)
class Limit:
    """Why an engine can't compute something: the value of the parameter `param`, or all of it."""

    why: Phrase
    param: str = ""


LAYERS = "keras.layers."
BATCH = phrase("it draws random numbers only for a batch size that is known before")
CHANNELS = phrase("it leaves out single values in place of whole channels")
FAILS = phrase("it fails there in Keras 2.3.1")
FAILING = {
    "losses": ("Hinge", "SquaredHinge"),
    "metrics": (
        *("Hinge", "SquaredHinge", "AUC", "Precision", "Recall", "MeanIoU"),
        *("TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives"),
        *("SensitivityAtSpecificity", "SpecificityAtSensitivity"),
        *("TopKCategoricalAccuracy", "SparseTopKCategoricalAccuracy"),
    ),
}
OF_CNTK: Mapping[str, Phrase] = {
    **dict.fromkeys(
        (f"{LAYERS}GaussianNoise", f"{LAYERS}GaussianDropout", f"{LAYERS}AlphaDropout"), BATCH
    ),
    **{f"{LAYERS}SpatialDropout{rank}D": CHANNELS for rank in (1, 2, 3)},
    **{f"keras.{kind}.{name}": FAILS for kind, names in FAILING.items() for name in names},
    f"{LAYERS}ConvLSTM2D": phrase("it returns the state of the cells in place of their output"),
}
"""What CNTK can't compute at all, by path, and why."""
UNROLLED = frozenset({f"{LAYERS}LSTM", f"{LAYERS}RNN"})
"""What CNTK computes right only if it is unrolled: else it returns the last of several states."""


def written_for(engine: str, path: str) -> Mapping[str, Json]:
    """Return the values of parameters that an engine needs, whatever a document says."""
    return {"unroll": True} if engine == "cntk" and path in UNROLLED else {}


def limits(engine: str, entry: Entry, values: Values) -> Iterator[Limit]:
    """Yield what an engine can't compute of a layer or object with these values."""
    if rule := RULES.get(engine):
        yield from rule(entry, values)


def _padding(values: Values) -> Iterator[Limit]:
    """A padding of which the others add more at the end, and old engines as much at both sides.

    Convolutions agree where both sides get the same: with odd kernels and without strides. Theano
    and CNTK pool otherwise at the borders, too.
    """
    if values.get("padding") != SAME:
        return
    sizes, strides = _sizes(values.get("kernel_size")), _sizes(values.get("strides"))
    agrees = all(size % 2 for size in sizes) and all(stride == 1 for stride in strides)
    if "pool_size" in values or not agrees:
        yield Limit(phrase("it pads the borders in another way"), "padding")


def _theano(_: Entry, values: Values) -> Iterator[Limit]:
    yield from _padding(values)


def _cntk(entry: Entry, values: Values) -> Iterator[Limit]:
    if why := OF_CNTK.get(entry.path):
        yield Limit(why)
    yield from _padding(values)
    if any(size != 1 for size in _sizes(values.get("dilation_rate"))):
        yield Limit(phrase("it has no dilated convolutions on the processor"), "dilation_rate")
    if values.get("interpolation") not in (None, "nearest"):
        yield Limit(phrase("it repeats the nearest values, and does nothing else"), "interpolation")
    if values.get("noise_shape") is not None:
        yield Limit(phrase("it leaves out each value by itself"), "noise_shape")


RULES: Mapping[str, Callable[[Entry, Values], Iterator[Limit]]] = {
    "theano": _theano,
    "cntk": _cntk,
}


def _sizes(value: Json) -> list[int]:
    """The sizes of one or several axes."""
    values = value if isinstance(value, list) else [value]
    return [size for size in values if isinstance(size, int)]
