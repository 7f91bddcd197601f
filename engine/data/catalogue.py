"""Which data sets there are, described without loading them; a data set is one entry of `DATA`."""

from typing import Literal

from engine.document import Frozen


class Column(Frozen):
    """One named array of a data set; `shape` is that of one row, without the batch axis.

    `classes` names the values 0, 1, … of a class column. `role` says where the column goes
    when the document binds nothing.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    role: Literal["input", "target", "other"] = "other"
    classes: tuple[str, ...] = ()
    help: str = ""


class DataSet(Frozen):
    """A data set. `download` is true when its first use needs the network."""

    id: str
    title: str
    summary: str
    task: Literal["classification", "regression", "reconstruction"]
    rows: int
    columns: tuple[Column, ...]
    source: str
    download: bool = False

    def column(self, name: str) -> Column | None:
        """Return the column of this name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)
