"""Repeated rows and missing values of an own file are cared for on the Data tab."""

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.test_data import drop_data
from tests.browser.workbench import Workbench

ROWS = [
    f"{'' if row % 9 == 4 else row % 7 + 0.5},{row * 37 % 50}.25,{('elm', 'oak', '')[row % 3]},"
    f"{row}.75,k{row % 3}"
    for row in range(60)
]
TREES = "\n".join(["a,b,c,d,kind", *ROWS, *ROWS[:6]])


def steps(bench: Workbench) -> list[dict[str, Any]]:
    bench.wait_until_saved()
    training: dict[str, Any] = bench.document()["training"]  # type: ignore[assignment]
    result: list[dict[str, Any]] = training["preparation"]
    return result


def test_steps_are_taken_changed_moved_and_removed(bench: Workbench, pictures: Path) -> None:
    bench.start_from("Iris")
    drop_data(bench, "trees.csv", TREES)
    panel = bench.page.get_by_role("tabpanel", name="Data")
    notes = panel.get_by_role("list", name="Notes on reading")
    notes.get_by_role("button", name="Leave out repeated rows").click()
    notes.get_by_role("button", name="Fill with the median").click()
    part = panel.get_by_role("region", name="Preparation")
    expect(part).to_contain_text("leaves out 6 of 66 rows")
    expect(part).to_contain_text("of 60 values of “a” with")
    expect(part).to_contain_text("the median of the training rows")
    expect(notes.get_by_role("button", name="Fill with the median")).to_have_count(0)
    assert [step["type"] for step in steps(bench)] == ["leave_out_repeats", "fill"]

    add = part.get_by_label("Add a step of the preparation")
    add.select_option("Leave out rows outside a range")
    part.get_by_label("Column of step 2", exact=True).select_option("b")
    highest = part.get_by_label("Greatest value that is kept by step 2")
    highest.fill("40")
    highest.press("Enter")
    second = part.get_by_role("listitem", name="Step 2: Leave out rows outside a range")
    expect(second).to_contain_text("of 60 rows")
    # What can't be a bound stays in the field, is marked, and changes nothing.
    highest.fill("4o")
    highest.press("Tab")
    expect(highest).to_have_value("4o")
    expect(highest).to_have_attribute("aria-invalid", "true")
    assert steps(bench)[1]["maximum"] == 40
    highest.fill("2 * 20 + 1")
    expect(highest).to_have_attribute("aria-invalid", "false")
    assert steps(bench)[1]["maximum"] == 41
    part.get_by_role("button", name="Move step 2 up").click()
    first = part.get_by_role("listitem", name="Step 1: Leave out rows outside a range")
    expect(first).to_contain_text("of 66 rows")
    assert [step["type"] for step in steps(bench)] == [
        "leave_out_outside",
        "leave_out_repeats",
        "fill",
    ]
    part.get_by_label("Filling of step 3").select_option("constant")
    expect(part).to_contain_text("fills “a” with a number, and has none.")
    part.get_by_role("button", name="Fill with the median").click()
    expect(part).not_to_contain_text("has none")
    bench.wait_until_checked()
    part.scroll_into_view_if_needed()
    bench.photograph(pictures / "preparation.png")
    part.get_by_role("button", name="Remove step 1").click()
    expect(part.get_by_role("listitem", name="Step 2: Fill missing values")).to_be_visible()
    assert [step["type"] for step in steps(bench)] == ["leave_out_repeats", "fill"]


def test_a_proposed_model_fills_missing_numbers(bench: Workbench) -> None:
    bench.start_from("Iris")
    drop_data(bench, "trees.csv", TREES)
    panel = bench.page.get_by_role("tabpanel", name="Data")
    panel.get_by_role("button", name="Leave out repeated rows").click()
    panel.get_by_role("button", name="Propose a model").click()
    expect(panel).to_contain_text("which are filled with the median of the training rows.")
    part = panel.get_by_role("region", name="Preparation")
    expect(part.get_by_role("list", name="Layers of the model")).to_contain_text("Normalization")
    expect(part.get_by_role("listitem", name="Step 2: Fill missing values")).to_contain_text("“a”")
    first, step = steps(bench)
    assert first == {"type": "leave_out_repeats"}
    assert step == {"type": "fill", "columns": ["a"], "by": "median", "value": None}
