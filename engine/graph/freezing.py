"""What a node says of Keras's own state: frozen layers, and `training` at a call."""

from collections.abc import Iterator

from engine.catalogue import load, traits_of
from engine.document import Node
from engine.graph.fixes import set_at
from engine.graph.kinds import INPUT, MODEL, is_op
from engine.problems import At, Problem, make_fix, phrase, problem


def can_freeze(owner: Node) -> bool:
    """Whether Keras makes a layer or a model of this node, which may have weights."""
    return owner.layer != INPUT and not is_op(owner)


def is_frozen(owner: Node) -> bool:
    """Whether a layer owner is frozen; what can't be frozen never is."""
    return owner.frozen and can_freeze(owner)


def freezes_inside(owner: Node) -> bool:
    """Whether this is a frozen layer or model with layers inside.

    Only an assignment to `trainable` freezes those; the constructor's argument does not.
    """
    return is_frozen(owner) and (owner.layer == MODEL or traits_of(owner.layer).has_layers)


def takes_training(owner: Node) -> bool:
    """Whether a call of this layer takes `training`, and may compute something else with it.

    An unknown layer, which has a problem of its own, counts as one.
    """
    entry = load().layer(owner.layer)
    return entry is None or entry.takes_training


def training_at(node: Node, owner: Node) -> bool | None:
    """Return the `training` of a call; None when it has none, or its layer does not take it."""
    return node.training if node.training is not None and takes_training(owner) else None


def state_problems(
    graph: str, node: Node, owner: Node, names: tuple[str, str]
) -> Iterator[Problem]:
    """Yield problems for settings without effect; `names` are those of the node and its owner."""
    if node.frozen and owner is not node:
        yield _frozen_share(graph, node, owner, names)
    elif node.frozen and not can_freeze(node):
        path = ("graphs", graph, "nodes", node.id, "frozen")
        fix = set_at(path, False, phrase("Unfreeze it"))
        yield problem("nothing_to_freeze", At(graph=graph, node=node.id), name=names[0], fix=fix)
    if node.training is not None and not takes_training(owner):
        path = ("graphs", graph, "nodes", node.id, "training")
        yield problem(
            "no_training_argument",
            At(graph=graph, node=node.id),
            name=names[0],
            layer=owner.layer,
            fix=set_at(path, None, phrase("Leave it to Keras")),
        )


def _frozen_share(graph: str, node: Node, owner: Node, names: tuple[str, str]) -> Problem:
    """A node that is frozen, though it calls the layer of another, which decides that."""
    nodes = ["graphs", graph, "nodes"]
    label = phrase("Freeze “{name}”", name=names[1])
    return problem(
        "frozen_share",
        At(graph=graph, node=node.id),
        name=names[0],
        owner=names[1],
        fix=make_fix(
            label,
            {"type": "set", "path": [*nodes, node.id, "frozen"], "value": False},
            {"type": "set", "path": [*nodes, owner.id, "frozen"], "value": True},
        ),
    )
