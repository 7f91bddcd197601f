"""What a person did wrong, as a value: the only wording of user errors.

A problem is collected, never raised: one mistake must not hide the next. Each kind of problem
is one function here, so that its words stand in one place and are read together.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, Literal

from pydantic import ValidationError

from engine.document import Frozen

Severity = Literal["error", "warning", "note"]


class Fix(Frozen):
    """A mechanical mend: operations (see engine.operations) that one click applies."""

    label: str
    operations: tuple[dict[str, Any], ...]


class Problem(Frozen):
    """One thing that is wrong, where it is, and how to mend it.

    `node`, `edge`, `port` and `param` narrow the place within `graph` as far as is known;
    `detail` holds a library's own text, kept apart from the words of this project.
    """

    code: str
    message: str
    severity: Severity = "error"
    graph: str = "main"
    node: str | None = None
    edge: str | None = None
    port: str | None = None
    param: str | None = None
    hint: str | None = None
    fix: Fix | None = None
    detail: str | None = None


def nothing_there(path: Sequence[str]) -> Problem:
    """An operation names a place that is not, or no longer, in the document."""
    return Problem(
        code="nothing_there",
        message=f"There is no {' › '.join(path)} in this document.",
        hint="Somebody else may have removed it a moment ago.",
    )


def id_taken(path: Sequence[str], id: str) -> Problem:
    """An operation adds a member whose id is in use."""
    return Problem(
        code="id_taken",
        message=f"The id {id} is already used in {' › '.join(path)}.",
        hint="Give the new one an id of its own.",
    )


def bad_value(path: Sequence[str], error: ValidationError) -> Problem:
    """A value does not fit the place it is meant for."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    inner = " › ".join(str(step) for step in first["loc"])
    place = " › ".join(path) + (f" ({inner})" if inner and inner != path[-1] else "")
    return Problem(
        code="bad_value",
        message=f"The value does not fit {place}: {first['msg'].removeprefix('Value error, ')}.",
    )


def unreadable(why: str) -> Problem:
    """Text that is no strict JSON."""
    return Problem(
        code="unreadable",
        message=f"This is not a document that can be read: {why}.",
        hint="A document is the JSON file that Layerloom downloads under “Document”.",
    )


def not_a_document() -> Problem:
    """JSON that is no object."""
    return Problem(
        code="not_a_document",
        message="A document is a JSON object with “version” and “graphs”; this is something else.",
    )


def unknown_version(version: object, newest: int) -> Problem:
    """A document from the future, or without a version."""
    said = repr(version)[:40] if version is not None else "none"
    return Problem(
        code="unknown_version",
        message=f"The document's version must be a whole number from 1 to {newest}; it is {said}.",
        hint="A newer version of Layerloom may have written it.",
    )


def bad_document(error: ValidationError) -> list[Problem]:
    """Every place in which a document breaks its own rules, at most 50 of them.

    A collection that seems too short only because its members are bad is not reported twice.
    """
    found = error.errors(include_url=False, include_context=False, include_input=False)
    first = [item for item in found if item["type"] != "too_short"] or found
    return [
        Problem(
            code="bad_document",
            message=f"{' › '.join(str(step)[:80] for step in item['loc']) or 'The document'}: "
            f"{item['msg'].removeprefix('Value error, ')}.",
        )
        for item in first[:50]
    ]


# --- data ------------------------------------------------------------------------------------


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


# --- training --------------------------------------------------------------------------------


def backend_missing(backend: str, detail: str) -> Problem:
    """The document asks for a backend that is not installed, or can't be imported."""
    title = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}.get(backend, backend)
    return Problem(
        code="backend_missing",
        param="backend",
        message=f"{title} is not installed on this server, or can't be loaded.",
        hint=f"Choose another backend under “Training”, or install it: pip install {backend}.",
        detail=detail,
    )


def device_missing(device: str, backend: str, there: Sequence[str]) -> Problem:
    """The document asks for a GPU that the backend does not see."""
    return Problem(
        code="device_missing",
        param="device",
        message=f"The device “{device}” is not there for {backend}.",
        hint=f"It can use: {', '.join(there)}. Choose one of them under “Training”.",
    )


def object_refused(kind: str, name: str, detail: str) -> Problem:
    """Keras did not accept the parameters of a loss, metric, optimizer or callback."""
    return Problem(
        code="object_refused",
        param=kind,
        message=f"The {kind} {name} can't be made with these parameters.",
        hint="Open it under “Training” and look at its parameters.",
        detail=detail,
    )


def cannot_build(detail: str) -> Problem:
    """The model could not be built although nobody found a problem beforehand."""
    return Problem(
        code="cannot_build",
        message="The model can't be built from this document.",
        hint="Look at the problems on the canvas first.",
        detail=detail,
    )


def training_failed(detail: str) -> Problem:
    """A library raised while the model was trained."""
    return Problem(
        code="training_failed",
        message="Training broke off, because the model, the data and the loss do not fit together.",
        hint="Compare the shapes of the inputs and outputs with the data's columns, and the loss "
        "with the target.",
        detail=detail,
    )


def diverged(epoch: int, metric: str) -> Problem:
    """The loss left the numbers; `epoch` counts from 1."""
    return Problem(
        code="diverged",
        message=f"Training diverged in epoch {epoch}: {metric} is no longer a finite number.",
        hint="A smaller learning rate is the first thing to try, a tenth of the present one. "
        "Then look at the scale of the data, and whether the loss fits the last activation.",
    )


def over_memory(limit: str, detail: str | None = None) -> Problem:
    """The run needed more memory than it may have; `limit` is in words ("4.0 GB")."""
    return Problem(
        code="over_memory",
        message=f"The run needed more memory than there is for it ({limit}).",
        hint="Try a smaller batch size first, then fewer units or filters, or smaller inputs.",
        detail=detail,
    )


def killed(how: str, detail: str | None = None) -> Problem:
    """The worker process ended without a word; `how` completes "The run's process …"."""
    return Problem(
        code="killed",
        message=f"The run's process {how}.",
        hint="Start the run again. If it happens again, the detail may say more.",
        detail=detail,
    )


def unanswered_stop() -> Problem:
    """A run that was asked to stop and had to be ended by force."""
    return Problem(
        code="unanswered_stop",
        severity="warning",
        message="The run did not answer and was ended, so there is no evaluation and no model.",
        hint="This happens while a backend compiles. Let the first epoch begin before stopping.",
    )


def timed_out(seconds: float) -> Problem:
    """The run took longer than runs may take here."""
    return Problem(
        code="timed_out",
        message=f"The run took longer than the {seconds:g} seconds that a run may take here.",
        hint="Train fewer epochs, or raise LAYERLOOM_RUN_SECONDS on the server.",
    )


def server_closed() -> Problem:
    """The server ended while the run was in progress."""
    return Problem(
        code="server_closed",
        message="The server was shut down while the run was in progress.",
        hint="Start the run again.",
    )


def cannot_write(full: bool, detail: str) -> Problem:
    """The run's results could not be written."""
    return Problem(
        code="disk_full" if full else "cannot_write",
        message="The disk of the server is full, so the run's results could not be saved."
        if full
        else "The run's results could not be saved in its folder.",
        hint="Free some space, for instance by deleting old runs, and train again."
        if full
        else "Somebody who looks after the server must make the folder writable.",
        detail=detail,
    )


def cannot_start(detail: str) -> Problem:
    """No worker process could be started, or it spoke no protocol."""
    return Problem(
        code="cannot_start",
        message="The server could not start a process for this run.",
        hint="Try again in a moment. If it happens again, the detail may say more.",
        detail=detail,
    )


def not_a_stack() -> Problem:
    """Sequential code was asked for, and the graph is no plain stack."""
    return Problem(
        code="not_a_stack",
        severity="note",
        message="This graph is no plain stack of layers, so it is shown as a functional model.",
        hint="A Sequential model has one Input and layers that each take what the last one gives.",
    )


def code_incomplete(count: int) -> Problem:
    """Some layers could not be written as code."""
    layers = "One layer is" if count == 1 else f"{count} layers are"
    return Problem(
        code="code_incomplete",
        severity="warning",
        message=f"{layers} missing from the code; comments in it say why.",
        hint="Mend what the Problems list shows, and the code follows.",
    )


def not_a_keras_model(why: str) -> Problem:
    """A file that was to be imported is not what Keras writes."""
    return Problem(
        code="not_a_keras_model",
        message=f"This is not a functional or Sequential model as Keras saves it: {why}.",
        hint="Save it with model.save(“model.keras”) or model.to_json() and try again.",
    )


def import_unknown_layer(name: str, kind: str, reason: str | None) -> Problem:
    """A layer of an imported model that can't be represented."""
    return Problem(
        code="import_unknown_layer",
        message=f"“{name}” is a {kind[:100]}, which can't be placed"
        + (f": {reason}" if reason else "."),
        hint="Its place in the graph is kept; put layers that do the same in its stead.",
    )


def import_left_out(name: str, what: Sequence[str]) -> Problem:
    """Part of an imported layer that no parameter can hold."""
    return Problem(
        code="import_left_out",
        severity="warning",
        message=f"Of “{name[:100]}” this could not be kept: {', '.join(what)[:300]}.",
    )


def python_syntax(line: int, why: str) -> Problem:
    """Source that is no Python."""
    place = f"Line {line}: " if line else ""
    return Problem(code="python_syntax", message=f"{place}this is not Python: {why}.")


def python_line(line: int, why: str) -> Problem:
    """A line of somebody's source that could not be read; the rest was."""
    return Problem(
        code="python_line",
        severity="warning",
        message=f"Line {line}: {why.rstrip('.')}.",
        hint="The line was left out; everything else was kept.",
    )


def python_no_model() -> Problem:
    """Source in which no model could be found."""
    return Problem(
        code="python_no_model",
        message="There is no Keras model in this source that can be read.",
        hint="It reads keras.Model(inputs, outputs) and keras.Sequential([…]), with constants.",
    )
