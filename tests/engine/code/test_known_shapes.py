"""Shapes that are known without Keras agree with those that Keras infers."""

import pytest

from engine import templates
from engine.check import check
from engine.code import targets
from engine.code.lines.flow import Flow
from engine.code.lines.known_shapes import known_shape
from engine.code.program import build_program
from engine.data.built_in import BUILT_IN
from engine.document import MAIN, Document
from engine.problems.render import ENGLISH
from tests.engine.code.test_code import IDEAS, golden
from tests.engine.documents import chain, graph, node


def flows_of(document: Document) -> dict[str, Flow]:
    return build_program(document, targets.get("keras"), BUILT_IN, ENGLISH).flows


DOCUMENTS = {idea: golden(idea) for idea in IDEAS if idea != "broken"} | {
    template.id: template.document for template in templates.load()
}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_known_shapes_agree_with_keras(document: Document) -> None:
    verdict, flows = check(document), flows_of(document)
    for id, written in flows[MAIN].written.items():
        known = known_shape(flows, MAIN, written.value)
        if known is not None and id in verdict.nodes:
            inferred = verdict.nodes[id].outputs[0].shape[1:]
            assert len(known) == len(inferred)
            assert all(axis in (None, other) for axis, other in zip(known, inferred, strict=True))


ENDS = {
    "a list": ([node("x", "Dense", units=3)], (8, 3)),
    "all values": ([node("x", "Flatten")], (32,)),
    "a picture": ([node("x", "Reshape", target_shape=[2, -1, 4])], (2, 4, 4)),
    "layers that keep the shape": (
        [node("x", "BatchNormalization"), node("y", "Activation", activation="relu")],
        (8, 4),
    ),
    "after a convolution": ([node("x", "Conv1D", filters=2, kernel_size=3)], None),
    "flat after a convolution": (
        [node("x", "Conv1D", filters=2, kernel_size=3), node("y", "Flatten")],
        (None,),
    ),
    "the mean": ([node("x", "GlobalAveragePooling1D"), node("y", "Dense", units=5)], (5,)),
    "the last state": ([node("x", "LSTM", units=6)], (6,)),
    "all states": ([node("x", "LSTM", units=6, return_sequences=True)], None),
    "a layer at each position": (
        [node("x", "TimeDistributed", layer={"class": "Dense", "params": {"units": 2}})],
        None,
    ),
}


@pytest.mark.parametrize("case", ENDS)
def test_the_shape_of_an_output(case: str) -> None:
    layers, expected = ENDS[case]
    flows = flows_of(chain(node("in", "Input", shape=[8, 4]), *layers))
    assert known_shape(flows, MAIN, flows[MAIN].outputs[0]) == expected


def test_the_shape_of_an_output_of_a_sub_model() -> None:
    part = graph([node("i", "Input", shape=[4]), node("o", "Dense", units=12)], ["i > o"], "part")
    main = graph(
        [node("in", "Input", shape=[4]), node("call", "Model", graph="part")], ["in > call"]
    )
    flows = flows_of(Document(graphs=(main, part)))
    assert known_shape(flows, MAIN, flows[MAIN].outputs[0]) == (12,)


def test_a_deep_model_is_no_problem() -> None:
    layers = [node(f"n{number}", "Flatten") for number in range(1500)]
    flows = flows_of(chain(node("in", "Input", shape=[4]), *layers))
    assert known_shape(flows, MAIN, flows[MAIN].outputs[0]) == (4,)
