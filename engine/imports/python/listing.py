"""The models of a source, as a list from which one is chosen."""

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


def listed(state: Interpreter, taken: Model) -> tuple[tuple[SourceModel, ...], int]:
    """The models that can be chosen, and the index of `taken`.

    A model that another one calls comes with it, and is listed only if the source trains it, or if
    it is the one that is taken. Of equal models, which a loop creates, one is listed.
    """
    index = state.models.index(taken)
    choices: dict[object, SourceModel] = {}
    for number, model in enumerate(state.models):
        if number >= MAX_LISTED and model is not taken:
            continue
        item, content = _describe(state, model, number)
        if item.index != index and not _is_choice(state, item):
            continue
        key = (item.line, content) if content else number
        if key not in choices or choices[key].index != index:
            choices[key] = item
    return tuple(sorted(choices.values(), key=lambda item: item.index)), index


def _is_choice(state: Interpreter, item: SourceModel) -> bool:
    return item.trained or state.models[item.index].as_layer is None


def _describe(state: Interpreter, model: Model, index: int) -> tuple[SourceModel, str]:
    """A model of the list, and text that is the same for equal models."""
    graphs, readable = _graphs(state, model)
    item = SourceModel(
        index=index,
        name=(name_of(state, model))[:200],
        line=model.line,
        layers=sum(len(graph.nodes) for graph in graphs) if graphs else None,
        trained=bool(model.fitted),
        readable=readable,
    )
    return item, "".join(repr((node.layer, node.params)) for g in graphs for node in g.nodes)


def _graphs(state: Interpreter, model: Model) -> tuple[list[Graph], bool]:
    """A model's graphs, and whether it can be read now or with answers."""
    try:
        if model.instance is not None:
            build_subclassed(state, model)
        assembler = Assembler(state)
        assembler.build(model, MAIN, 0)
    except RecursionError:
        return [], False
    except ReadError as error:
        return [], error.question in state.expressions
    if all(hole.question in state.expressions for hole in assembler.holes):
        return assembler.graphs, True
    return [], False
