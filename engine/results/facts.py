"""What the results of an output have in common."""

from typing import Any, NamedTuple


class Facts(NamedTuple):
    """The output's node, its column, how many rows were evaluated, and of how many the predictions
    are kept."""

    node: str
    column: str
    rows: int
    kept: int

    def common(self, invalid: int) -> dict[str, Any]:
        """Return the fields of `Output`."""
        return {**self._asdict(), "invalid": invalid}
