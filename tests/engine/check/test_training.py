"""Data, columns, classes, losses, metrics and activations that do not fit together."""

from typing import Any

import pytest

from engine.check import check
from engine.document import Document
from engine.document.operations import OPERATION, apply_all
from engine.templates import load
from tests.engine.documents import chain, node

SPARSE = "SparseCategoricalCrossentropy"


def digits(*tail: dict[str, Any], shape: tuple[int, ...] = (8, 8, 1), **training: Any) -> Document:
    """A model of the digits: an image, flattened, and further layers."""
    layers = [node("image", "Input", shape=list(shape), name="image"), node("flat", "Flatten")]
    return chain(*layers, *tail, training={"data": "digits"} | training)


def score(units: int = 10, activation: str | None = "softmax") -> dict[str, Any]:
    more = {"activation": activation} if activation else {}
    return node("score", "Dense", units=units, name="score", **more)


def numbers(units: int = 1, **training: Any) -> Document:
    """A regression of the diabetes data."""
    return chain(
        node("features", "Input", shape=[10], name="features"),
        node("out", "Dense", units=units, name="out"),
        training={"data": "diabetes"} | training,
    )


def loss(name: str, **params: Any) -> dict[str, Any]:
    return {"class": name, "params": params}


def shapes(*tail: dict[str, Any]) -> Document:
    """A model of the images of shapes, compared with their masks."""
    start = node("image", "Input", shape=[24, 24, 1], name="image")
    return chain(start, *tail, training={"data": "shapes"})


def reviews(*tail: dict[str, Any], text: bool = True, **more: Any) -> Document:
    """A model of the reviews: text, or numbers instead, and further layers."""
    params = {"dtype": "string"} if text else {}
    first = node("text", "Input", shape=[], name="text", **params)
    return chain(first, *tail, **({"training": {"data": "reviews"}} | more))


def encoded(*tail: dict[str, Any], **training: Any) -> Document:
    """A model of the digits whose last layer is compared with one-hot rows."""
    binding = {"node": tail[-1]["id"], "column": "digit", "encoding": "one_hot"}
    return digits(*tail, bindings=[binding], **training)


WORDS = node("words", "TextVectorization", name="words", max_tokens=50, output_sequence_length=9)
MEANINGS = node("meanings", "Embedding", input_dim=50, output_dim=4)
VERDICT = (node("mean", "GlobalAveragePooling1D"), score(1, "sigmoid"))
READ = (WORDS, MEANINGS, *VERDICT)
COUNTED = node("words", "TextVectorization", name="words", output_mode="multi_hot")
LEARNED = ("note", "learned_when_training", "words",
           "“words” learns its vocabulary from the training data when training starts.",
           None)  # fmt: skip


def kinds(width: int) -> Document:
    """A model that receives a column of three classes."""
    return chain(
        node("kind", "Input", shape=[width], name="kind"),
        node("size", "Dense", units=4),
        training={
            "data": "iris",
            "bindings": [
                {"node": "kind", "column": "species"},
                {"node": "size", "column": "features"},
            ],
        },
    )


Expected = tuple[str, str, str | None, str, str | None]
MATRIX: dict[str, tuple[Document, list[Expected]]] = {
    "no problem": (digits(score()), []),
    "amounts": (numbers(), []),
    "raw scores, and a loss that takes them": (
        digits(score(activation=None), loss=loss(SPARSE, from_logits=True)), []),
    "unknown data": (digits(score(), data="digit"), [
        ("error", "unknown_data", None, "There is no data set “digit”.", None)]),
    "another shape": (digits(score(), shape=(28, 28, 1)), [
        ("error", "input_unlike_column", "image",
         "“image” takes 28×28×1, but the column “image” holds 8×8×1.", "Take 8×8×1")]),
    "the axes in another order": (
        chain(node("image", "Input", shape=[3, 32, 32], name="image"), node("flat", "Flatten"),
              score(), training={"data": "cifar10"}), [
        ("error", "input_unlike_column", "image",
         "“image” takes 3×32×32, but the column “image” holds 32×32×3.", "Take 32×32×3")]),
    "a class for an input of as many values": (kinds(3), [
        ("error", "input_unlike_column", "kind",
         "“kind” takes 3, but the column “species” holds one value.", "Encode as one-hot")]),
    "a class for an input of more values": (kinds(4), [
        ("error", "input_unlike_column", "kind",
         "“kind” takes 4, but the column “species” holds one value.", "Take 1")]),
    "as many values in another shape": (digits(score(), shape=(64,)), []),
    "an open axis": (
        chain(node("image", "Input", shape=[None, 8], name="image"),
              node("mean", "GlobalAveragePooling1D"), score(), training={"data": "digits"}), []),
    "a picture to reconstruct from a list": (
        digits(score(64, "sigmoid"), bindings=[{"node": "score", "column": "image"}],
               loss=loss("BinaryCrossentropy")), []),
    "text": (reviews(*READ), [LEARNED]),
    "text for numbers": (
        reviews(node("wide", "Reshape", target_shape=[1]), score(1, "sigmoid"), text=False), [
        ("error", "text_unlike_numbers", "text",
         "“text” takes numbers, but the column “text” holds text.", "Take text")]),
    "numbers for text": (reviews(*READ, training={"data": "iris"}), [
        ("error", "text_unlike_numbers", "text",
         "“text” takes text, but the column “features” holds numbers.", "Take numbers"),
        ("error", "input_unlike_column", "text",
         "“text” takes one value, but the column “features” holds 4.", "Take 4"),
        ("error", "too_few_classes", "score",
         "“score” gives 1 value, but “species” has 3 classes.", "Set units to 3"),
        LEARNED]),
    "text on JAX": (reviews(*READ, target={"backend": "jax"}), [
        *(("error", "needs_tensorflow", name,
           f"“{name}” can't be trained on JAX, which supports neither text nor lookups.",
           "Train on TensorFlow") for name in ("text", "words")),
        LEARNED]),
    "text to be compared": (
        reviews(*READ, training={
            "data": "reviews", "bindings": [{"node": "score", "column": "text"}]}), [
        ("error", "text_as_target", "score",
         "“score” can't be compared with “text”, which holds text.", None),
        LEARNED]),
    "an unknown width": (
        reviews(COUNTED, node("cast", "Activation", activation="linear", name="cast"),
                training={}), [
        ("warning", "width_learned_later", "words",
         "“words” gives one value for each word, and learns how many words there are "
         "only in training.", "Make room for 1000 words"),
        ("note", "no_data", None,
         "No data set has been chosen, so the model can't be trained yet.", None),
        LEARNED]),
    "too few classes": (digits(score(3)), [
        ("error", "too_few_classes", "score",
         "“score” gives 3 values, but “digit” has 10 classes.", "Set units to 10")]),
    "an image that nothing flattens": (
        chain(
            node("image", "Input", shape=[8, 8, 1], name="image"),
            node("conv", "Conv2D", filters=4, kernel_size=3, activation="relu"),
            score(),
            training={"data": "digits"},
        ), [
        ("error", "too_few_classes", "score",
         "“score” gives 6×6×10 values, but “digit” has 10 classes.", "Insert Flatten")]),
    "a class for each pixel": (shapes(score(4)), []),
    "too few classes for each pixel": (shapes(score(3)), [
        ("error", "too_few_classes", "score",
         "“score” gives 24×24×3 values, but “mask” needs 24×24×4 values.", "Set units to 4")]),
    "one class for all pixels": (
        shapes(node("mean", "GlobalAveragePooling2D"), score(4)), [
        ("error", "too_few_classes", "score",
         "“score” gives 4 values, but “mask” needs 24×24×4 values.", None)]),
    "too many classes": (digits(score(12)), [
        ("warning", "too_many_classes", "score",
         "“score” gives 12 scores, but “digit” has only 10 classes.", "Set units to 10")]),
    "one-hot": (digits(score(), loss=loss("CategoricalCrossentropy")), [
        ("error", "loss_unlike_target", "score",
         "CategoricalCrossentropy compares one-hot rows, but “digit” holds class numbers.",
         f"Use {SPARSE}")]),
    "one-hot rows": (encoded(score()), []),
    "one-hot rows, with a loss and metrics of their own": (
        encoded(score(), loss=loss("CategoricalCrossentropy"), metrics=[
            loss("CategoricalAccuracy"), loss("Precision"), loss("BinaryAccuracy")]), []),
    "one-hot rows as amounts": (encoded(score(), loss=loss("MeanSquaredError")), []),
    "one-hot rows, several of which may be true": (
        encoded(score(10, "sigmoid"), loss=loss("BinaryCrossentropy")), []),
    "class numbers for one-hot rows": (encoded(score(), loss=loss(SPARSE)), [
        ("error", "loss_unlike_target", "score",
         f"{SPARSE} compares class numbers, but “digit” is encoded as one-hot rows.",
         "Use CategoricalCrossentropy")]),
    "too few scores for one-hot rows": (encoded(score(3)), [
        ("error", "output_unlike_target", "score",
         "“score” gives 3 values, but “digit”, encoded as one-hot, holds 10 values.",
         "Set units to 10")]),
    "a metric of class numbers": (
        encoded(score(), metrics=[loss("SparseCategoricalAccuracy")]), [
        ("error", "metric_unlike_target", "score",
         "SparseCategoricalAccuracy compares class numbers, but the target is encoded as "
         "one-hot rows.", "Use CategoricalAccuracy")]),
    "a metric of equality of one-hot rows": (encoded(score(), metrics=[loss("Accuracy")]), [
        ("warning", "metric_unlike_target", "score",
         "Accuracy counts predictions that equal the target, which scores don't.",
         "Use CategoricalAccuracy")]),
    "nothing to encode": (
        digits(score(64), bindings=[
            {"node": "score", "column": "image", "encoding": "one_hot"}], shape=(64,)), [
        ("warning", "nothing_to_encode", "score",
         "“image” is to be encoded as one-hot, but has no classes.", None)]),
    "two classes": (digits(score(1, "sigmoid"), loss=loss("BinaryCrossentropy")), [
        ("error", "loss_unlike_target", "score",
         "BinaryCrossentropy tells two classes apart; “digit” has 10.", f"Use {SPARSE}")]),
    "classes as amounts": (digits(score(), loss=loss("MeanSquaredError")), [
        ("error", "loss_unlike_target", "score",
         "MeanSquaredError treats the class numbers of “digit” as amounts.", f"Use {SPARSE}")]),
    "raw scores": (digits(score(activation=None)), [
        ("warning", "logits_unlike_loss", "score",
         f"“score” gives raw scores, but {SPARSE} expects probabilities.",
         "Let the loss take raw scores")]),
    "twice softmax": (digits(score(), loss=loss(SPARSE, from_logits=True)), [
        ("warning", "logits_unlike_loss", "score",
         f"“score” gives probabilities, but {SPARSE} is set to take raw scores (from_logits).",
         "Let the loss take probabilities")]),
    "relu for classes": (digits(score(activation="relu")), [
        ("warning", "activation_unlike_loss", "score",
         f"“score” ends in relu, whose values are not probabilities; {SPARSE} expects them.",
         "Use softmax")]),
    "sigmoid for one class of many": (digits(score(activation="sigmoid")), [
        ("warning", "activation_unlike_loss", "score",
         f"“score” ends in sigmoid, which scores each class alone; {SPARSE} expects probabilities "
         "that add up to 1.", "Use softmax")]),
    "bounded scores": (digits(score(activation="tanh"), loss=loss(SPARSE, from_logits=True)), [
        ("warning", "activation_unlike_loss", "score",
         f"“score” ends in tanh, which bounds its values; {SPARSE} is set to take raw scores "
         "(from_logits), which have no bounds.", "Use linear")]),
    "amounts below 0": (numbers(loss=loss("Poisson")), [
        ("warning", "activation_unlike_loss", "out",
         "“out” ends in linear, which gives values below 0, too; Poisson is not defined for them.",
         "Use softplus")]),
    "amounts of another shape": (numbers(units=3), [
        ("error", "output_unlike_target", "out",
         "“out” gives 3 values, but “progression” holds 1 value.", "Set units to 1")]),
    "amounts as classes": (numbers(loss=loss(SPARSE, from_logits=True)), [
        ("error", "loss_unlike_target", "out",
         f"{SPARSE} compares class numbers, but “progression” holds amounts.",
         "Use MeanSquaredError")]),
    **{
        f"{metric} of amounts": (numbers(metrics=[loss(metric)]), [
            ("warning", "metric_unlike_target", "out",
             f"{metric} counts predictions that equal the target, but hardly any amount is met "
             "exactly.", "Use MeanAbsoluteError")])
        for metric in ("Accuracy", "BinaryAccuracy", "CategoricalAccuracy")
    },
    "a metric of one-hot rows": (digits(score(), metrics=[loss("CategoricalAccuracy")]), [
        ("error", "metric_unlike_target", "score",
         "CategoricalAccuracy compares one-hot rows, but the target holds class numbers.",
         "Use SparseCategoricalAccuracy")]),
    "a metric of equality": (digits(score(), metrics=[loss("Accuracy")]), [
        ("error", "metric_unlike_target", "score",
         "Accuracy counts predictions that equal the target, which scores don't.",
         "Use SparseCategoricalAccuracy")]),
    "class weights": (
        digits(score(), outputs=[{"node": "score", "class_weights": [1, 4]}]), []),
    "class weights of one-hot rows": (
        encoded(score(), outputs=[{"node": "score", "class_weights": "balanced"}]), []),
    "nothing to weigh": (
        numbers(outputs=[{"node": "out", "class_weights": "balanced"}]), [
        ("warning", "nothing_to_weigh", "out",
         "The class weights have no effect: “progression” does not hold one class for each row.",
         "Remove the class weights")]),
    "an unknown optimizer": (digits(score(), optimizer=loss("Adm")), [
        ("error", "unknown_object", None, "Keras has no optimizer “Adm”.", "Use Adam")]),
    "a bad learning rate": (digits(score(), optimizer=loss("Adam", learning_rate=-1)), [
        ("error", "bad_param", None, "learning_rate of the optimizer Adam must be a number of at "
         "least 0, or a schedule; it is -1.", None)]),
    "an unknown loss": (digits(score(), loss=loss("Crossentropy")), [
        ("error", "unknown_object", None, "Keras has no loss “Crossentropy”.",
         "Use BinaryCrossentropy")]),
    "a refused callback": (digits(score(), callbacks=[loss("LambdaCallback")]), [
        ("error", "unknown_object", None, "A document can't hold the callback “LambdaCallback”.",
         "Remove LambdaCallback")]),
    "nothing to monitor": (digits(score(), callbacks=[loss("EarlyStopping")], split=0), [
        ("warning", "nothing_to_monitor", None,
         "EarlyStopping watches val_loss, but no rows are kept for validation.",
         "Keep a fifth of the rows for validation")]),
    "a column that is not there": (
        digits(score(), bindings=[{"node": "image", "column": "picture"}]), [
        ("error", "unknown_column", "image", "The data set “digits” has no column “picture”.",
         None)]),
    "a loss for no output": (
        digits(score(), outputs=[{"node": "flat", "loss": loss("MeanSquaredError")}]), [
        ("warning", "stray_output", None,
         "A loss or metrics are set for the node “flat”, which is not an output.", None)]),
}  # fmt: skip


@pytest.mark.parametrize(("document", "expected"), MATRIX.values(), ids=MATRIX)
def test_problems_of_training(document: Document, expected: list[Expected]) -> None:
    problems = check(document).problems
    assert [
        (item.severity, item.code, item.node, item.message, item.fix and item.fix.label)
        for item in problems
    ] == expected
    for problem in problems:
        for fix in filter(None, (problem.fix, problem.alternative)):
            operations = [OPERATION.validate_python(item) for item in fix.operations]
            fixed, _, refused = apply_all(document, operations)
            assert refused == []
            assert problem.code not in [other.code for other in check(fixed).problems]


def test_another_loss_keeps_the_arguments_that_it_has_too() -> None:
    one_hot = loss("CategoricalCrossentropy", from_logits=True, label_smoothing=0.1)
    (problem,) = check(digits(score(activation=None), loss=one_hot)).problems
    assert problem.fix is not None
    (operation,) = problem.fix.operations
    assert operation["value"] == loss(SPARSE, from_logits=True)


ALTERNATIVES = [
    (digits(score(), loss=loss("CategoricalCrossentropy")), "Encode as one-hot"),
    (digits(score(), loss=loss("MeanSquaredError")), "Encode as one-hot"),
    (digits(score(10, "sigmoid"), loss=loss("BinaryCrossentropy")), "Encode as one-hot"),
    (digits(score(1, "sigmoid"), loss=loss("BinaryCrossentropy")), None),
    (encoded(score(), loss=loss(SPARSE)), "Use class numbers"),
]


@pytest.mark.parametrize(("document", "label"), ALTERNATIVES)
def test_another_encoding_is_offered_where_it_fits(document: Document, label: str | None) -> None:
    (problem,) = check(document).problems
    assert problem.fix
    assert (problem.alternative and problem.alternative.label) == label


def test_softmax_of_one_value() -> None:
    document = chain(
        node("features", "Input", shape=[30], name="features"),
        node("out", "Dense", units=1, activation="softmax", name="out"),
        training={"data": "breast_cancer"},
    )
    assert [problem.code for problem in check(document).problems] == ["softmax_of_one"]


def test_missing_data_is_only_a_note() -> None:
    verdict = check(digits(score(), data=""))
    assert verdict.ok
    assert [(problem.severity, problem.code) for problem in verdict.problems] == [
        ("note", "no_data")
    ]


def test_the_verdict_contains_the_bindings() -> None:
    verdict = check(digits(score()))
    assert (verdict.bound, verdict.fed) == ({"image": ("image",), "score": ("digit",)}, {})


@pytest.mark.parametrize(
    ("document", "settings"),
    [
        (digits(score()), [SPARSE, "SparseCategoricalAccuracy"]),
        (encoded(score()), ["CategoricalCrossentropy", "CategoricalAccuracy"]),
        (numbers(), ["MeanSquaredError", "MeanAbsoluteError"]),
        (digits(score(), loss=loss("Poisson"), metrics=[loss("AUC")]), ["Poisson", "AUC"]),
    ],
)
def test_the_verdict_contains_the_losses_and_metrics_of_a_run(
    document: Document, settings: list[str]
) -> None:
    (chosen,) = check(document).chosen.values()
    assert [chosen.loss.class_, *(metric.class_ for metric in chosen.metrics)] == settings


def test_the_verdict_contains_the_shapes_in_which_rows_are_fed() -> None:
    verdict = check(digits(score(64), shape=(64,), bindings=[{"node": "score", "column": "image"}]))
    assert verdict.fed == {"image": (64,), "score": (64,)}
    assert check(encoded(score())).fed == {"score": (10,)}


@pytest.mark.parametrize("template", load(), ids=lambda template: template.id)
def test_templates_are_without_problems(template: Any) -> None:
    verdict = check(template.document)
    assert [problem for problem in verdict.problems if problem.severity != "note"] == []
    assert verdict.totals.checked == verdict.totals.nodes
