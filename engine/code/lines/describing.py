"""What a program is for, in one line: what it learns from its data, else its inputs and outputs."""

from collections.abc import Iterable

from engine.code.lines.flow import Flow
from engine.code.syntax.words import prose
from engine.data.bindings import bind
from engine.data.catalogue import DataSets
from engine.document import Document
from engine.graph.kinds import INPUT
from engine.problems import Phrase, Problem, phrase, problem

MANY = 6
"""Names in a list before the rest is counted."""
LONGEST = 40
"""Characters of one name."""

Names = list[str | Phrase]


def described(title: str | Phrase, flow: Flow) -> Problem:
    """Describe a model in one line: its title, inputs, outputs and size."""
    title = _short(title)
    if not flow.outputs:
        return problem("code_describes.no_output", title=title)
    inputs, outputs, count = _ends(flow)
    if _all_named(flow, (*inputs, *outputs)):
        first, last = _names(flow, inputs), _names(flow, outputs)
        return problem("code_describes.names", title=title, inputs=first, outputs=last, count=count)
    return problem(
        "code_describes", title=title, inputs=len(inputs), outputs=len(outputs), count=count
    )


def purpose(title: str | Phrase, document: Document, flow: Flow, sets: DataSets) -> Problem | None:
    """What the model learns to predict from which data; None when its data are not chosen."""
    outputs = _ends(flow)[1]
    data = sets.find(document.training.data)
    inputs, targets, _ = bind(document, flow.inputs, outputs, sets)
    complete = len(inputs) == len(flow.inputs) and len(targets) == len(outputs)
    if data is None or not complete or not inputs or not targets:
        return None
    title, source = _short(title), _short(data.title)
    first = _listed(name for key in flow.inputs for name in inputs[key])
    if set(targets.values()) <= set(inputs.values()):
        return problem("code_learns.again", title=title, data=source, inputs=first)
    last = _listed(name for key in outputs for name in targets[key])
    return problem("code_learns", title=title, data=source, inputs=first, targets=last)


def builds(flow: Flow) -> Problem:
    """Describe `build_model`: the inputs, outputs and size of the model, without its title."""
    if not flow.outputs:
        return problem("code_builds")
    inputs, outputs, count = _ends(flow)
    if _all_named(flow, (*inputs, *outputs)):
        first, last = _names(flow, inputs), _names(flow, outputs)
        return problem("code_builds.names", inputs=first, outputs=last, count=count)
    return problem("code_builds.ends", inputs=len(inputs), outputs=len(outputs), count=count)


def _ends(flow: Flow) -> tuple[list[str], list[str], int]:
    """The nodes of inputs and outputs, and the number of layers."""
    owners = {written.owner.id for written in flow.written.values() if written.owner.layer != INPUT}
    return flow.inputs, list(dict.fromkeys(key for key, _ in flow.outputs)), len(owners)


def _all_named(flow: Flow, keys: Iterable[str]) -> bool:
    return all(flow.written[key].node.name for key in keys)


def _short(title: str | Phrase) -> str | Phrase:
    return prose(title, LONGEST) if isinstance(title, str) else title


def _names(flow: Flow, keys: list[str]) -> Names:
    return _counted([flow.display_name(key) for key in keys])


def _listed(columns: Iterable[str]) -> Names:
    return _counted([prose(name, LONGEST) for name in dict.fromkeys(columns)])


def _counted(names: list[str]) -> Names:
    """Names; of many, the first ones and the number of the others."""
    if len(names) <= MANY:
        return [*names]
    return [*names[: MANY - 1], phrase("{count} more", count=len(names) - MANY + 1)]
