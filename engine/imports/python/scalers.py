"""Scalers of scikit-learn, which change the values of rows and keep their shape."""

from dataclasses import dataclass, replace
from typing import Any

from engine.imports.python.state import State
from engine.imports.python.unknown import Opaque, Unknown
from engine.imports.python.values import Array
from engine.problems import phrase

_NAMES = ("StandardScaler", "MinMaxScaler", "RobustScaler", "MaxAbsScaler")
_TRANSFORMS = ("fit_transform", "transform", "inverse_transform")


@dataclass(frozen=True, eq=False)
class Scaler(Opaque):
    """A scaler; a plain StandardScaler centres each column and divides it by its deviation."""

    line: int
    is_standard: bool

    @property
    def unknown(self) -> Unknown:
        """The unknown value that everything else computes from it."""
        return Unknown(self.line, phrase("its value comes from data"), "?")


def call(
    state: State, dotted: str, args: list[Any], kwargs: dict[str, Any], line: int
) -> Scaler | None:
    """Create a scaler; None for another class."""
    module, _, name = dotted.rpartition(".")
    if not module.startswith("sklearn.preprocessing") or name not in _NAMES:
        return None
    return Scaler(line, is_standard=name == "StandardScaler" and not args and not kwargs)


def method(scaler: Scaler, name: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`scaler.fit(rows)`, `scaler.fit_transform(rows)`, `scaler.transform(rows)`."""
    if name == "fit":
        return scaler
    rows = args[0] if args else kwargs.get("X")
    if name not in _TRANSFORMS or not isinstance(rows, Array):
        return scaler.unknown
    is_standard = scaler.is_standard and name != "inverse_transform" and rows.scale is not None
    return replace(rows, scale=None, standard="standardized" if is_standard else "")
