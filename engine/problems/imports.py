"""The wording of what is wrong with files that are imported; see engine.problems."""

from collections.abc import Sequence

from engine.problems import Problem


def neither_model_nor_code() -> Problem:
    """Bytes that are no model in any form that is read here."""
    return Problem(
        code="import_unknown_file",
        message="This is neither a model nor code that can be read here.",
        hint="Read are Layerloom's documents, .keras files, the JSON of model.to_json() "
        "and Python source.",
    )


def old_hdf5() -> Problem:
    """An .h5 file: Keras's old format, or weights alone."""
    return Problem(
        code="import_hdf5",
        message="This is an HDF5 file, the format of older versions of Keras.",
        hint="Load it in Keras and save it again with model.save(“model.keras”).",
    )


def bad_archive(why: str, hint: str | None = None) -> Problem:
    """A .keras file that is damaged, or made to do harm."""
    return Problem(
        code="import_bad_archive",
        message=f"This .keras file can't be read: {why}.",
        hint=hint or "Save it again with model.save(“model.keras”) and try once more.",
    )


def other_keras(version: str, known: str) -> Problem:
    """A model that another major version of Keras saved."""
    return Problem(
        code="import_other_keras",
        severity="note",
        message=f"Keras {version[:20]} saved this model; it was read as Keras {known} writes.",
    )


def import_assets(layers: Sequence[str]) -> Problem:
    """What preprocessing layers learned from data and keep in files of their own."""
    return Problem(
        code="import_assets",
        severity="warning",
        message=f"What these layers learned from data was not kept: {', '.join(layers)[:300]}.",
        hint="Give them their vocabulary as a parameter, or let training adapt them again.",
    )


def custom_model(name: str, kind: str) -> Problem:
    """A model of a class of one's own, of which only the graph can be read."""
    return Problem(
        code="import_custom_model",
        severity="warning",
        message=f"“{name[:100]}” is a model of the class {kind[:100]}. Its graph was kept; "
        "what the class does besides, such as a training step of its own, was not.",
    )


def means_something_else(name: str, what: str) -> Problem:
    """Something that Keras 2 and Keras 3 compute differently under one name."""
    return Problem(
        code="import_changed_meaning",
        severity="warning",
        message=f"“{name[:100]}”: {what}.",
    )


def import_training(what: Sequence[str]) -> Problem:
    """Part of what a model was compiled with that the document can't hold."""
    return Problem(
        code="import_training",
        severity="warning",
        message="Of what the model was compiled with this could not be kept: "
        f"{', '.join(what)[:300]}.",
        hint="Choose the optimizer, the losses and the metrics under “Training”.",
    )


def weights_unreadable(why: str) -> Problem:
    """Weights that are damaged, or made to do harm."""
    return Problem(
        code="import_bad_weights",
        message=f"The weights can't be read: {why}.",
        hint="The structure does not depend on them; the model starts with fresh weights.",
    )


def weights_missing(names: Sequence[str]) -> Problem:
    """Layers whose weights are not in the file, or do not fit; they keep their fresh ones."""
    shown = ", ".join(f"“{name[:60]}”" for name in names[:10])
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""  # noqa: PLR2004
    return Problem(
        code="import_weights_missing",
        severity="warning",
        message=f"The file holds no fitting weights for {shown}{more}.",
        hint="These keep the weights that they were initialised with.",
    )


def weights_unwritable(name: str, detail: str) -> Problem:
    """A file of weights that could not be written."""
    return Problem(
        code="import_weights_unwritable",
        message=f"The weights could not be written to {name}.",
        detail=detail,
    )


def import_stand_in(kind: str, instead: str, count: int) -> Problem:
    """Layers that Keras does not export, replaced by others that compute the same."""
    were = "One layer is" if count == 1 else f"{count} layers are"
    return Problem(
        code="import_stand_in",
        severity="note",
        message=f"{were} of the class {kind}, which Keras keeps to itself: "
        f"{instead} compute the same in its place.",
    )
