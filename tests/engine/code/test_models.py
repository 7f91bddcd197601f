"""Generated code, executed in a fresh process, makes the model that the engine builds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from engine import templates
from engine.code import Form, generate
from engine.document import Document
from engine.document.reading import read_document
from tests.engine.code.helpers import Judge, judge
from tests.engine.code.strategies import sound_documents

GOLDEN = Path(__file__).parents[2] / "golden"
SOUND = sorted(path for path in GOLDEN.glob("*.json") if path.stem != "broken")
ALL = templates.load()
FORMS: tuple[Form, ...] = ("functional", "sequential", "function", "script")


@pytest.fixture(scope="module")
def process() -> Iterator[Judge]:
    with judge() as started:
        yield started


@pytest.mark.parametrize("template", ALL, ids=[one.id for one in ALL])
def test_every_template(process: Judge, template: templates.Template) -> None:
    said = process.find_errors(template.document, *FORMS)
    assert said == dict.fromkeys(FORMS)


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_every_golden_document(process: Judge, path: Path) -> None:
    read = read_document(path.read_bytes())
    assert isinstance(read, Document)
    assert process.find_errors(read, *FORMS) == dict.fromkeys(FORMS)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(random=sound_documents())
def test_random_graphs(process: Judge, random: Document) -> None:
    said = process.find_errors(random, "functional")
    assert said == {"functional": None}, generate(random, "functional").source
