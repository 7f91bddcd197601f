"""Actions of a person on the page; each waits until the page is ready for it."""

import re
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect

# Resolves once the cards and the labels of wires have kept their places for a quarter of a second.
STILL = """() => new Promise(resolve => {
  let before = '', since = performance.now()
  const look = () => {
    const parts = document.querySelectorAll('section.canvas article, .svelte-flow__edge-label')
    const now = [...parts].map(part => {
      const { x, y, width, height } = part.getBoundingClientRect()
      return [x, y, width, height].join()
    }).join(';')
    if (now !== before) [before, since] = [now, performance.now()]
    if (performance.now() - since > 250) resolve(true)
    else requestAnimationFrame(look)
  }
  look()
})"""


class Workbench:
    """One person and one page: Playwright's `page`, and the `url` of the server."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    # --- projects ---------------------------------------------------------------------------

    def home(self) -> None:
        """Go to the list of projects and templates."""
        self.page.goto(self.url)
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def start_from(self, template: str) -> None:
        """Open a new project from the template with this title."""
        self.home()
        self.page.get_by_role("button", name=re.compile(f"^{re.escape(template)}")).first.click()
        self.wait_until_checked()

    def start_empty(self) -> None:
        """Open a new empty project."""
        self.home()
        self.page.get_by_role("button", name="Empty project").click()
        expect(self.canvas).to_be_visible()

    def open(self, address: str) -> None:
        """Open a project by its address."""
        self.page.goto(address)
        expect(self.canvas).to_be_visible()

    def project_api(self) -> str:
        """The address of this project in the HTTP API."""
        return f"{self.url}/api/projects/{self.page.url.rpartition('/')[2]}"

    def document(self) -> dict[str, object]:
        """The document on the server."""
        answer = self.page.request.get(f"{self.project_api()}/document")
        assert answer.ok
        return dict(answer.json())

    # --- the canvas -------------------------------------------------------------------------

    @property
    def canvas(self) -> Locator:
        return self.page.get_by_role("region", name="Canvas")

    @property
    def cards(self) -> Locator:
        return self.canvas.get_by_role("article")

    @property
    def wires(self) -> Locator:
        return self.canvas.locator(".svelte-flow__edge")

    def card(self, name: str) -> Locator:
        """The card of the node with this name."""
        return self.cards.filter(has_text=re.compile(rf"^\s*{re.escape(name)}\b")).first

    def drag_layer(self, layer: str, x: float, y: float) -> None:
        """Drag a layer from the palette to a point of the canvas, in pixels from its corner."""
        box = self.canvas.bounding_box()
        assert box
        self.drag(self.palette_item(layer), box["x"] + x, box["y"] + y)

    def drag(self, start: Locator, x: float, y: float) -> None:
        """Drag an element by its middle to a point of the page."""
        start.scroll_into_view_if_needed()
        box = start.bounding_box()
        assert box
        mouse = self.page.mouse
        mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        mouse.down()
        mouse.move(x - 20, y - 20, steps=4)
        mouse.move(x, y, steps=4)
        mouse.up()

    def wire(self, source: str, target: str) -> None:
        """Drag a wire from port to port, both found by label."""
        end = self.port(target).bounding_box()
        assert end
        middle = (end["x"] + end["width"] / 2, end["y"] + end["height"] / 2)
        self.drag(self.port(source), *middle)

    def port(self, label: str) -> Locator:
        """A port by its label, such as "Output output of image"."""
        return self.canvas.get_by_label(label, exact=True)

    def palette_item(self, layer: str) -> Locator:
        """An entry of the palette."""
        palette = self.page.get_by_role("group", name="Layers")
        return palette.get_by_role("button", name=layer, exact=True)

    def chips(self) -> list[str]:
        """The shapes on the wires."""
        return [text.strip() for text in self.canvas.locator(".chip").all_inner_texts()]

    # --- panels -----------------------------------------------------------------------------

    @property
    def inspector(self) -> Locator:
        return self.page.get_by_role("complementary", name="Inspector")

    def tab(self, name: str) -> Locator:
        """Open a tab of the drawer and return its panel."""
        self.page.get_by_role("tab", name=re.compile(f"^{name}")).click()
        return self.page.get_by_role("tabpanel", name=re.compile(f"^{name}"))

    def set_param(self, name: str, value: str) -> None:
        """Set a parameter of the selection."""
        self.param(name).fill(value)
        self.param(name).press("Enter")

    def param(self, name: str) -> Locator:
        """The field of a parameter of the selection; required ones are marked with a star."""
        return self.inspector.get_by_label(re.compile(rf"^\s*{re.escape(name)}(\s*\*)?\s*$"))

    def press(self, keys: str) -> None:
        """Press keys; the canvas has the focus."""
        self.page.keyboard.press(keys)

    # --- waiting ----------------------------------------------------------------------------

    def wait_until_saved(self) -> None:
        """Wait until every edit is saved."""
        expect(self.page.get_by_test_id("saved")).to_contain_text("Saved")

    def wait_until_checked(self) -> None:
        """Wait until the wires show shapes and the view has come to rest."""
        expect(self.canvas.locator(".chip").first).to_be_visible(timeout=60_000)
        self.wait_until_still()

    def wait_until_still(self) -> None:
        """Wait until nothing on the canvas moves."""
        self.page.evaluate(STILL)

    # --- training ---------------------------------------------------------------------------

    def train(self) -> None:
        """Press Train in the bar."""
        self.page.get_by_role("banner").get_by_role("button", name="Train", exact=True).click()

    def wait_for_end(self, words: str = "Finished", seconds: int = 180) -> None:
        """Wait until the status of the shown run contains `words`."""
        status = self.page.get_by_test_id("run-status")
        expect(status).to_contain_text(words, timeout=seconds * 1000)

    def download(self, button: Locator) -> Download:
        """Click a download button; return the download."""
        with self.page.expect_download() as waiting:
            button.click()
        return waiting.value

    def photograph(self, path: Path) -> None:
        """Take a screenshot of the page, once nothing on it is being loaded."""
        loading = self.page.get_by_role("status").filter(has_text=re.compile("^Loading |geladen…$"))
        expect(loading).to_have_count(0, timeout=60_000)
        self.page.screenshot(path=path, animations="disabled")
