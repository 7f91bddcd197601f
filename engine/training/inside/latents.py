"""Sets values at a node by hand, such as the code of an autoencoder, and shows what follows.

The graph decides where: at any node with one axis of values, if what follows depends on nothing
else. As in the plots of a VAE's latent plane (https://keras.io/examples/generative/vae).
"""

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import keras
import numpy as np

from engine.problems import Problem, problem
from engine.protocol.explaining import MAX_LATENT, Latent, LatentMap, LatentShown
from engine.protocol.tensors import NodePath, Picture
from engine.training.inside.batches import Batches
from engine.training.inside.explaining import cutting
from engine.training.inside.pictures import picture, shrunk
from engine.training.inside.probe import compiled
from engine.training.inside.subject import Subject, labels_of

Arrays = list[np.ndarray]

ROWS = 300
"""Rows of the data set whose values are shown on the plane, and give the ranges."""
MARGIN = 0.1
"""The part of a range that is added at each side."""
ALONE = (-3.0, 3.0)
"""The range of a value without data."""
TILES, PIXELS = 12, 16
"""Pictures along each side of the plane, and pixels along each side of one of them."""
PLACES = 28
"""Places along each side of the plane where units are its maps."""
FINE = 112
"""Pixels of the output's picture."""
HELD = 6
"""Compiled functions and planes that are kept."""
_COMPUTED = ("rows", "map")
"""What is kept and depends on the values of weights."""


class Rows(NamedTuple):
    """The values of rows of the data set at a node, with their targets."""

    values: np.ndarray
    targets: np.ndarray
    classes: tuple[str, ...]


class Set(NamedTuple):
    """What was set, and the pictures of the nodes that follow from it."""

    shown: LatentShown
    pictures: tuple[Picture, ...] = ()


class Latents:
    """Sets values at the nodes of one model; owns the functions that it has compiled."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._held: dict[Hashable, Any] = {}

    @cached_property
    def places(self) -> tuple[NodePath, ...]:
        """The nodes at which values can be set, in the order of the graph."""
        outputs = self._subject.network.model.outputs
        found = cutting.nodes_before(self._subject.network, outputs)
        return tuple(
            path
            for path, tensor in found
            if len(path) == 1
            and _is_vector(tensor)
            and cutting.following(self._subject.network, path[0], outputs).is_whole
        )

    def forget(self) -> None:
        """Drop what was computed with weights that have changed since; functions stay compiled."""
        for key in [key for key in self._held if isinstance(key, tuple) and key[0] in _COMPUTED]:
            del self._held[key]

    def set(self, latent: Latent, nodes: Sequence[NodePath], arrays: Arrays) -> Set:
        """Return what follows from values at a node; the other nodes are computed from the sample.

        Compiles first if another place is set, or other nodes are looked at.
        """
        if not self.places:
            return Set(LatentShown(problem=problem("latent_nowhere")))
        node = latent.node if latent.node in self.places else self._smallest()
        rows = self._kept(("rows", node), lambda: self._rows(node, arrays))
        values = latent.values if latent.values and len(latent.values) == self._size(node) else None
        vector = np.array([values], "float64") if values else self._of_sample(node, arrays)
        vector = vector.astype("float32")
        follow = self._kept(("follow", node, tuple(nodes)), lambda: self._follow(node, nodes))
        pictures, output = follow(vector)
        shown = LatentShown(
            nodes=self.places,
            node=node,
            values=tuple(float(f"{value:.6g}") for value in vector[0].tolist()),
            ranges=self._ranges(node, rows),
            output=output,
            map=self._map(node, rows, latent) if latent.map else None,
        )
        return Set(shown, (picture(node, vector[0]), *pictures))

    def _follow(
        self, node: NodePath, nodes: Sequence[NodePath]
    ) -> Callable[[np.ndarray], tuple[tuple[Picture, ...], Picture]]:
        """Return what makes the pictures of nodes, and that of the first output, from values."""
        subject, network = self._subject, self._subject.network
        tensors = {path: new for path, new in network.tensors(nodes).items() if path != node}
        outputs = list(network.model.outputs)
        found = cutting.following(network, node[0], [*outputs, *tensors.values()])
        paths = [*((output,) for output in subject.outputs), *tensors]
        first = min(found.tensors)
        model = keras.Model(found.given, list(found.tensors.values()))
        run = compiled(model, network.model, [np.zeros((1, self._size(node)), "float32")])

        def follow(vector: np.ndarray) -> tuple[tuple[Picture, ...], Picture]:
            results = dict(zip(found.tensors, run([vector], None), strict=True))
            later = [at for at in results if at >= len(outputs)]
            pictures = subject.pictures([paths[at] for at in later], [results[at] for at in later])
            values = np.asarray(keras.ops.convert_to_numpy(results[first]))[0]
            return pictures, picture(paths[first], values, end=True, pixels=FINE)

        return follow

    def _rows(self, node: NodePath, arrays: Arrays) -> Rows | None:
        """The values of rows at a node; None without data."""
        data = self._subject.data
        if isinstance(data, Problem):
            return None
        part = data.validation or data.training
        inputs, targets = part.read(np.arange(min(ROWS, len(part))))
        cast = [
            given if given.dtype == object else given.astype(array.dtype)
            for given, array in zip(inputs, arrays, strict=True)
        ]
        if any(
            given.shape[1:] != array.shape[1:] for given, array in zip(cast, arrays, strict=True)
        ):
            return None  # a person's own text or series of another length
        values = self._encode(node, cast)
        if data.classes is None:
            return Rows(values, targets[0], ())
        classes = data.classes.read(part.index[: len(values)])
        return Rows(values, classes, data.classes.column.classes)

    def _encode(self, node: NodePath, arrays: Arrays) -> np.ndarray:
        network = self._subject.network
        model = keras.Model(network.model.inputs, network.tensors([node])[node])
        return Batches(model, network.model, [array[:1] for array in arrays])(arrays)

    def _of_sample(self, node: NodePath, arrays: Arrays) -> np.ndarray:
        network = self._subject.network
        shapes = tuple(array.shape for array in arrays)

        def make() -> Any:
            model = keras.Model(network.model.inputs, network.tensors([node])[node])
            return compiled(model, network.model, arrays)

        (values,) = self._kept(("encode", node, shapes), make)(arrays, None)
        return np.asarray(keras.ops.convert_to_numpy(values))

    def _ranges(self, node: NodePath, rows: Rows | None) -> tuple[tuple[float, float], ...]:
        if rows is None:
            return (ALONE,) * self._size(node)
        return tuple(_range(rows.values[:, at]) for at in range(self._size(node)))

    def _map(self, node: NodePath, rows: Rows | None, latent: Latent) -> LatentMap | None:
        size = self._size(node)
        if size < 2:  # noqa: PLR2004
            return None
        x, y = (latent.x, latent.y) if max(latent.x, latent.y) < size else (0, 1)
        return self._kept(("map", node, x, y), lambda: self._painted(node, rows, x, y))  # type: ignore[no-any-return]

    def _painted(self, node: NodePath, rows: Rows | None, x: int, y: int) -> LatentMap:
        ranges = self._ranges(node, rows)
        (left, right), (bottom, top) = ranges[x], ranges[y]
        classes = self._classes()
        network = self._subject.network
        found = cutting.following(network, node[0], network.model.outputs)
        first = min(found.tensors)
        tensor = found.tensors[first]
        rank, channels = len(tensor.shape), tensor.shape[-1]
        names = classes.get(self._subject.outputs[first], ())
        is_image = rank == 4 and channels in (1, 3)  # noqa: PLR2004
        side = TILES if is_image else PLACES
        means = rows.values.mean(axis=0) if rows else np.zeros(len(ranges))
        grid = np.tile(means, (side * side, 1)).astype("float32")
        across, down = np.meshgrid(_middles(left, right, side), _middles(bottom, top, side)[::-1])
        grid[:, x], grid[:, y] = across.reshape(-1), down.reshape(-1)
        painted = None
        if is_image or (rank == 2 and (names or channels == 1)):  # noqa: PLR2004
            model = keras.Model(found.given, tensor)
            values = Batches(model, network.model, [grid[:1]])([grid])
            path = (self._subject.outputs[first],)
            tiles = _mosaic(values, side) if is_image else values.reshape(side, side, -1)
            painted = picture(path, tiles, end=is_image, pixels=TILES * PIXELS)
        return LatentMap(
            x=x,
            y=y,
            left=left,
            right=right,
            bottom=bottom,
            top=top,
            tiles=side,
            picture=painted,
            points=_points(rows, x, y) if rows else (),
            classes=rows.classes if rows else (),
        )

    def _classes(self) -> dict[str, tuple[str, ...]]:
        """The classes of each output that has a score for each."""
        data = self._subject.data
        if isinstance(data, Problem):
            return {}
        return {
            node: labels_of(column, tensor.shape[-1] if len(tensor.shape) > 1 else 1)
            for node, column, tensor in zip(
                data.outputs, data.columns, self._subject.network.model.outputs, strict=True
            )
        }

    def _size(self, node: NodePath) -> int:
        size: int = self._subject.network.tensors([node])[node].shape[1]
        return size

    def _smallest(self) -> NodePath:
        return min(self.places, key=self._size)

    def _kept(self, key: Hashable, make: Callable[[], Any]) -> Any:
        if key not in self._held:
            while len(self._held) >= HELD:
                self._held.pop(next(iter(self._held)))
            self._held[key] = make()
        return self._held[key]


def _is_vector(tensor: Any) -> bool:
    return bool(
        len(tensor.shape) == 2  # noqa: PLR2004
        and tensor.shape[1]
        and tensor.shape[1] <= MAX_LATENT
        and keras.backend.is_float_dtype(tensor.dtype)
    )


def _range(values: np.ndarray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    margin = (high - low) * MARGIN or 1.0
    return low - margin, high + margin


def _middles(low: float, high: float, count: int) -> np.ndarray:
    return low + (np.arange(count) + 0.5) * (high - low) / count


def _mosaic(images: np.ndarray, side: int) -> np.ndarray:
    """One image of side × side images, each reduced."""
    small = np.stack(
        [np.moveaxis(shrunk(np.moveaxis(each, -1, 0), PIXELS), 0, -1) for each in images]
    )
    _, rows, columns, channels = small.shape
    tiles = small.reshape(side, side, rows, columns, channels).transpose(0, 2, 1, 3, 4)
    return tiles.reshape(side * rows, side * columns, channels)


def _points(rows: Rows, x: int, y: int) -> tuple[tuple[float, float, float], ...]:
    flat = rows.targets.reshape(len(rows.targets), -1).astype("float64")
    values = flat[:, 0] if flat.shape[1] == 1 else np.zeros(len(flat))
    places = rows.values[:, [x, y]].astype("float64")
    return tuple(
        (float(across), float(up), float(value))
        for (across, up), value in zip(places, values, strict=True)
        if np.isfinite([across, up, value]).all()
    )
