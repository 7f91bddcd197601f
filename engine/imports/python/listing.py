"""The models of a source, as a list from which one is chosen."""

from collections import Counter
from dataclasses import dataclass

from engine.document import MAIN, Graph
from engine.imports.asking import SourceModel
from engine.imports.python.assemble import Assembler, name_of
from engine.imports.python.interpreter import Interpreter
from engine.imports.python.subclassed import build_subclassed
from engine.imports.python.unknown import ReadError
from engine.imports.python.values import (
    Model,
)

MAX_LISTED = 30


@dataclass(frozen=True)
class _Described:
    """A model of the list, text that is the same for equal models, and the models in it by id()."""

    item: SourceModel
    content: str
    parts: frozenset[int]


def listed(
    state: Interpreter, taken: Model, read: Assembler | None = None
) -> tuple[tuple[SourceModel, ...], int]:
    """The models that can be chosen, and the index of `taken`, which `read` has read.

    Of equal models, which a loop creates, one is listed. A model in another one that can be read
    comes with it; it is listed as well, unless its line creates several of these: a block.
    """
    index = state.models.index(taken)
    described = [
        _describe(state, model, number, read if model is taken else None)
        for number, model in enumerate(state.models)
        if number < MAX_LISTED or model is taken
    ]
    inside = frozenset().union(*(one.parts for one in described))
    lines = Counter(one.item.line for one in described)
    choices: dict[object, SourceModel] = {}
    for one in described:
        number = one.item.index
        is_block = id(state.models[number]) in inside and lines[one.item.line] > 1
        if number != index and not one.item.trained and is_block:
            continue
        key = (one.item.line, one.content) if one.content else number
        if key not in choices or choices[key].index != index:
            choices[key] = one.item
    return tuple(sorted(choices.values(), key=lambda item: item.index)), index


def _describe(state: Interpreter, model: Model, index: int, read: Assembler | None) -> _Described:
    if read is None or read.plan.parts:  # which has divided the calls of the model
        graphs, readable, parts = _graphs(state, model)
    else:
        graphs, readable, parts = read.graphs, True, read.parts
    item = SourceModel(
        index=index,
        name=(name_of(state, model))[:200],
        line=model.line,
        layers=sum(len(graph.nodes) for graph in graphs) if graphs else None,
        trained=bool(model.fitted),
        readable=readable,
    )
    content = "".join(repr((node.layer, node.params)) for g in graphs for node in g.nodes)
    return _Described(item, content, parts)


def _graphs(state: Interpreter, model: Model) -> tuple[list[Graph], bool, frozenset[int]]:
    """A model's graphs, whether it can be read now or with answers, and then the models in it."""
    assembler = Assembler(state)
    try:
        if model.instance is not None:
            build_subclassed(state, model)
        assembler.build(model, MAIN, 0)
    except RecursionError:
        return [], False, frozenset()
    except ReadError as error:
        readable = error.question in state.expressions
        return [], readable, assembler.parts if readable else frozenset()
    if all(hole.question in state.expressions for hole in assembler.holes):
        return assembler.graphs, True, assembler.parts
    return [], False, frozenset()
