"""Laying out: a U-Net as a U, and graphs from left to right."""

import json
from pathlib import Path

from playwright.sync_api import expect

from bench import documents
from engine.document import Document, Node
from engine.document.stored import read_stored
from engine.graph.layout import lay_out, lay_out_graph
from tests.browser.test_opening import drop
from tests.browser.workbench import Workbench
from tests.engine.documents import document, node

RESIDUAL = """
from keras import Input, Model, layers
image = Input((8, 8, 4), name="image")
x = layers.Conv2D(4, 3, padding="same", name="first")(image)
x = layers.Conv2D(4, 3, padding="same", name="second")(x)
x = layers.Add(name="sum")([image, x])
model = Model(image, layers.GlobalAveragePooling2D(name="mean")(x))
"""


def open_document(bench: Workbench, document: Document) -> None:
    """Open a new project with this document, and wait until its wires have shapes."""
    answer = bench.page.request.post(
        f"{bench.url}/api/projects",
        data=json.dumps({"document": document.to_json()}),
        headers={"Content-Type": "application/json", "Origin": bench.url},
    )
    assert answer.ok
    bench.open(f"{bench.url}/projects/{answer.json()['id']}")
    bench.wait_until_checked()


def lay_out_on_page(bench: Workbench, keys: str) -> Document:
    """Press the keys of an action that lays out, and return the document that is saved then."""
    saved = bench.page.get_by_text("Laid out", exact=False)
    bench.press(keys)
    expect(saved.first).to_be_attached()
    bench.wait_until_saved()
    return read_stored(json.dumps(bench.document()))


def wait_for_horizontal_wires(bench: Workbench, count: int) -> None:
    """Wait until so many wires are drawn as horizontal lines."""
    bench.page.wait_for_function(
        """(count) => {
          const wires = [...document.querySelectorAll('path.wire.svelte-flow__edge-path')]
          return wires.filter((wire) => {
            const { width, height } = wire.getBBox()
            return height < 1 && width > 50
          }).length === count
        }""",
        arg=count,
    )


def test_a_u_net_is_drawn_as_a_u(bench: Workbench, pictures: Path) -> None:
    open_document(bench, lay_out(documents.unet(depth=2)))
    document = lay_out_on_page(bench, "Shift+L")
    nodes = {node.id: node for node in document.main.nodes}
    levels = [node for node in nodes.values() if node.layer == "Concatenate"]
    assert len(levels) == 2
    for merge in levels:
        sources = [nodes[edge.source] for edge in document.main.edges if edge.target == merge.id]
        assert sorted(source.layer for source in sources) == ["Conv2D", "Conv2DTranspose"]
        for source in sources:
            beside = source.layer == "Conv2D"
            assert (source.position.y == merge.position.y) == beside
            assert (source.position.x < merge.position.x) == beside
    # The skips, and along the bottom: pooling, two convolutions, a transposed one.
    wait_for_horizontal_wires(bench, 2 + 3)
    bench.page.screenshot(path=pictures / "u_net.png")


def test_a_graph_is_laid_out_from_left_to_right(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Digits, residual")
    document = lay_out_on_page(bench, "Shift+Alt+L")
    nodes = {node.id: node for node in document.main.nodes}

    def gap(source: Node, target: Node) -> float:
        return target.position.x - source.position.x

    assert all(gap(nodes[edge.source], nodes[edge.target]) > 208 for edge in document.main.edges)
    # The spine; the shortcut has a convolution of its own.
    wait_for_horizontal_wires(bench, 6)
    bench.page.screenshot(path=pictures / "left_to_right.png")


def test_what_is_selected_is_laid_out_as_the_drawing_runs(bench: Workbench) -> None:
    bench.start_from("Digits, residual")
    lay_out_on_page(bench, "Shift+Alt+L")
    bench.card("conv_1").click()
    bench.card("conv_2").click(modifiers=["Shift"])
    document = lay_out_on_page(bench, "Shift+L")
    nodes = {node.name: node.position for node in document.main.nodes}
    assert nodes["conv_1"].y == nodes["conv_2"].y
    assert nodes["conv_2"].x > nodes["conv_1"].x + 208


def wait_for_ports(bench: Workbench, *, right: bool) -> None:
    """Wait until every port is at a side of its card, or every port at its top or bottom."""
    bench.page.wait_for_function(
        """(right) => {
          const ports = [...document.querySelectorAll('.svelte-flow__handle')]
          const sides = right ? ['left', 'right'] : ['top', 'bottom']
          return ports.length > 0 && ports.every(
            (port) => sides.includes(port.dataset.handlepos))
        }""",
        arg=right,
    )


def test_layers_are_placed_to_the_right_in_a_drawing_to_the_right(bench: Workbench) -> None:
    """After the selected card and into a wire; undoing the layout turns the ports back."""
    bench.start_from("Digits, residual")
    wait_for_ports(bench, right=False)
    lay_out_on_page(bench, "Shift+Alt+L")
    wait_for_ports(bench, right=True)
    bench.wait_until_still()
    bench.card("pool").click()
    bench.palette_item("Dropout").click()
    expect(bench.param("rate")).to_be_visible()
    bench.wait_until_saved()
    nodes = {node.name or node.layer: node for node in saved(bench).main.nodes}
    pool, score, dropout = (
        nodes["pool"].position,
        nodes["score"].position,
        nodes["Dropout"].position,
    )
    assert dropout.x >= pool.x + 208
    assert dropout.x != score.x or dropout.y != score.y
    bench.press("Control+z")
    bench.press("Control+z")
    wait_for_ports(bench, right=False)


def saved(bench: Workbench) -> Document:
    """The document on the server."""
    return read_stored(json.dumps(bench.document()))


def test_a_layer_in_a_wire_moves_what_follows_to_the_right(bench: Workbench) -> None:
    bench.start_from("Digits, residual")
    before = lay_out_on_page(bench, "Shift+Alt+L")
    wait_for_ports(bench, right=True)
    bench.wait_until_still()
    wire = bench.canvas.get_by_label("Wire from pool to score")
    middle = wire.locator("path").first.bounding_box()
    assert middle
    bench.drag(
        bench.palette_item("Dropout"),
        middle["x"] + middle["width"] / 2,
        middle["y"] + middle["height"] / 2,
    )
    expect(bench.card("Dropout")).to_be_visible()
    bench.wait_until_saved()
    was = {node.name: node.position for node in before.main.nodes}
    nodes = {node.name or node.layer: node.position for node in saved(bench).main.nodes}
    step = 208 + 96
    assert nodes["Dropout"].x == was["pool"].x + step
    assert nodes["Dropout"].y == was["pool"].y
    assert nodes["score"].x == was["score"].x + step
    assert nodes["conv_1"] == was["conv_1"]


def test_code_is_opened_with_the_layout_of_the_page(bench: Workbench) -> None:
    """The path with the most layers is one line; elsewhere the sum is between its branches."""
    bench.home()
    drop(bench, "residual.py", RESIDUAL)
    bench.wait_until_checked()
    graph = read_stored(json.dumps(bench.document())).main
    assert [node.name for node in graph.nodes] == ["image", "first", "second", "sum", "mean"]
    assert len({node.position.x for node in graph.nodes}) == 1
    assert len({node.position.x for node in lay_out_graph(graph).nodes}) > 1


# Where a wire ends on the page.
END = """edge => {
  const path = edge.querySelector('path')
  const end = path.getPointAtLength(path.getTotalLength())
  const { x, y } = end.matrixTransform(path.getScreenCTM())
  return [x, y]
}"""


def test_a_wire_past_cards_ends_at_its_port(bench: Workbench) -> None:
    nodes = [
        node("in", "Input", shape=[8, 16], name="words"),
        *(node(name, "Dense", units=16, name=name) for name in "abc"),
        node("mix", "MultiHeadAttention", num_heads=2, key_dim=8, name="mix"),
    ]
    edges = ["in > a", "a > b", "b > c", "c > mix.query", "in > mix.value"]
    open_document(bench, lay_out(document(nodes, edges)))
    wire = bench.canvas.get_by_role("group", name="Wire from words to mix")
    port = bench.port("Input value of mix")
    for keys in ("Shift+L", "Shift+Alt+L"):
        lay_out_on_page(bench, keys)
        bench.wait_until_still()
        box = port.bounding_box()
        assert box
        x, y = wire.evaluate(END)
        assert abs(x - box["x"] - box["width"] / 2) < 16, keys
        assert abs(y - box["y"] - box["height"] / 2) < 16, keys
