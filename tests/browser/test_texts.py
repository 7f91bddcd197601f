"""The longest names are read to their ends, on wide pages and narrow ones."""

import pytest
from playwright.sync_api import expect

from engine.catalogue import load
from engine.graph.layout import lay_out
from tests.browser.test_large_graphs import open_document
from tests.browser.workbench import Workbench
from tests.engine.documents import document, node

# Texts in selects are drawn by the browser: how many pixels the longest one lacks.
LACKING = """select => {
  const style = getComputedStyle(select)
  const pen = document.createElement('canvas').getContext('2d')
  pen.font = style.font
  const widths = [...select.options].map(option => pen.measureText(option.text).width)
  const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
  return Math.max(...widths) - room
}"""
CUT = "element => element.scrollWidth > element.clientWidth"
# The canvas has all the room of the window.
ROOMY = """() => {
  const { clientWidth, clientHeight } = document.querySelector('section.canvas')
  return clientWidth > 1300 && clientHeight > 700
}"""
# What of the texts and signs on cards lies outside of its card, or has more than one line.
OUTSIDE = """cards => cards.flatMap(card => {
  const box = card.getBoundingClientRect()
  const scale = box.width / card.offsetWidth
  return [...card.querySelectorAll('.name, .type, .second, .sign')]
    .map(part => [part, part.getBoundingClientRect()])
    .filter(([part, { left, right, top, bottom, height }]) =>
      left < box.left || right > box.right + 0.5 || top < box.top || bottom > box.bottom + 0.5 ||
      height > 24 * scale)
    .map(([part]) => part.className + ': ' + part.textContent)
})"""


def test_types_and_what_names_differ_by_are_read_on_cards(bench: Workbench) -> None:
    ends = ("1_conv", "1_bn", "1_relu", "2_conv", "2_bn", "2_relu")
    names = [f"conv2_block{block}_{end}" for block in (1, 2) for end in ends]
    layers = {"conv": "Conv2D", "bn": "BatchNormalization", "relu": "Activation"}
    nodes = [node("in", "Input", shape=[8, 8, 1], name="image")]
    for name in names:
        layer = layers[name.rpartition("_")[2]]
        params = {"Conv2D": {"filters": 4, "kernel_size": 1}, "Activation": {"activation": "relu"}}
        nodes.append(node(name, layer, name=name, **params.get(layer, {})))
    edges = [f"{a} > {b}" for a, b in zip(["in", *names], names, strict=False)]
    open_document(bench, lay_out(document(nodes, edges)))
    bench.press("`")
    bench.wait_until_checked()
    for name in names[:4]:
        card = bench.card(name)
        expect(card.locator(".label")).to_have_attribute("title", name)
        assert not card.locator(".type").evaluate(CUT), f"the type of {name} is cut"
        assert not card.locator(".name").evaluate(CUT), f"{name} is cut"
    bench.card(names[1]).click()
    expect(bench.inspector.get_by_label("Name")).to_have_value(names[1])


def test_names_of_layers_are_whole_on_cards(bench: Workbench) -> None:
    names = (
        "GlobalAveragePooling2D",
        "GlobalMaxPooling3D",
        "MultiHeadAttention",
        "SeparableConv2D",
    )
    nodes = [node(f"n{index}", name) for index, name in enumerate(names)]
    open_document(bench, lay_out(document(nodes, [])))
    expect(bench.cards).to_have_count(len(names))
    bench.wait_until_still()
    for name in names:
        assert not bench.card(name).locator(".name").evaluate(CUT), name


@pytest.mark.parametrize(
    ("name", "longest"),
    [("", 24), ("a", 18), ("{}_of_the_second_branch", 18)],
    ids=["unnamed", "short", "long"],
)
def test_every_layer_is_read_on_its_card_beside_an_error(
    bench: Workbench, name: str, longest: int
) -> None:
    """Each layer of the palette on a card without wires, which is an error of all that take one."""
    found = [entry.name for entry in load().layers if entry.name != "Input"]
    nodes = [
        {
            **node(f"n{index}", layer, name=name.format(layer.lower())),
            "position": {"x": 232.0 * (index % 12), "y": 72.0 * (index // 12)},
        }
        for index, layer in enumerate(found)
    ]
    open_document(bench, document(nodes, []))
    for key in ("`", "[", "]"):
        bench.press(key)
    bench.page.wait_for_function(ROOMY)
    bench.wait_until_still()  # the page knows the new size of the canvas a frame later
    bench.press("1")
    expect(bench.cards).to_have_count(len(found))
    expect(bench.canvas.locator("article.bad .sign").nth(150)).to_be_attached()
    bench.wait_until_still()
    assert bench.cards.evaluate_all(OUTSIDE) == []
    # A name gives way to the type; only the longest words are shortened, at their ends.
    words = bench.canvas.locator("article.bad .type" if name else "article.bad .name")
    cut = words.evaluate_all(f"parts => parts.filter({CUT}).map(part => part.textContent)")
    assert [text for text in cut if len(text) <= longest] == []


@pytest.mark.parametrize("width", [1440, 400])
def test_losses_optimizers_and_metrics_are_whole_in_their_fields(
    bench: Workbench, width: int
) -> None:
    bench.start_from("Digits, dense")
    panel = bench.tab("Training")
    bench.page.set_viewport_size({"width": width, "height": 900})
    loss = panel.get_by_role("combobox", name="Loss")
    expect(loss).to_be_visible()
    fields = panel.get_by_role("combobox")
    lacking = fields.evaluate_all(f"selects => selects.map({LACKING})")
    assert len(lacking) > 5
    assert max(lacking) <= 0, lacking
    names = loss.locator("option").all_inner_texts()
    longest = max(names, key=len)
    loss.select_option(label=longest)
    expect(loss).to_have_value(longest)
    expect(panel.get_by_role("button", name="more parameters").last).to_be_visible()
    cut = panel.locator("summary, label > span").evaluate_all(
        f"parts => parts.filter({CUT}).map(part => part.innerText)"
    )
    assert cut == []
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert bench.page.evaluate(overflow) == 0
