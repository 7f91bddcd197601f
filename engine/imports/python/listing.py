"""The models of a source, as a list from which one is chosen."""

from engine.document import MAIN
from engine.imports.asking import SourceModel
from engine.imports.python.assemble import Assembler
from engine.imports.python.interpreter import Interpreter
from engine.imports.python.subclassed import build_subclassed
from engine.imports.python.values import Model, ReadError

MAX_LISTED = 30


def listed(state: Interpreter, taken: Model) -> tuple[tuple[SourceModel, ...], int]:
    """The models that can be chosen, and the index of `taken`.

    A model that another one calls comes with it, and is listed only if the source trains it, or if
    it is the one that is taken.
    """
    index = state.models.index(taken)
    described = [
        _describe(state, model, number)
        for number, model in enumerate(state.models)
        if number < MAX_LISTED or model is taken
    ]
    choices = (item for item in described if item.index == index or _is_choice(state, item))
    return tuple(choices), index


def _is_choice(state: Interpreter, item: SourceModel) -> bool:
    return item.trained or state.models[item.index].as_layer is None


def _describe(state: Interpreter, model: Model, index: int) -> SourceModel:
    layers, readable = _count_layers(state, model)
    return SourceModel(
        index=index,
        name=(model.name or _variable(state, model))[:200],
        line=model.line,
        layers=layers,
        trained=bool(model.fitted),
        readable=readable,
    )


def _count_layers(state: Interpreter, model: Model) -> tuple[int | None, bool]:
    """The number of nodes of a model's graphs, and whether it can be read now or with answers."""
    try:
        if model.instance is not None:
            build_subclassed(state, model)
        assembler = Assembler(state)
        assembler.build(model, MAIN, 0)
    except RecursionError:
        return None, False
    except ReadError as error:
        return None, error.question in state.expressions
    if all(hole.question in state.expressions for hole in assembler.holes):
        return sum(len(graph.nodes) for graph in assembler.graphs), True
    return None, False


def _variable(state: Interpreter, model: Model) -> str:
    """The name of the module's variable that has the model, else of the first that had it."""
    for name, value in state.module.names.items():
        if value is model or (model.instance is not None and value is model.instance):
            return name
    return model.variable
