"""Reduces the output of a node for one sample to a small picture.

The rank of the tensor and its axes decide how it is drawn, never the name of a layer: no axes and
one axis are bars, two are a strip of steps by features, three are maps with the channels last, and
of more axes the middle of the first ones is shown. The input or output of a model with three
channels is a colour picture.
"""

import base64
from collections.abc import Sequence

import numpy as np

from engine.protocol.tensors import Form, NodePath, Picture, Score

CHANNELS = 16
"""Channels of a picture."""
PIXELS = 28
"""Rows or columns of a picture."""
BARS = CHANNELS * PIXELS
"""Values of a vector."""
SCORES = 5
"""Classes that are named, the highest first."""
COLORS = 3


def picture(
    node: NodePath,
    values: np.ndarray,
    labels: Sequence[str] = (),
    end: bool = False,
    pixels: int = PIXELS,
) -> Picture:
    """Return the picture of a tensor without its batch axis.

    `labels` are the classes of an output's last axis; `end` says that the node is an input or
    output of the model. Maps have at most `pixels` rows and columns.
    """
    if values.dtype.kind in "OSU":
        return _words(node, values)
    numbers = np.asarray(values, "float32")
    finite = np.isfinite(numbers)
    known = numbers if finite.all() else np.where(finite, numbers, 0.0)
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    form, maps = _maps(known, end, pixels)
    return Picture(
        node=node,
        form=form,
        shape=values.shape,
        channels=maps.shape[0],
        rows=maps.shape[1],
        columns=maps.shape[2],
        low=low,
        high=high,
        mean=float(known.mean()) if known.size else 0.0,
        zeros=float(np.mean(known == 0)) if known.size else 0.0,
        wrong=int(finite.size - np.count_nonzero(finite)),
        pixels=base64.b64encode(_bytes(maps, low, high)).decode(),
        scores=_scores(known, labels),
    )


def attention_maps(scores: np.ndarray | None) -> np.ndarray | None:
    """Return scores of attention as maps of queries by keys, with the heads last.

    `scores` have no batch axis: heads, if there are any, queries and keys, which may have several
    axes each. None for other ranks.
    """
    if scores is None or scores.ndim < 2:  # noqa: PLR2004
        return None
    heads = scores if scores.ndim % 2 else scores[None]
    axes = (heads.ndim - 1) // 2
    queries = int(np.prod(heads.shape[1 : 1 + axes]))
    return np.moveaxis(heads.reshape(len(heads), queries, -1), 0, -1)


def _maps(values: np.ndarray, end: bool, pixels: int) -> tuple[Form, np.ndarray]:
    """The form, and an array of channels × rows × columns."""
    while values.ndim > 3:  # noqa: PLR2004
        values = values[len(values) // 2]
    if values.ndim <= 1:
        flat = values.reshape(-1)
        return "bars", flat[_spread(len(flat), BARS)][None, None]
    if values.ndim == 2:  # noqa: PLR2004
        return "strip", shrunk(values.T[_spread(values.shape[1], pixels)][None], pixels)
    channels = np.moveaxis(values, -1, 0)
    colors = end and len(channels) == COLORS
    return "colors" if colors else "maps", shrunk(channels[:CHANNELS], pixels)


def _spread(length: int, most: int) -> np.ndarray:
    """The positions of at most `most` of `length` values, evenly spread."""
    if length <= most:
        return np.arange(length)
    return np.linspace(0, length - 1, most).round().astype(int)


def shrunk(maps: np.ndarray, most: int) -> np.ndarray:
    """Average blocks of the rows and columns of maps, so that at most `most` of each are left."""
    for axis in (1, 2):
        length = maps.shape[axis]
        if length > most:
            starts = np.linspace(0, length, most, endpoint=False).astype(int)
            counts = np.diff([*starts, length]).reshape([-1 if a == axis else 1 for a in range(3)])
            maps = np.add.reduceat(maps, starts, axis=axis) / counts
    return maps


def _bytes(maps: np.ndarray, low: float, high: float) -> bytes:
    span = high - low
    scaled = (maps - low) * (255.0 / span) if span > 0 else np.zeros_like(maps)
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8).tobytes()


def _scores(values: np.ndarray, labels: Sequence[str]) -> tuple[Score, ...]:
    """The highest scores of the only row of scores; none if the classes are not its last axis."""
    if not labels or values.ndim != 1 or len(values) != len(labels):
        return ()
    best = np.argsort(-values, kind="stable")[:SCORES]
    return tuple(Score(label=labels[at], value=float(values[at])) for at in best)


def _words(node: NodePath, values: np.ndarray) -> Picture:
    text = " ".join(_text(value) for value in values.reshape(-1))
    return Picture(
        node=node,
        form="bars",
        shape=values.shape,
        channels=0,
        rows=0,
        columns=0,
        low=0.0,
        high=0.0,
        mean=0.0,
        zeros=0.0,
        pixels="",
        words=text[:2_000],
    )


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
