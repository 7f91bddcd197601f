"""Rows that follow each other: a series to forecast, and a text to continue."""

import math

from playwright.sync_api import expect

from tests.browser.test_data import drop_data
from tests.browser.workbench import Workbench

POWER = "hour,price,power\n" + "\n".join(
    f"{hour},{hour % 7},{500 + 200 * math.sin(hour / 24 * math.tau):.1f}" for hour in range(400)
)


def test_a_table_becomes_a_series_for_which_a_model_is_proposed_and_trains(
    bench: Workbench,
) -> None:
    bench.start_from("Digits, dense")
    drop_data(bench, "power.csv", POWER)
    panel = bench.page.get_by_role("tabpanel", name="Data")
    panel.get_by_label("The rows are a time series").check()
    expect(panel.get_by_label("Column to forecast")).to_have_value("power")
    panel.get_by_label("price", exact=True).uncheck()
    expect(panel.get_by_label("price", exact=True)).not_to_be_checked()
    expect(panel.get_by_label("Column to forecast").get_by_role("option")).to_have_text(
        ["hour", "power"]
    )
    panel.get_by_label("Known steps").select_option("12")
    expect(panel).to_contain_text("388 rows for forecasting")
    panel.get_by_label("Steps to forecast").select_option("2")
    expect(panel).to_contain_text("194 rows for forecasting")
    panel.get_by_role("button", name="Propose a model").click()
    expect(bench.cards.filter(has_text="LSTM")).to_have_count(1)
    bench.wait_until_checked()
    bench.train()
    bench.wait_for_end()
    bench.tab("Data")
    panel.get_by_label("The rows are a time series").uncheck()
    expect(panel.get_by_role("table", name="Rows of power")).to_be_visible()


def test_a_text_becomes_characters_to_predict(bench: Workbench) -> None:
    bench.start_from("Iris")
    drop_data(bench, "rhyme.txt", "one two buckle my shoe\nthree four knock at the door\n" * 20)
    panel = bench.page.get_by_role("tabpanel", name="Data")
    expect(panel).to_contain_text("from 40 characters the next one is predicted")
    lines = panel.get_by_label("Predict each next character")
    expect(lines).to_be_checked()
    lines.uncheck()
    expect(panel).to_contain_text("40 rows")
    lines.check()
    expect(panel).to_contain_text("rows for forecasting")
    panel.get_by_label("Known characters").select_option("24")
    panel.get_by_role("button", name="Propose a model").click()
    expect(bench.cards.filter(has_text="LSTM")).to_have_count(1)
    bench.wait_until_checked()
    expect(bench.tab("Problems")).not_to_contain_text("can train")
