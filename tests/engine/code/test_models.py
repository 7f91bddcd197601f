"""Generated code, run in another process, builds the same model as the engine."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings

from engine import templates
from engine.code import Form, generate
from engine.document import Document
from engine.document.reading import read_document
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from tests.engine.code.helpers import Comparer, comparer
from tests.engine.code.strategies import valid_documents

GOLDEN = Path(__file__).parents[2] / "golden"
VALID = sorted(path for path in GOLDEN.glob("*.json") if path.stem != "broken")
ALL = templates.load()
FORMS: tuple[Form, ...] = ("functional", "sequential", "function", "script")


@pytest.fixture(scope="module")
def process() -> Iterator[Comparer]:
    with comparer() as process:
        yield process


@pytest.mark.parametrize("template", ALL, ids=[template.id for template in ALL])
def test_every_template(process: Comparer, template: templates.Template) -> None:
    differences = process.differences(template.document, *FORMS)
    assert differences == dict.fromkeys(FORMS)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_every_golden_document(process: Comparer, path: Path) -> None:
    read = read_document(path.read_bytes())
    assert isinstance(read, Document)
    assert process.differences(read, *FORMS) == dict.fromkeys(FORMS)


def test_sub_models_of_the_same_name(process: Comparer) -> None:
    source = """
    import keras
    from keras import layers
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    outer = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    inputs = keras.Input((4,))
    model = keras.Model(inputs, outer(inner(inputs)))
    """
    imported = from_python(dedent(source))
    assert isinstance(imported, Imported)
    named = [graph.model_copy(update={"name": "part"}) for graph in imported.document.graphs]
    document = imported.document.model_copy(update={"graphs": tuple(named)})
    assert process.differences(document, *FORMS) == dict.fromkeys(FORMS)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(document=valid_documents())
def test_random_graphs(process: Comparer, document: Document) -> None:
    differences = process.differences(document, "functional")
    assert differences == {"functional": None}, generate(document, "functional").source
