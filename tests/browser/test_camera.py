"""Pictures of the camera, class by class, become a data set; Chromium plays a camera."""

import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.ensure_chromium import ARGUMENTS, find
from tests.browser.workbench import Workbench
from tests.conftest import Server

CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
# Keeps the streams that the page asks for, to see whether they are stopped.
WATCH = """
const media = navigator.mediaDevices, ask = media.getUserMedia.bind(media)
window.streams = []
media.getUserMedia = async wanted => {
  const stream = await ask(wanted)
  window.streams.push(stream)
  return stream
}
"""
REFUSE = """
navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', '%s') }
"""
INSECURE = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined })"


@pytest.fixture(scope="module")
def browser(browser: Browser) -> Iterator[Browser]:
    """A browser with a camera that shows a pattern, and asks nobody."""
    running = browser.browser_type.launch(executable_path=find(), args=[*ARGUMENTS, *CAMERA])
    yield running
    running.close()


def open_recorder(bench: Workbench) -> Locator:
    bench.tab("Data").get_by_role("button", name="Record pictures…").click()
    dialog = bench.page.get_by_role("dialog", name="Record with the camera")
    expect(dialog).to_be_visible()
    return dialog


def pictures_of(dialog: Locator, name: str) -> Locator:
    group = dialog.get_by_role("group", name=f"Pictures of {name}", exact=True)
    return group.get_by_role("button")


def record(bench: Workbench, dialog: Locator, name: str, many: int) -> None:
    """Hold a button until there are so many pictures."""
    dialog.get_by_role("button", name=f"Hold to record {name}").hover()
    bench.page.mouse.down()
    expect(pictures_of(dialog, name).nth(many - 1)).to_be_visible()
    bench.page.mouse.up()


def test_recorded_pictures_are_learnt(
    open_page: Callable[..., Page], server: Server, pictures: Path
) -> None:
    page = open_page()
    page.add_init_script(WATCH)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(f"{request.method} {request.url}"))
    bench = Workbench(page, server.url)
    bench.start_empty()
    dialog = open_recorder(bench)
    dialog.get_by_label("Size of a picture").select_option("64 × 64")
    dialog.get_by_label("Name of class 1").fill("cup")
    use = dialog.get_by_role("button", name="Use these pictures")
    expect(dialog.get_by_role("button", name="Hold to record cup")).to_be_enabled()
    before = len(requests)
    record(bench, dialog, "cup", 8)
    expect(use).to_be_disabled()
    record(bench, dialog, "Class 2", 3)
    dialog.get_by_role("button", name="Hold to record Class 2").focus()
    page.keyboard.down("Space")
    expect(pictures_of(dialog, "Class 2").nth(5)).to_be_visible()
    page.keyboard.up("Space")
    held = pictures_of(dialog, "Class 2").count()
    pictures_of(dialog, "Class 2").first.click()
    expect(pictures_of(dialog, "Class 2")).to_have_count(held - 1)
    assert [sent for sent in requests[before:] if not sent.startswith("GET blob:")] == []
    bench.photograph(pictures / "camera.png")
    use.click()
    expect(dialog).to_have_count(0)
    states = "streams.flatMap(stream => stream.getTracks()).map(track => track.readyState)"
    assert page.evaluate(states) == ["ended"]

    panel = page.get_by_role("tabpanel", name="Data")
    expect(panel.get_by_label("Role of class")).to_have_value("target", timeout=90_000)
    expect(panel.get_by_label("Image size")).to_have_value("64")
    link = panel.get_by_role("link", name="File as it was uploaded")
    with zipfile.ZipFile(BytesIO(Path(bench.download(link).path()).read_bytes())) as archive:
        assert archive.testzip() is None
        folders = {name.split("/")[0] for name in archive.namelist()}
    assert folders == {"cup", "Class 2"}
    panel.get_by_role("button", name="Propose a model").click()
    bench.wait_until_checked()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (REFUSE % "NotAllowedError", "does not let this page use the camera"),
        (REFUSE % "NotFoundError", "No camera was found"),
        (REFUSE % "NotReadableError", "could not be started"),
        (INSECURE, "secure pages only"),
    ],
)
def test_a_camera_that_cant_be_used_says_why(
    open_page: Callable[..., Page], server: Server, script: str, words: str
) -> None:
    page = open_page()
    page.add_init_script(script)
    bench = Workbench(page, server.url)
    bench.start_empty()
    dialog = open_recorder(bench)
    expect(dialog.get_by_role("alert")).to_contain_text(words)
    expect(dialog.get_by_role("button", name="Hold to record Class 1")).to_be_disabled()


def test_the_camera_is_off_once_the_panel_is_closed(
    open_page: Callable[..., Page], server: Server
) -> None:
    page = open_page()
    page.add_init_script(WATCH)
    bench = Workbench(page, server.url)
    bench.start_empty()
    dialog = open_recorder(bench)
    expect(dialog.get_by_role("button", name="Hold to record Class 1")).to_be_enabled()
    assert page.evaluate("streams[0].active")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert not page.evaluate("streams[0].active")
