"""Variables and parameters are named by what a tensor is for, or neutrally."""

from typing import Any

from engine.code import generate
from engine.document import Document
from tests.engine.code.helpers import document, edges, node


def source(document: Document) -> str:
    return generate(document, "functional").source


def conv(id: str, size: int = 3, **params: Any) -> dict[str, Any]:
    return node(id, "Conv2D", filters=8, kernel_size=size, padding="same", **params)


def test_pooling_beside_a_chain_is_not_a_shortcut() -> None:
    text = source(
        document(
            node("image", "Input", "image", shape=[8, 8, 3]),
            conv("stem"),
            conv("a", 1),
            conv("b"),
            conv("c", 5),
            node("pool", "MaxPooling2D", pool_size=3, strides=1, padding="same"),
            node("join", "Concatenate"),
            node("label", "Dense", "label", units=2),
            wires="image stem a b join; a c join; stem pool join; join label",
        )
    )
    assert "shortcut" not in text
    assert "pooled = layers.MaxPooling2D" in text


def test_branches_of_equal_length_are_not_shortcuts() -> None:
    text = source(
        document(
            node("image", "Input", "image", shape=[8, 8, 3]),
            conv("stem"),
            conv("a"),
            conv("b", 5),
            node("sum", "Add"),
            node("label", "Dense", "label", units=2),
            wires="image stem a sum; stem b sum; sum label",
        )
    )
    assert "shortcut" not in text
    assert "[branch_3x3, branch_5x5]" in text


def test_inputs_of_attention_are_query_key_and_value() -> None:
    text = source(
        document(
            node("tokens", "Input", "tokens", shape=[8, 4]),
            node("norm", "LayerNormalization"),
            node("q", "Dense", units=4),
            node("k", "Dense", units=4),
            node("v", "Dense", units=4),
            node("attention", "MultiHeadAttention", num_heads=2, key_dim=2),
            node("sum", "Add"),
            node("label", "Dense", "label", units=2),
            wires="tokens norm q attention:query; norm k attention:key; norm v attention:value; "
            "attention sum; norm sum; sum label",
        )
    )
    assert "query = layers.Dense(4)" in text
    assert "query, value=value, key=key\n" in text
    assert "[attended, x]" in text


def test_what_attention_returns_is_attended() -> None:
    text = source(
        document(
            node("tokens", "Input", "tokens", shape=[8, 4]),
            node("a", "MultiHeadAttention", num_heads=2, key_dim=2),
            conv1 := node("b", "Conv1D", filters=4, kernel_size=3, padding="same"),
            node("join", "Concatenate"),
            node("label", "Dense", "label", units=2),
            wires="tokens a:query; tokens a:value; tokens b; a join; b join; join label",
        )
    )
    assert conv1["id"] == "b"
    assert "attended = layers.MultiHeadAttention" in text


def test_skip_connections_are_numbered_where_there_are_several() -> None:
    text = source(
        document(
            node("image", "Input", "image", shape=[8, 8, 3]),
            conv("a"),
            node("down_1", "MaxPooling2D"),
            conv("b"),
            node("down_2", "MaxPooling2D"),
            conv("c"),
            node("up_1", "UpSampling2D"),
            node("join_1", "Concatenate"),
            node("up_2", "UpSampling2D"),
            node("join_2", "Concatenate"),
            node("mask", "Conv2D", "mask", filters=1, kernel_size=1),
            wires="image a down_1 b down_2 c up_1 join_1 up_2 join_2 mask; b join_1; a join_2",
        )
    )
    assert "skip_1 = x" in text
    assert "skip_2 = x" in text
    assert "[x, skip_2]" in text
    assert "skip = x" not in text


def test_a_long_chain_is_not_named_after_the_output_at_its_end() -> None:
    chain = [node(f"d{n}", "Dense", units=3 + n % 2, activation="relu") for n in range(6)]
    text = source(
        document(
            node("x1", "Input", "numbers", shape=[4]),
            node("body", "Dense", units=4),
            *chain,
            node("first", "Dense", "first", units=2),
            node("second", "Dense", "second", units=2),
            wires="x1 body first; body d0 d1 d2 d3 d4 d5 second",
        )
    )
    assert text.count("second = ") == 1
    assert text.count("first = ") == 1


def residual(*, order: str) -> Document:
    """Branches, each of which adds the image to a convolved tensor."""
    nodes = [
        node("image", "Input", "image", shape=[8, 8, 8]),
        conv("stem"),
        node("join", "Concatenate"),
        node("label", "Dense", "label", units=2),
    ]
    wires = ["image stem", "join label"]
    for n in range(4):
        nodes += [conv(f"c{n}"), node(f"b{n}", "BatchNormalization"), node(f"r{n}", "ReLU")]
        nodes += [node(f"s{n}", "Add"), node(f"p{n}", "SpatialDropout2D", rate=0.1 * n)]
        ends = [f"r{n} s{n}", f"image s{n}"]
        ends = ends if order == "x" else ends[::-1]
        wires += [f"stem c{n} b{n} r{n}", *ends, f"s{n} p{n} join"]
    return document(*nodes, wires="; ".join(wires))


def test_the_tensor_that_is_added_is_the_shortcut_of_a_function() -> None:
    assert "def residual_block(x, shortcut, rate)" in source(residual(order="x"))
    assert "def residual_block(shortcut, x, rate)" in source(residual(order="shortcut"))


def test_frozen_sub_models_are_called_after_their_graphs() -> None:
    body = {
        "id": "g2",
        "name": "judge",
        "nodes": [node("i", "Input", shape=[4]), node("d", "Dense", units=1)],
        "edges": edges("i d"),
    }
    text = source(
        document(
            node("z", "Input", "z", shape=[4]),
            node("m", "Model", graph="g2", frozen=True),
            wires="z m",
            graphs=[body],
        )
    )
    assert "judge = build_judge()\njudge.trainable = False\noutputs = judge(z)\n" in text


def test_sub_models_used_twice_are_called_after_their_graph() -> None:
    body = {
        "id": "g2",
        "name": "Patch",
        "nodes": [node("i", "Input", shape=[4]), node("d", "Dense", units=4)],
        "edges": edges("i d"),
    }
    first, second = (node(id, "Model", graph="g2") for id in "ab")
    text = source(
        document(node("z", "Input", "z", shape=[4]), first, second, wires="z a b", graphs=[body])
    )
    assert 'x = build_patch(name="Patch")(z)' in text
    assert 'build_patch(name="Patch_2")(x)' in text
