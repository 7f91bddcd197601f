"""Automatic layout: crossings, bends and lengths, beside dagre, ELK and Graphviz."""

import json
import statistics
import subprocess
from collections.abc import Iterator

from bench import Row, documents
from engine import templates
from engine.document import Graph
from tests.conftest import ROOT

APPLICATIONS = ("ResNet50", "InceptionV3", "EfficientNetV2B0", "NASNetMobile")
TEMPLATES = "templates"
LIMIT = 600

Figures = dict[str, float]
"""What is measured of one drawing, by name."""


def rows() -> Iterator[Row]:
    """One row for each figure and graph; the templates together are one graph."""
    graphs = _graphs()
    drawings = _draw(graphs)
    names = [template.id for template in templates.load()]
    together = {
        tool: _mean([drawings[name][tool] for name in names]) for tool in drawings[names[0]]
    }
    measured = {TEMPLATES: together, **{name: drawings[name] for name in drawings.keys() - names}}
    for graph in (TEMPLATES, "U-Net", "transformer", *APPLICATIONS):
        tools = measured[graph]
        yield _row(f"crossings, {graph}", "crossings", "{:.0f}", tools)
        yield _row(f"straight edges, {graph}", "straight", "{:.2f}", tools)
        yield _row(f"bends per edge, {graph}", "bends", "{:.2f}", tools)
        yield _row(f"pixels per edge, {graph}", "length", "{:.0f}", tools)


def _graphs() -> dict[str, Graph]:
    return {
        **{template.id: template.document.main for template in templates.load()},
        "U-Net": documents.unet().main,
        "transformer": documents.transformer().main,
        **{name: documents.application(name).main for name in APPLICATIONS},
    }


def _draw(graphs: dict[str, Graph]) -> dict[str, dict[str, Figures | None]]:
    """The figures by graph and tool; None for a tool that is not installed."""
    values = {name: graph.model_dump(mode="json") for name, graph in graphs.items()}
    result = subprocess.run(
        ["node", "bench/layouts.mjs"],
        cwd=ROOT / "frontend",
        input=json.dumps(values),
        stdout=subprocess.PIPE,
        text=True,
        timeout=LIMIT,
        check=True,
    )
    return dict(json.loads(result.stdout))


def _mean(drawings: list[Figures | None]) -> Figures | None:
    """The sum of the crossings, and the means of the other figures."""
    known = [figures for figures in drawings if figures is not None]
    if not known:
        return None
    means = {name: statistics.mean(figures[name] for figures in known) for name in known[0]}
    return {**means, "crossings": sum(figures["crossings"] for figures in known)}


def _row(title: str, name: str, form: str, tools: dict[str, Figures | None]) -> Row:
    words = {
        tool: "absent" if figures is None else form.format(figures[name])
        for tool, figures in tools.items()
    }
    ours = words.pop("Layerloom")
    return Row(title, ours, ", ".join(f"{tool} {word}" for tool, word in words.items()))
