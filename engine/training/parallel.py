"""Training on several devices at once: each has all weights and takes a part of every batch.

A process trains one model, so that what is chosen here holds until it ends.
"""

from collections.abc import Callable
from dataclasses import replace

import keras

from engine.data.splitting import even_rows
from engine.machine.backends import BackendId
from engine.machine.devices import Kind, read
from engine.problems import Phrase, phrase, problem
from engine.training.devices import unseen_device
from engine.training.refusal import RefusedError
from engine.training.rows import Data, Rows


def use(backend: BackendId, device: str) -> None:
    """Let the backend train on the devices that are asked for, before it computes anything.

    Raises RefusedError if it does not see them all.
    """
    if missing := unseen_device(backend, device):
        raise RefusedError(missing)
    asked = read(device)
    if asked.count > 1:
        USES[backend](asked.kind, asked.count)


def _jax(kind: Kind, count: int) -> None:
    devices = keras.distribution.list_devices(kind)[:count]
    keras.distribution.set_distribution(keras.distribution.DataParallel(devices=devices))


def _tensorflow(kind: Kind, count: int) -> None:
    from engine.code.scripts.mirroring import mirror

    mirror(kind.upper(), count)


USES: dict[BackendId, Callable[[Kind, int], None]] = {"jax": _jax, "tensorflow": _tensorflow}
"""The backends that train on several devices (Backend.parallel)."""


def evenly(data: Data, device: str) -> tuple[Data, list[Phrase]]:
    """Return the data without the last rows of each part that the devices can't share equally.

    With them, the mean of a batch would weigh some rows more than others. Also returns what to tell
    about it. Raises RefusedError if no training rows remain.
    """
    count = read(device).count
    training = _even(data.training, count)
    if training is None:
        raise RefusedError(problem("part_empty.training"))
    validation, test = _even(data.validation, count), _even(data.test, count)
    kept = replace(data, training=training, validation=validation, test=test)
    before, after = (sum(map(len, _parts(each))) for each in (data, kept))
    if before == after:
        return data, []
    words = phrase(
        "Rows that {devices} devices can't share equally are left out: {count:,} of {rows:,}.",
        devices=count,
        count=before - after,
        rows=before,
    )
    return kept, [words]


def _even(rows: Rows | None, count: int) -> Rows | None:
    if rows is None:
        return None
    index = even_rows(rows.index, count)
    return replace(rows, index=index) if len(index) else None


def _parts(data: Data) -> list[Rows]:
    return [rows for rows in (data.training, data.validation, data.test) if rows]
