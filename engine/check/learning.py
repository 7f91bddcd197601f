"""Problems with what a model learns: no weights to train, and `training` that Keras replaces."""

from collections.abc import Iterator, Mapping

from engine.check.verdict import Totals
from engine.check.visit import GraphCheck
from engine.document import MAIN, Document, Node
from engine.graph.fixes import set_at
from engine.graph.freezing import is_frozen, training_at
from engine.graph.kinds import MODEL
from engine.problems import At, Fix, Problem, phrase, problem

NORMALIZATION = "BatchNormalization"
"""The layer that runs in inference mode while it is frozen."""


def learning_problems(
    document: Document, graphs: Mapping[str, GraphCheck], totals: Totals
) -> Iterator[Problem]:
    """Yield what keeps a model from learning, and calls whose `training` Keras replaces."""
    if issue := _nothing_to_learn(document, graphs[MAIN], totals):
        yield issue
    for graph, check in graphs.items():
        for node in check.structure.index.graph.nodes:
            if node.training is not None:
                yield from _replaced(graph, check, node)


def _nothing_to_learn(document: Document, main: GraphCheck, totals: Totals) -> Problem | None:
    """All weights of a model that is to be trained are frozen."""
    known = totals.checked == totals.nodes
    if not document.training.data or not known or totals.trainable or not totals.non_trainable:
        return None
    if not any(is_frozen(node) for graph in document.graphs for node in graph.nodes):
        return None
    return problem("nothing_to_learn", fix=_unfreeze_last(main))


def _unfreeze_last(main: GraphCheck) -> Fix | None:
    """Unfreeze the last layer with weights: the head, which is what one trains mostly."""
    index = main.structure.index
    frozen = [
        key
        for key in index.order
        if is_frozen(index.nodes[key]) and main.verdicts[key].non_trainable
    ]
    if not frozen:
        return None
    label = phrase("Unfreeze “{name}”", name=main.structure.names[frozen[-1]])
    return set_at(("graphs", MAIN, "nodes", frozen[-1], "frozen"), False, label)


def _replaced(graph: str, check: GraphCheck, node: Node) -> Iterator[Problem]:
    """A call with `training`, which Keras replaces when it runs the model.

    `Functional` passes its own `training` to every layer (keras/src/models/functional.py,
    `operation_fn`), so fit, evaluate and predict decide, whatever the call says.
    """
    owner = check.structure.index.owners[node.id]
    if owner is None or training_at(node, owner) is None:
        return
    normalizes = owner.layer in (NORMALIZATION, MODEL) and node.training is False
    if normalizes and is_frozen(owner):
        return
    name = check.structure.names[owner.id]
    path = ("graphs", graph, "nodes", owner.id, "frozen")
    yield problem(
        "training_replaced.normalizes" if normalizes else "training_replaced",
        At(graph=graph, node=node.id),
        name=check.structure.names[node.id],
        training=str(node.training),
        fix=set_at(path, True, phrase("Freeze “{name}”", name=name)) if normalizes else None,
    )
