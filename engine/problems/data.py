"""Words for data sets that are missing, and for columns that do not find their place."""

from collections.abc import Sequence
from difflib import get_close_matches

from engine.problems import Problem


def _meant(name: str, known: Sequence[str]) -> str:
    """A hint: what was probably meant, else all that there is."""
    close = get_close_matches(name, known, n=1)
    return f"Did you mean “{close[0]}”?" if close else f"There are: {', '.join(known)}."


def no_data() -> Problem:
    """Nothing to learn from has been chosen; not wrong until somebody wants to train."""
    return Problem(
        code="no_data",
        severity="note",
        message="No data set has been chosen, so the model can't be trained yet.",
        hint="Choose one under “Training”.",
    )


def unknown_data(name: str, known: Sequence[str]) -> Problem:
    """The document names a data set that does not exist here."""
    return Problem(
        code="unknown_data",
        param="data",
        message=f"There is no data set “{name[:80]}”.",
        hint=_meant(name, known),
    )


def unknown_column(node: str, column: str, data: str, known: Sequence[str]) -> Problem:
    """A binding names a column that the data set does not have."""
    return Problem(
        code="unknown_column",
        node=node,
        message=f"The data set “{data}” has no column “{column[:80]}”.",
        hint=_meant(column, known),
    )


def stray_binding(node: str, column: str) -> Problem:
    """A binding names a node that is neither an input nor an output of the model."""
    return Problem(
        code="stray_binding",
        severity="warning",
        node=node,
        message=f"The column “{column}” is meant for the node “{node}”, which is neither an "
        "input nor an output of the model.",
        hint="Choose the columns again under “Training”.",
    )


def no_column_for_input(node: str, data: str) -> Problem:
    """An Input node that no column of the data feeds."""
    return Problem(
        code="no_column_for_input",
        node=node,
        message=f"No column of the data set “{data}” is left for this input.",
        hint="Choose a column for it under “Training”, or name the node like the column.",
    )


def no_target_for_output(node: str, data: str) -> Problem:
    """An output that has nothing to be compared with."""
    return Problem(
        code="no_target_for_output",
        node=node,
        message=f"No column of the data set “{data}” is left as the target of this output.",
        hint="Choose a column for it under “Training”, or name the node like the column.",
    )


def needs_network(title: str, detail: str) -> Problem:
    """A data set that has to be downloaded, and could not be."""
    return Problem(
        code="needs_network",
        param="data",
        message=f"“{title}” is downloaded on first use, and the download failed.",
        hint="Connect the server to the internet and try again, or choose a data set that needs "
        "no download, such as Digits.",
        detail=detail,
    )


def file_unreadable(title: str, detail: str) -> Problem:
    """A data set whose file is missing, damaged, or not the one that was described."""
    return Problem(
        code="file_unreadable",
        param="data",
        message=f"The file of “{title}” could not be read.",
        hint="Choose another data set under “Training”, or provide the file again.",
        detail=detail,
    )


def data_unreadable(title: str, detail: str) -> Problem:
    """A data set whose files are there, but damaged."""
    return Problem(
        code="data_unreadable",
        param="data",
        message=f"The files of “{title}” could not be read.",
        hint="Delete Keras's folder of data sets (~/.keras/datasets), so that they are "
        "downloaded again.",
        detail=detail,
    )
