"""The lines of a script that trains on several devices; the worker does the same.

(engine.training.parallel)
"""

from collections.abc import Sequence

from engine.code.scripts.copied import mirroring, splitter
from engine.code.syntax.tree import (
    Assign,
    Call,
    Copied,
    Do,
    Expression,
    Literal,
    Path,
    Statement,
    Variable,
)
from engine.machine.backends import BackendId
from engine.machine.devices import Devices

DISTRIBUTE = "keras.distribution.set_distribution"
BY_DATA = "keras.distribution.DataParallel"


def functions(devices: Devices, backend: BackendId) -> list[Copied]:
    """The functions that the lines below call."""
    if devices.count == 1:
        return []
    return [splitter("even_rows"), *([mirroring()] if backend == "tensorflow" else [])]


def using(devices: Devices, backend: BackendId) -> list[Statement]:
    """Train on several devices: before anything is computed."""
    if devices.count == 1:
        return []
    if backend == "tensorflow":
        arguments = (Literal(devices.kind.upper()), Literal(devices.count))
        return [Do(Call(Variable("mirror"), arguments))]
    return [Do(Call(Path(DISTRIBUTE), (Call(Path(BY_DATA)),)))]


def sharing(devices: Devices, parts: Sequence[str], count: Expression) -> list[Statement]:
    """Leave out the rows of each part that the devices can't share equally.

    `count` is how many rows there are, if they are not divided into parts.
    """
    if devices.count == 1:
        return []
    return [Assign((part,), _even(Variable(part), devices)) for part in parts] or [
        Assign(("training",), _even(Call(Path("numpy.arange"), (count,)), devices))
    ]


def _even(rows: Expression, devices: Devices) -> Call:
    return Call(Variable("even_rows"), (rows, Literal(devices.count)))
