"""Tensors that do not fit: the message, its place, and that the fix removes the problem."""

from typing import Any

import pytest

from engine.check import check
from engine.document import Document
from engine.document.operations import OPERATION, apply_all
from engine.problems import Problem
from tests.engine.documents import chain, document, node


def data(key: str, *shape: int | None, **more: Any) -> dict[str, Any]:
    return node(key, "Input", shape=list(shape), name=key, **more)


def on(shape: tuple[int | None, ...], layer: str, /, **params: Any) -> Document:
    """One layer on one Input."""
    return chain(data("x", *shape), node("it", layer, **params))


def merge(layer: str, /, *shapes: tuple[int, ...], **params: Any) -> Document:
    """A merge of several Inputs."""
    inputs = [data(key, *shape) for key, shape in zip("abcd", shapes, strict=False)]
    wires = [f"{input['id']} > it" for input in inputs]
    return document([*inputs, node("it", layer, **params)], wires)


def attention(*ports: str) -> Document:
    """MultiHeadAttention on sequences of 8, 6 and 5 steps."""
    inputs = [data(port, 8 - 2 * index, 4) for index, port in enumerate(ports)]
    wires = [f"{port} > it.{port}" for port in ports]
    it = node("it", "MultiHeadAttention", num_heads=2, key_dim=2)
    return document([*inputs, it], wires)


SEQUENCE = "It takes (batch, timesteps, features)"
IMAGE = "It takes (batch, height, width, channels)"
MATRIX: list[tuple[Document, str, dict[str, str | None], str, str | None]] = [
    (on((8, 8, 32), "LSTM", units=4), "wrong_rank", {"edge": "e0", "port": "sequences"},
     f"LSTM needs a sequence. {SEQUENCE}; “x” gives (batch, 8, 8, 32).", "Insert Reshape 64×32"),
    (on((8,), "GRU", units=4), "wrong_rank", {"edge": "e0", "port": "sequences"},
     f"GRU needs a sequence. {SEQUENCE}; “x” gives (batch, 8).", "Insert Reshape 8×1"),
    (on((8, 8), "Conv2D", filters=4, kernel_size=3), "wrong_rank",
     {"edge": "e0", "port": "inputs"},
     f"Conv2D needs an image. {IMAGE}; “x” gives (batch, 8, 8).", "Insert Reshape 8×8×1"),
    (on((8,), "GlobalMaxPooling2D"), "wrong_rank", {"edge": "e0", "port": "inputs"},
     f"GlobalMaxPooling2D needs an image. {IMAGE}; “x” gives (batch, 8).", None),
    (on((), "Dense", units=4), "wrong_rank", {"edge": "e0", "port": "inputs"},
     "Dense needs a list of values. It takes (batch, features) or more axes; “x” gives (batch).",
     "Insert Reshape 1"),
    (on((4, 4), "RepeatVector", n=2), "wrong_rank", {"edge": "e0", "port": "inputs"},
     "RepeatVector needs a list of values. It takes (batch, features); “x” gives (batch, 4, 4).",
     "Insert Flatten"),
    (on((None, 4), "RepeatVector", n=2), "wrong_rank", {"edge": "e0", "port": "inputs"},
     "RepeatVector needs a list of values. It takes (batch, features); “x” gives (batch, ?, 4).",
     "Insert GlobalAveragePooling1D"),
    (on((8,), "TimeDistributed", layer={"class": "Dense", "params": {"units": 2}}), "wrong_rank",
     {"edge": "e0", "port": "inputs"},
     f"TimeDistributed needs a sequence. {SEQUENCE}; “x” gives (batch, 8).", "Insert Reshape 8×1"),
    (on((8, 8, 1), "Conv2D", filters=4, kernel_size=[9, 3]), "window_too_large",
     {"edge": "e0", "param": "kernel_size"},
     "The window of 9×3 does not fit: “x” gives (batch, 8, 8, 1).", "Set padding to “same”"),
    (on((2, 2, 1), "MaxPooling2D", pool_size=4), "window_too_large",
     {"edge": "e0", "param": "pool_size"},
     "The window of 4×4 does not fit: “x” gives (batch, 2, 2, 1).", "Set padding to “same”"),
    (merge("Add", (16,), (32,)), "shapes_differ", {},
     "Add needs inputs of the same shape; “a” gives (batch, 16) and “b” gives (batch, 32).",
     "Project “a” with Dense"),
    (merge("Add", (8, 8, 32), (8, 8, 16)), "shapes_differ", {},
     "Add needs inputs of the same shape; “a” gives (batch, 8, 8, 32) and “b” gives "
     "(batch, 8, 8, 16).", "Project “b” with Conv2D"),
    (merge("Add", (9, 9, 16), (5, 5, 32)), "shapes_differ", {},
     "Add needs inputs of the same shape; “a” gives (batch, 9, 9, 16) and “b” gives "
     "(batch, 5, 5, 32).", "Project “a” with Conv2D"),
    (merge("Average", (9, 9, 16), (5, 5, 16)), "shapes_differ", {},
     "Average needs inputs of the same shape; “a” gives (batch, 9, 9, 16) and “b” gives "
     "(batch, 5, 5, 16).", "Project “a” with Conv2D"),
    (merge("Multiply", (4, 16), (5, 3)), "shapes_differ", {},
     "Multiply needs inputs of the same shape; “a” gives (batch, 4, 16) and “b” gives "
     "(batch, 5, 3).", None),
    (merge("Concatenate", (8, 4), (7, 4)), "cannot_concatenate", {},
     "Concatenate joins tensors that are equal in all axes except the last one; “a” gives "
     "(batch, 8, 4) and “b” gives (batch, 7, 4).", None),
    (merge("Concatenate", (8, 4), (7,)), "cannot_concatenate", {},
     "Concatenate joins tensors that are equal in all axes except the last one; “a” gives "
     "(batch, 8, 4) and “b” gives (batch, 7).", "Flatten “a”"),
    (merge("Dot", (8,), (7,), axes=1), "axes_differ", {"param": "axes"},
     "Dot multiplies along axis 1 of the first tensor and axis 1 of the second, which must have "
     "the same length; they have 8 and 7.", None),
    (merge("Dot", (8,), (8,), axes=4), "axis_outside", {"param": "axes"},
     "“Dot” works along axis 4, which does not exist: “a” gives (batch, 8).", None),
    (merge("Add", (8, 16), (8, 16), (8, 4)), "shapes_differ", {},
     "Add needs inputs of the same shape; “a” gives (batch, 8, 16), “b” gives (batch, 8, 16) "
     "and “c” gives (batch, 8, 4).", "Project “c” with Dense"),
    (merge("Add", (9, 4), (5, 8)), "shapes_differ", {},
     "Add needs inputs of the same shape; “a” gives (batch, 9, 4) and “b” gives (batch, 5, 8).",
     "Project “a” with Conv1D"),
    (merge("Add", (9, 9, 9, 4), (3, 3, 3, 8)), "shapes_differ", {},
     "Add needs inputs of the same shape; “a” gives (batch, 9, 9, 9, 4) and “b” gives "
     "(batch, 3, 3, 3, 8).", "Project “a” with Conv3D"),
    (document([data("a", 16), data("b", 32), node("it", "ops.add")], ["a > it.x1", "b > it.x2"]),
     "shapes_differ", {}, "“ops.add” works value by value; “a” gives (batch, 16) and “b” gives "
     "(batch, 32).", "Project “a” with Dense"),
    (merge("Subtract", (3,), (3,), (3,)), "wrong_number_of_wires", {"port": "inputs"},
     "Subtract takes two tensors; it gets 3.", None),
    (merge("Attention", (3, 2)), "wrong_number_of_wires", {"edge": "e0", "port": "inputs"},
     "Attention takes a query, a value and optionally a key; it gets 1.",
     "Let “a” attend to itself"),
    (on((8,), "Reshape", target_shape=[5, 2]), "cannot_reshape",
     {"edge": "e0", "param": "target_shape"},
     "(5, 2) holds 10 values; “x” gives (batch, 8), which is 8.", "Reshape to 4×2"),
    (on((8,), "Reshape", target_shape=[-1, 3]), "cannot_reshape",
     {"edge": "e0", "param": "target_shape"},
     "(?, 3) holds a multiple of 3 values; “x” gives (batch, 8), which is 8.", None),
    (on((8,), "Reshape", target_shape=[-1, -1]), "bad_param",
     {"edge": "e0", "param": "target_shape"},
     "Only one axis of the target shape of “Reshape” may be -1.", None),
    (on((None,), "Dense", units=3), "open_axis", {"edge": "e0"},
     "“Dense” must know the length of the axis it works on; “x” gives (batch, ?).", None),
    (on((None, None, None), "Conv2D", filters=3, kernel_size=3), "open_axis", {"edge": "e0"},
     "“Conv2D” must know the length of the axis it works on; “x” gives (batch, ?, ?, ?).", None),
    (on((8,), "BatchNormalization", axis=4), "axis_outside", {"edge": "e0", "param": "axis"},
     "“BatchNormalization” works along axis 4, which does not exist: “x” gives (batch, 8).",
     "Use the last axis"),
    (on((8, 8, 16), "GroupNormalization"), "bad_param", {"edge": "e0", "param": "groups"},
     "The input channels can't be split into equal groups: “x” gives (batch, 8, 8, 16).",
     "Set groups to 16"),
    (on((8, 8, 3), "Conv2D", filters=4, kernel_size=3, groups=3), "bad_param",
     {"edge": "e0", "param": "groups"},
     "4 filters of “Conv2D” can't be split into 3 equal groups.", "Set groups to 1"),
    (on((8, 8, 4), "Conv2D", filters=6, kernel_size=3, groups=3), "bad_param",
     {"edge": "e0", "param": "groups"},
     "The input channels can't be split into 3 equal groups: “x” gives (batch, 8, 8, 4).",
     "Set groups to 1"),
    (on((8, 8, 4), "Conv2D", filters=6, kernel_size=3, strides=2, dilation_rate=2), "bad_param",
     {"edge": "e0", "param": "strides"},
     "“Conv2D” can't have both strides and dilation_rate above 1.", None),
    (on((8, 8, 4), "Cropping2D", cropping=5), "bad_param", {"edge": "e0", "param": "cropping"},
     "“Cropping2D” crops more than there is: “x” gives (batch, 8, 8, 4).", None),
    (on((8, 8, 4), "Cropping2D", cropping="a"), "cannot_make",
     {"edge": "e0", "param": "cropping"},
     "“Cropping2D” can't be created with this value of cropping.", None),
    (on((8, 4), "Permute", dims=[1, 3]), "bad_param", {"edge": "e0", "param": "dims"},
     "dims of “Permute” must name each axis once.", None),
    (on((8,), "EinsumDense", equation="ab,bc", output_shape=3), "bad_param",
     {"edge": "e0", "param": "equation"},
     "The equation of “EinsumDense” must look like ab,bc->ac.", None),
    (on((8, 4), "Bidirectional", layer={"class": "Dense", "params": {"units": 2}}), "bad_param",
     {"edge": "e0", "param": "layer"},
     "“Bidirectional” needs a recurrent layer inside, such as LSTM or GRU.", None),
    (on((8,), "SpectralNormalization", layer={"class": "Flatten"}), "bad_param",
     {"edge": "e0", "param": "layer"},
     "The layer inside “SpectralNormalization” has no kernel to normalize.", None),
    (attention("query", "value", "key"), "bad_param", {},
     "The value and the key of “MultiHeadAttention” must be sequences of the same length; "
     "“value” gives (batch, 6, 4) and “key” gives (batch, 4, 4).", None),
    (attention("query"), "missing_input", {"port": "value"},
     "“MultiHeadAttention” needs an input at “value”.", "Wire it to “query”"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "code", "place", "message", "fix"),
    MATRIX,
    ids=[f"{row[1]}-{row[0].main.nodes[-1].layer}-{index}" for index, row in enumerate(MATRIX)],
)
def test_a_tensor_that_does_not_fit(
    document: Document, code: str, place: dict[str, str | None], message: str, fix: str | None
) -> None:
    problems = [problem for problem in check(document).problems if problem.code != "no_data"]
    free = {"hint": None, "fix": None, "detail": None, "variant": None, "arguments": {}}
    assert [problem.model_copy(update=free) for problem in problems] == [
        Problem(code=code, message=message, node="it", **place)
    ]
    assert (problems[0].fix.label if problems[0].fix else None) == fix
    if problems[0].fix:
        operations = [
            OPERATION.validate_python(operation) for operation in problems[0].fix.operations
        ]
        fixed, _, refused = apply_all(document, operations)
        assert refused == []
        assert [problem.code for problem in check(fixed).problems] == ["no_data"]


def test_the_detail_is_the_text_of_keras_without_escape_sequences() -> None:
    problem = check(on((2, 2, 1), "MaxPooling2D", pool_size=4)).problems[0]
    assert problem.detail is not None
    assert problem.detail.startswith("Computed output size would be zero or negative.")
    assert "\x1b" not in problem.detail
    assert "Arguments received" not in problem.detail


def test_the_preceding_recurrent_layer_is_made_to_return_sequences() -> None:
    two_layers = chain(
        data("x", 5, 3), node("first", "LSTM", units=4), node("second", "LSTM", units=4)
    )
    (problem, _) = check(two_layers).problems
    assert problem.fix is not None
    path = ["graphs", "main", "nodes", "first", "params", "return_sequences"]
    assert problem.fix.operations == ({"type": "set", "path": path, "value": True},)


def test_a_shared_layer_has_the_size_of_its_first_call() -> None:
    original = document(
        [
            data("a", 4),
            data("b", 5),
            node("d", "Dense", units=3),
            node("again", "Dense", shares="d"),
            node("m", "Add"),
        ],
        ["a > d", "b > again", "d > m", "again > m"],
    )
    assert [
        (problem.severity, problem.node, problem.message)
        for problem in check(original).problems[:2]
    ] == [
        (
            "error",
            "again",
            "“Dense 2” was created for 4 values along axis -1; “b” gives (batch, 5).",
        ),
        ("note", "m", "“Add” waits for “Dense 2”."),
    ]


def test_a_problem_does_not_hide_others() -> None:
    branches = document(
        [
            data("x", 8),
            node("bad", "LSTM", units=2, name="bad"),
            node("behind", "Dense", units=2, name="behind"),
            node("further", "Dense", units=2, name="further"),
            node("good", "Dense", units=3, name="good"),
        ],
        ["x > bad.sequences", "bad > behind", "behind > further", "x > good"],
    )
    verdict = check(branches)
    assert set(verdict.nodes) == {"x", "good"}
    assert (verdict.totals.trainable, verdict.totals.nodes, verdict.totals.checked) == (27, 5, 2)
    assert [problem.message for problem in verdict.problems if problem.code == "waits"] == [
        "“behind” waits for “bad”.",
        "“further” waits for “bad”.",
    ]


def apply_fix(document: Document, code: str) -> tuple[str, Document]:
    """The label of the fix of the first problem with this code, and the fixed document."""
    fix = next(problem.fix for problem in check(document).problems if problem.code == code)
    assert fix is not None
    operations = [OPERATION.validate_python(operation) for operation in fix.operations]
    fixed, _, refused = apply_all(document, operations)
    assert refused == []
    assert [problem.code for problem in check(fixed).problems if problem.severity == "error"] == []
    return fix.label, fixed


def test_a_recurrent_layer_inside_another_returns_sequences() -> None:
    inner = {"class": "GRU", "params": {"units": 4}}
    original = chain(
        data("x", 5, 3), node("both", "Bidirectional", layer=inner, name="both"),
        node("it", "LSTM", units=2),
    )  # fmt: skip
    label, fixed = apply_fix(original, "wrong_rank")
    assert label == "Let “both” return sequences"
    assert fixed.main.nodes[1].params["layer"]["params"] == {"units": 4, "return_sequences": True}


def test_an_image_of_any_size_is_pooled_and_not_flattened() -> None:
    original = chain(
        data("x", None, None, 3), node("conv", "Conv2D", filters=4, kernel_size=3),
        node("relu", "ReLU"), node("flat", "Flatten"), node("it", "Dense", units=2),
    )  # fmt: skip
    label, fixed = apply_fix(original, "open_axis")
    assert label == "Use GlobalAveragePooling2D instead of Flatten"
    assert check(fixed).nodes["flat"].outputs[0].shape == (None, 4)


def test_a_shared_layer_that_does_not_fit_becomes_a_separate_layer() -> None:
    original = document(
        [data("a", 4), data("b", 5), node("one", "Dense", units=3),
         node("it", "Dense", shares="one")],
        ["a > one", "b > it"],
    )  # fmt: skip
    label, fixed = apply_fix(original, "other_size")
    assert label == "Give it its own layer"
    assert check(fixed).totals.trainable == 4 * 3 + 3 + 5 * 3 + 3


@pytest.mark.parametrize(
    ("layer", "params", "label", "expected"),
    [
        ("Activation", {"activation": "rellu"}, "Use relu", {"activation": "relu"}),
        (
            "Dense",
            {"units": 2, "kernel_initializer": {"class": "HeNormall", "params": {"seed": 1}}},
            "Use HeNormal",
            {"units": 2, "kernel_initializer": {"class": "HeNormal", "params": {"seed": 1}}},
        ),
        (
            "TimeDistributed",
            {"layer": {"class": "Dens", "params": {"units": 2}}},
            "Use Dense",
            {"layer": {"class": "Dense", "params": {"units": 2}}},
        ),
    ],
)
def test_the_fix_uses_the_nearest_known_object(
    layer: str, params: dict[str, Any], label: str, expected: dict[str, Any]
) -> None:
    actual_label, fixed = apply_fix(on((5, 3), layer, **params), "unknown_object")
    assert (actual_label, fixed.main.nodes[1].params) == (label, expected)


def test_the_nearest_loose_end_above_that_fits_is_offered() -> None:
    def at(key: str, layer: str, y: int, x: int = 0, **params: Any) -> dict[str, Any]:
        return node(key, layer, name=key, **params) | {"position": {"x": x, "y": y}}

    graph = document(
        [
            at("far", "Input", 0, shape=[8, 8, 1]),
            at("near", "Input", 100, shape=[4]),
            at("below", "Input", 900, shape=[8, 8, 1]),
            at("conv", "Conv2D", 200, filters=2, kernel_size=3),
            at("dense", "Dense", 200, units=2),
        ],
        [],
    )
    fixes = {item.node: item.fix for item in check(graph).problems if item.code == "missing_input"}
    labels = {key: fix.label if fix else None for key, fix in fixes.items()}
    assert labels == {"conv": "Wire it to “far”", "dense": "Wire it to “near”"}
