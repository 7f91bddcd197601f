"""Reading source in tests."""

from textwrap import dedent

from engine.document import MAIN, Document
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python

HEAD = """
import keras
from keras import layers
"""


def read(source: str, head: str = HEAD) -> Imported:
    """The import of source that can be read."""
    answer = from_python(head + dedent(source))
    assert isinstance(answer, Imported), answer
    return answer


def refusal(source: str, head: str = HEAD) -> str:
    """The first reason why source can't be read."""
    answer = from_python(head + dedent(source))
    assert not isinstance(answer, Imported), summary(answer.document)
    return (answer if isinstance(answer, list) else answer.problems)[0].message


def summary(document: Document, graph: str = MAIN) -> list[str]:
    """The layers of a graph with their parameters, in the order of the source.

    A sub-model is replaced by its layers.
    """
    result = []
    for node in document.graph(graph).nodes:
        params = ", ".join(f"{name}={value!r}" for name, value in node.params.items())
        if node.graph is not None:
            result += summary(document, node.graph)
        elif node.layer != "Input":
            result.append(f"{node.layer}({params})")
    return result


def outline(document: Document) -> dict[str, list[str]]:
    """The layers of each graph in the order of the source, by its name; "" is the main one."""
    names = {graph.id: graph.name for graph in document.graphs}
    return {
        graph.name: [
            f"{node.layer}{' ' + names[node.graph] if node.graph else ''}"
            + (f" as {node.name}" if node.name and node.graph else "")
            + (" again" if node.shares else "")
            for node in graph.nodes
            if node.layer != "Input"
        ]
        for graph in document.graphs
    }
