"""Images with masks: dropped as a ZIP, seen, and learned by a U-Net that is proposed."""

import zipfile

import numpy as np
from playwright.sync_api import expect

from tests.browser.test_data import drop_data
from tests.browser.workbench import Workbench
from tests.engine.data.files.archives import picture, zipped
from tests.engine.data.files.test_masks import png


def archive() -> bytes:
    members = {}
    for number in range(12):
        mask = np.zeros((16, 16), "uint8")
        mask[number : number + 4, 3:9] = 255
        members[f"images/{number}.png"] = picture(16, 16, 20 * number)
        members[f"masks/{number}.png"] = png(mask)
    return zipped(members)


def test_images_with_masks_are_segmented(bench: Workbench) -> None:
    bench.start_from("Iris")
    content = archive()
    drop_data(bench, "cells.zip", content)
    panel = bench.page.get_by_role("tabpanel", name="Data")
    expect(panel).to_contain_text("12 rows for segmentation")
    expect(panel.get_by_label("Type of mask")).to_have_value("mask")
    panel.get_by_role("button", name="Propose a model").click()
    expect(bench.cards.filter(has_text="UpSampling2D")).to_have_count(2)
    bench.wait_until_checked()
    code = bench.tab("Code")
    code.get_by_text("Script", exact=True).click()
    expect(code).to_contain_text("(data set cells)")
    with bench.page.expect_download() as download:
        code.get_by_role("link", name="ZIP with data").click()
    with zipfile.ZipFile(download.value.path()) as packed:
        script, *others = packed.namelist()
        assert others == ["requirements.txt", "cells.zip"]
        assert packed.read("cells.zip") == content
        assert b'{"images/": "masks/"}' in packed.read(script)
    bench.train()
    bench.wait_for_end()
    expect(bench.tab("Training")).to_contain_text("accuracy")
