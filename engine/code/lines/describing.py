"""What a program is for, in one line: what it learns from its data, else its inputs and outputs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.code.lines.flow import Flow, Value
from engine.code.lines.known_shapes import known_shape
from engine.code.syntax.words import prose
from engine.data.bindings import bind
from engine.data.catalogue import DataSets
from engine.document import Document
from engine.graph.kinds import MODEL
from engine.graph.networks import kind_of
from engine.problems import Phrase, Problem, phrase, problem

MANY = 6
"""Names in a list before the rest is counted."""
LONGEST = 40
"""Characters of one name."""
FEW = 2
"""Inputs and outputs of which the shapes are given although they have names."""
UNKNOWN_SHAPE = "(…)"

Names = list[str | Phrase]


def described(title: str | Phrase, flows: Mapping[str, Flow], graph: str) -> Problem:
    """Describe a graph in one line: its title, kind of network, inputs and outputs with shapes."""
    title = _short(title)
    if not flows[graph].outputs:
        return problem("code_describes.no_output", title=title)
    kind, (inputs, outputs) = _kind(flows, graph), _shapes(flows, graph)
    if not outputs:
        return problem("code_describes.inputs", title=title, kind=kind, inputs=inputs)
    return problem("code_describes", title=title, kind=kind, inputs=inputs, outputs=outputs)


def purpose(title: str | Phrase, document: Document, flow: Flow, sets: DataSets) -> Problem | None:
    """What the model learns to predict from which data; None when its data are not chosen."""
    outputs = _ends(flow)
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


def builds(flows: Mapping[str, Flow], graph: str) -> Problem:
    """Describe `build_model`: the kind of network, its inputs and outputs, without its title."""
    kind, (inputs, outputs) = _kind(flows, graph), _shapes(flows, graph)
    if not outputs:
        return problem("code_builds")
    return problem("code_builds.ends", kind=kind, inputs=inputs, outputs=outputs)


def _kind(flows: Mapping[str, Flow], graph: str) -> Phrase:
    """What people call a network with these layers."""
    return kind_of({*_layers(flows, graph)})


def _layers(flows: Mapping[str, Flow], graph: str) -> Iterator[str]:
    """The classes of the layers of a graph, with those in its sub-models and in other layers."""
    for written in flows[graph].written.values():
        owner = written.owner
        yield owner.layer
        for value in owner.params.values():
            if isinstance(value, dict) and isinstance(value.get("class"), str):
                yield str(value["class"])
        if owner.layer == MODEL and (inside := owner.graph or "") in flows:
            yield from _layers(flows, inside)


def _shapes(flows: Mapping[str, Flow], graph: str) -> tuple[Names, Names]:
    """The inputs and outputs by name and shape; no outputs if one has neither.

    Of many that all have names, the shapes are left out.
    """
    flow = flows[graph]
    ends = [[flow.written[key].value for key in flow.inputs], [*dict.fromkeys(flow.outputs)]]
    names = [[_name(flow, key) for key, _ in values] for values in ends]
    if len(names[0]) + len(names[1]) > FEW and all(map(all, names)):
        return _counted(names[0]), _counted(names[1])
    inputs, outputs = (
        [f"{_name(flow, value[0])} {_shape(flows, graph, value)}".strip() for value in values]
        for values in ends
    )
    return _counted(inputs), _counted(outputs) if all(outputs) else []


def _name(flow: Flow, key: str) -> str:
    return flow.display_name(key) if flow.written[key].node.name else ""


def _shape(flows: Mapping[str, Flow], graph: str, value: Value) -> str:
    """The shape of an input or output; empty for an output of which no axis is known."""
    shape = known_shape(flows, graph, value)
    if flows[graph].written[value[0]].is_input:
        return UNKNOWN_SHAPE if shape is None else repr(shape)
    return repr(shape) if shape and any(shape) else ""


def _ends(flow: Flow) -> list[str]:
    """The nodes of outputs."""
    return list(dict.fromkeys(key for key, _ in flow.outputs))


def _short(title: str | Phrase) -> str | Phrase:
    return prose(title, LONGEST) if isinstance(title, str) else title


def _listed(columns: Iterable[str]) -> Names:
    return _counted([prose(name, LONGEST) for name in dict.fromkeys(columns)])


def _counted(names: Sequence[str]) -> Names:
    """Names; of many, the first ones and the number of the others."""
    if len(names) <= MANY:
        return [*names]
    return [*names[: MANY - 1], phrase("{count} more", count=len(names) - MANY + 1)]
