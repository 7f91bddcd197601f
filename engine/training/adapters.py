"""Gives the rows of a run to Keras: from arrays, or in batches that are read as they are needed.

Everything that a model is fitted to or evaluated on passes through `adapter`. Keras accepts an
adapter of its own in place of arrays. The one for batches draws the order of the rows with Keras's
own code, so that rows come in the same order whether they are held or read.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import keras
import numpy as np
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter
from keras.src.trainers.data_adapters.data_adapter_utils import class_weight_to_sample_weights

from engine.training.racing import Order
from engine.training.rows import Rows

READERS = 2
"""Batches that TensorFlow reads at the same time."""


def adapter(  # noqa: PLR0913
    rows: Rows,
    batch_size: int,
    *,
    shuffle: bool = False,
    class_weight: Mapping[int, float] | None = None,
    sample_weight: Sequence[np.ndarray] | None = None,
    order: Order | None = None,
) -> ArrayDataAdapter:
    """Return what `fit` and `evaluate` take as `x`; the weights are those that `fit` takes.

    With an `order`, the rows come in it.
    """
    if rows.held is None or order:
        return BatchAdapter(rows, batch_size, shuffle, class_weight, sample_weight, order)
    inputs, targets = rows.held
    return ArrayDataAdapter(
        bare(inputs),
        bare(targets),
        batch_size=batch_size,
        shuffle=shuffle,
        class_weight=class_weight,
        sample_weight=None if sample_weight is None else bare(sample_weight),
    )


class Rest(ArrayDataAdapter):  # type: ignore[misc]
    """The batches of another adapter, without those of the first epoch that were taken before.

    `skipping` says how many those are, at the time when an epoch begins; `skipped` is called on
    PyTorch when they have been skipped: there, rows and layers draw from the same generator.
    """

    def __init__(
        self, whole: ArrayDataAdapter, skipping: Callable[[], int], skipped: Callable[[], None]
    ) -> None:
        self.__dict__.update(vars(whole))
        self._whole, self._skipping, self._skipped = whole, skipping, skipped

    def get_numpy_iterator(self) -> Iterator[Any]:
        """Yield batches as NumPy arrays."""
        return islice(self._whole.get_numpy_iterator(), self._skipping(), None)

    def get_jax_iterator(self) -> Iterator[Any]:
        """Yield batches as JAX takes them."""
        return islice(self._whole.get_jax_iterator(), self._skipping(), None)

    def get_torch_dataloader(self) -> "_Again":
        """Return the batches as tensors of PyTorch."""
        return _Again(lambda: self._rest(iter(self._whole.get_torch_dataloader())))

    def begin_anew(self) -> None:
        """Begin to read on PyTorch, as Keras does at the end of an epoch that was not cut."""
        if keras.backend.backend() == "torch":
            iter(self._whole.get_torch_dataloader())

    def _rest(self, batches: Iterator[Any]) -> Iterator[Any]:
        if count := self._skipping():
            for _ in islice(batches, count):
                pass
            self._skipped()
        yield from batches

    def get_tf_dataset(self) -> Any:
        """Return a tf.data.Dataset that skips batches whenever it is read from the beginning."""
        import tensorflow as tf

        def skipped() -> np.ndarray:
            return np.asarray(self._skipping(), "int64")

        whole = self._whole.get_tf_dataset()
        return tf.data.Dataset.range(1).flat_map(
            lambda _: whole.skip(tf.numpy_function(skipped, [], tf.int64))
        )


class _Again:
    """An iterable that begins anew each time.

    A loader of PyTorch draws a random number when it begins. Keras also begins to read rows that
    it does not use, so that number must be drawn then, and not with the first batch.
    """

    def __init__(self, begin: Callable[[], Iterator[Any]]) -> None:
        self._begin = begin

    def __iter__(self) -> Iterator[Any]:
        return self._begin()


def bare(arrays: Sequence[Any]) -> Any:
    """Return the only array, or a list of several, as Keras takes them."""
    return arrays[0] if len(arrays) == 1 else list(arrays)


class BatchAdapter(ArrayDataAdapter):  # type: ignore[misc]
    """Reads rows batch by batch. For Keras's class, its only array is the rows' positions."""

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        rows: Rows,
        batch_size: int,
        shuffle: bool,
        class_weight: Mapping[int, float] | None,
        sample_weight: Sequence[np.ndarray] | None,
        order: Order | None = None,
    ) -> None:
        shuffle = shuffle and order is None
        super().__init__(np.arange(len(rows)), batch_size=batch_size, shuffle=shuffle)
        self._order = order
        self._rows, self._class_weight, self._sample_weight = rows, class_weight, sample_weight

    def get_numpy_iterator(self) -> Iterator[tuple[Any, ...]]:
        """Yield batches as NumPy arrays."""
        for positions in super().get_numpy_iterator():
            yield self._batch(self._read(positions))

    def get_jax_iterator(self) -> Iterator[tuple[Any, ...]]:
        """Yield batches as JAX takes them: NumPy arrays, which it moves to the device."""
        return self.get_numpy_iterator()

    def get_torch_dataloader(self) -> "_Again":
        """Return the batches as tensors of PyTorch."""
        loader = super().get_torch_dataloader()
        return _Again(lambda: self._as_tensors(iter(loader)))

    def _as_tensors(self, batches: Iterator[Any]) -> Iterator[tuple[Any, ...]]:
        for positions in batches:
            batch = self._read(keras.ops.convert_to_numpy(positions))
            yield self._batch([keras.ops.convert_to_tensor(array) for array in batch])

    def get_tf_dataset(self) -> Any:
        """Return a tf.data.Dataset that reads batches ahead."""
        import tensorflow as tf

        sample = self._read(np.zeros(1, "int64"))
        dtypes = [tf.string if array.dtype == object else array.dtype for array in sample]

        def read(positions: Any) -> tuple[Any, ...]:
            tensors = tf.numpy_function(self._read, [positions], dtypes, stateful=False)
            for tensor, array in zip(tensors, sample, strict=True):
                tensor.set_shape((*positions.shape, *array.shape[1:]))
            return self._batch(tensors)

        dataset = super().get_tf_dataset()
        return dataset.map(read, num_parallel_calls=READERS).prefetch(tf.data.AUTOTUNE)

    def _read(self, positions: np.ndarray) -> list[np.ndarray]:
        """The inputs, the targets and the weights of a batch, one after the other."""
        if self._order:
            positions = self._order(positions)
        inputs, targets = self._rows.read(positions)
        weights = [weight[positions] for weight in self._sample_weight or ()]
        if self._class_weight is not None:
            weights = [class_weight_to_sample_weights(targets[0], self._class_weight)]
        return [_standard(array) for array in (*inputs, *targets, *weights)]

    def _batch(self, arrays: Sequence[Any]) -> tuple[Any, ...]:
        """Group the arrays of a batch as Keras takes them."""
        inputs, targets = len(self._rows.inputs), len(self._rows.targets)
        groups = arrays[:inputs], arrays[inputs : inputs + targets], arrays[inputs + targets :]
        return tuple(
            group[0] if len(group) == 1 else tuple(group) for group in groups if len(group)
        )


def _standard(array: np.ndarray) -> np.ndarray:
    """Cast floats to Keras's default type, as Keras casts arrays."""
    floats = array.dtype.kind == "f" and array.dtype != keras.config.floatx()
    return array.astype(keras.config.floatx()) if floats else array
