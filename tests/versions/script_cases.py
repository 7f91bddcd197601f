"""Documents whose code is run on versions of Keras: the templates, and some with class weights."""

from dataclasses import dataclass

from engine import templates
from engine.document import MAIN, ClassWeights, Document, OutputTraining
from engine.graph.index import endpoints
from engine.graph.ports import Outline

WEIGHTS: dict[str, tuple[str, ClassWeights]] = {
    "iris-own-weights": ("iris", (1.0, 2.0, 0.5)),
    "digits-balanced": ("digits_dense", "balanced"),
    "two-outputs-balanced": ("digits_two_outputs", "balanced"),
}


@dataclass(frozen=True)
class ScriptCase:
    """A document with a name."""

    id: str
    document: Document


def cases() -> list[ScriptCase]:
    """All templates; then, by `WEIGHTS`, templates whose first output weighs its classes."""
    documents = {template.id: template.document for template in templates.load()}
    weighted = (
        ScriptCase(id, _weighted(documents[template], weights))
        for id, (template, weights) in WEIGHTS.items()
    )
    return [*(ScriptCase(*item) for item in documents.items()), *weighted]


def _weighted(document: Document, weights: ClassWeights) -> Document:
    output = endpoints(Outline(document).index(MAIN))[0].node
    training = document.training
    own = {each.node: each for each in training.outputs}
    own[output] = own.get(output, OutputTraining(node=output)).model_copy(
        update={"class_weights": weights}
    )
    outputs = tuple(own.values())
    return document.model_copy(
        update={"training": training.model_copy(update={"outputs": outputs})}
    )
