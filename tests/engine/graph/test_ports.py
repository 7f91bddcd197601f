"""Which ports a node has: the cases that Python and TypeScript share."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.catalogue import Port
from engine.document import Document
from engine.graph.ports import MAX_OUTPUTS, Outline
from tests.engine.documents import document, node

SHARED = json.loads((Path(__file__).parents[2] / "ports.json").read_text(encoding="utf-8"))


def words(ports: tuple[Port, ...]) -> str:
    """Ports in the notation of the cases."""
    return " ".join(
        port.name + "*" * port.variadic + "+" * port.spread + "?" * port.optional for port in ports
    )


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: case["name"])
def test_shared_case(case: dict[str, Any]) -> None:
    whole = Document.model_validate({"graphs": case["graphs"]})
    ports = Outline(whole).ports("main", case["node"])
    if case["inputs"] is None:
        assert ports is None
    else:
        assert ports is not None
        assert (words(ports.inputs), words(ports.outputs)) == (case["inputs"], case["outputs"])


def test_outputs_are_bounded() -> None:
    outline = Outline(document([node("a", "ops.split", indices_or_sections=10**9)], []))
    ports = outline.ports("main", "a")
    assert ports is not None
    assert len(ports.outputs) == MAX_OUTPUTS
