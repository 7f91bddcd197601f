"""Generated code's own words, in comments, docstrings and headings, come from the catalogue."""

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterable, Iterator
from gettext import NullTranslations

import pytest

from engine.code import Form, generate
from engine.document import Document
from engine.problems import Plural
from engine.problems.code import WORDS
from tests.engine.code.helpers import document, node
from tests.engine.problems.languages import PSEUDO

NAMES = re.compile(
    "EarlyStopping|nothing|SGD|ExponentialDecay[.][a-z_]+|keras>|tensorflow|scikit-learn|"
    "Iris|units|features|sepal|petal|species|Digits|image|__doc__|inputs|targets|float32|int64"
)
"""Names in the documents below: of classes, parameters, packages, data sets and columns."""

SHOWN = {"help", "label", "xlabel"}
"""Arguments that people read, of argparse and of Matplotlib."""

COPIED = ("load_", "split_")
"""Functions that are copied from the source of the data sets, docstrings included."""

LAYERS = (
    node("a", "Input", "1", shape=[4]),
    node("b", "Dense", "2", units=3, activation="softmax"),
    node("c", "Dense", "3", units=3),
    node("d", "Add", "4"),
)
SPARSE = {"loss": {"class": "SparseCategoricalCrossentropy"}}
UNKNOWN = {
    "data": "iris",
    "optimizer": {"class": "5"},
    "callbacks": [{"class": "6"}, {"class": "EarlyStopping", "params": {"nothing": 1}}],
}
REQUIRED = {
    "data": "iris",
    "optimizer": {"class": "SGD", "params": {"learning_rate": {"class": "ExponentialDecay"}}},
}
WIRES = "a b; a c"
NAMED = {"name": "8", "outputs": [{"node": "b"}]}
DOCUMENTS = {
    "trained": document(*LAYERS[:3], wires=WIRES, training=UNKNOWN, **NAMED),
    "no data": document(*LAYERS, wires=WIRES, **NAMED),
    "described": document(*LAYERS, wires=WIRES, description="7", **NAMED),
    "no output": document(LAYERS[0], LAYERS[3], name="8"),
    "required": document(*LAYERS[:2], wires="a b", training=REQUIRED),
    "unnamed": document(node("a", "Input", shape=[4]), node("b", "Dense", units=3), wires="a b"),
    "own data": document(
        node("a", "Input", shape=[4]),
        node("b", "Dense", units=3),
        wires="a b",
        training=SPARSE,
    ),
    "own data, a class at each position": document(
        node("a", "Input", shape=[4, 4]),
        node("b", "Dense", units=3),
        wires="a b",
        training=SPARSE,
    ),
    "own classes of unknown shape": document(
        node("a", "Input", shape=[4]),
        node("b", "Concatenate"),
        node("c", "Dense", units=3),
        wires="a b; a b; b c",
        training=SPARSE,
    ),
    "own classes, unknown how many": document(
        node("a", "Input", shape=[4]),
        node("b", "Concatenate"),
        wires="a b; a b",
        training=SPARSE,
    ),
    "own data of unknown shape": document(
        node("a", "Input", shape=[4]),
        node("b", "Concatenate"),
        wires="a b; a b",
    ),
    "same rows": document(*LAYERS[:2], wires="a b", training={"data": "iris", "split": 0}),
    "unnamed, with data": document(
        node("a", "Input", shape=[4]),
        node("b", "Dense", units=3),
        wires="a b",
        training={"data": "iris", "test_split": 0.1},
    ),
    "again": document(
        node("a", "Input", "1", shape=[8, 8, 1]),
        node("b", "Conv2D", "2", filters=1, kernel_size=1),
        wires="a b",
        training={"data": "digits", "bindings": [{"node": "b", "column": "image"}]},
        **NAMED,
    ),
    "an error in a sub-model": document(
        LAYERS[0],
        node("b", "Model", "2", graph="g1"),
        wires="a b",
        graphs=[
            {
                "id": "g1",
                "nodes": [node("c", "Input", "3", shape=[4]), node("d", "Dense", "5")],
                "edges": [{"id": "e", "source": "c", "target": "d", "target_port": "inputs"}],
            }
        ],
    ),
    "many inputs": document(
        *(node(f"i{number}", "Input", str(number), shape=[4]) for number in range(8)),
        node("sum", "Add", "9"),
        wires="; ".join(f"i{number} sum" for number in range(8)),
    ),
}
"""Names are digits, so that each letter is of Layerloom's own words, or of a class of Keras."""


@pytest.mark.parametrize("form", ["functional", "sequential", "function", "script", "notebook"])
@pytest.mark.parametrize("case", DOCUMENTS)
def test_no_word_of_generated_code_bypasses_the_catalogue(case: str, form: Form) -> None:
    texts = list(_texts(DOCUMENTS[case], form))
    assert texts
    for text in texts:
        assert "⟦" in text or not text
        assert re.findall(r"[A-Za-z]+", NAMES.sub("", text)) == []


class Recorder(NullTranslations):
    """English; remembers the templates that were looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.templates: set[str] = set()

    def gettext(self, message: str) -> str:
        self.templates.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


PROBLEMS = ("code_incomplete", "code_incomplete.why", "code_needs_tensorflow", "code_one_device")
"""Returned beside the code, no comments in it."""


def test_the_documents_need_every_text_of_generated_code() -> None:
    recorder = Recorder()
    for case in DOCUMENTS.values():
        generate(case, "script", language=recorder, options=True)
        generate(case, "subclass", language=recorder)
        generate(case, "script", "keras-2", language=recorder)
    messages = {code: words.message for code, words in WORDS.items() if code.startswith("code_")}
    for code in PROBLEMS:
        del messages[code]
    unused = [
        code
        for code, text in messages.items()
        if not recorder.templates & ({text.one, text.many} if isinstance(text, Plural) else {text})
    ]
    assert unused == []


def _texts(case: Document, form: Form) -> Iterator[str]:
    """The docstrings, comments, messages and headings of generated code."""
    code = generate(case, form, language=PSEUDO, options=True)
    if form != "notebook":
        return (yield from _words(code.source))
    for cell in json.loads(code.source)["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield text
        else:
            yield from _words(text)


def _words(source: str) -> Iterator[str]:
    for part in ast.walk(ast.parse(source)):
        if isinstance(part, ast.Module | ast.FunctionDef):
            name = part.name if isinstance(part, ast.FunctionDef) else ""
            if (text := ast.get_docstring(part)) and not name.startswith(COPIED):
                yield text
        if isinstance(part, ast.Raise) and isinstance(part.exc, ast.Call):
            yield from _constants(part.exc.args)
        if isinstance(part, ast.Call) and getattr(part.func, "id", "") == "print":
            yield from _constants(part.args)
        if isinstance(part, ast.Call):
            named = {keyword.arg: keyword.value for keyword in part.keywords}
            yield from _constants(named[name] for name in SHOWN & named.keys())
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    yield " ".join(token.string for token in tokens if token.type == tokenize.COMMENT)


def _constants(values: Iterable[ast.expr]) -> Iterator[str]:
    yield from (str(value.value) for value in values if isinstance(value, ast.Constant))
