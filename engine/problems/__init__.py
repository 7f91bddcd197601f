"""What a person did wrong, as a value: the only wording of user errors.

A problem is collected, never raised: one mistake must not hide the next. Each kind of problem
is one function here, so that its words stand in one place and are read together.
"""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import ValidationError

from engine.values import Frozen

Severity = Literal["error", "warning", "note"]


class Fix(Frozen):
    """A mechanical mend: operations (see engine.document.operations) that one click applies."""

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
        message=f"The document's version can't be read: it is {said}, and {newest} is the newest.",
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


def cannot_build(detail: str) -> Problem:
    """The model could not be built although nobody found a problem beforehand."""
    return Problem(
        code="cannot_build",
        message="The model can't be built from this document.",
        hint="Look at the problems on the canvas first.",
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


def tf_keras_is_tensorflow(backend: str) -> Problem:
    """Code in the style of tf.keras was asked for, and another backend is chosen."""
    return Problem(
        code="tf_keras_is_tensorflow",
        severity="note",
        message=f"tf.keras runs on TensorFlow; the chosen backend, {backend}, is not in this code.",
        hint="Choose keras as import style, and the code sets the backend before it imports.",
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
