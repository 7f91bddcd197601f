"""The functions of generated scripts that prepare rows, read as steps of the training settings."""

from typing import Any

from engine.imports.python.state import State
from engine.imports.python.values import Array

_STEPS = {
    "leave_out_repeats": ("data", "names"),
    "leave_out_missing": ("data", "columns", "missing"),
    "leave_out_outside": ("data", "column", "minimum", "maximum"),
    "fill_missing": ("data", "column", "value", "missing"),
    "fill_missing_by": ("data", "column", "by", "rows", "missing"),
}
"""The arguments of each function; those that a step has as well are called as in the step."""


def call(state: State, name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """The rows after a step, which is added to the settings; None for another function."""
    if name not in _STEPS:
        return None
    arguments = dict(zip(_STEPS[name], args, strict=False)) | kwargs
    data = arguments.pop("data", None)
    if not isinstance(data, dict):
        return None
    steps = state.settings.get("preparation", ())
    state.journal.put(state.settings, "preparation", (*steps, _step(state, name, data, arguments)))
    return data


def _step(
    state: State, name: str, data: dict[str, Any], arguments: dict[str, Any]
) -> dict[str, Any]:
    if name in ("leave_out_repeats", "leave_out_missing", "leave_out_outside"):
        kept = {key: value for key, value in arguments.items() if key not in ("names", "missing")}
        return {"type": name, **kept}
    column, value = arguments.get("column"), arguments.get("value")
    fill = {"type": "fill", "columns": [column]}
    if name == "fill_missing_by":
        return {**fill, "by": arguments.get("by")}
    classes = _classes(state, data.get(str(column)))
    if isinstance(value, int) and value in range(len(classes)):
        value = classes[value]
    return {**fill, "by": "constant", "value": value}


def _classes(state: State, array: Any) -> tuple[str, ...]:
    """The classes of a column of a data set, by their numbers."""
    known = state.data.find(array.data) if isinstance(array, Array) else None
    column = known.column(array.column or "") if known else None
    return column.classes if column else ()
