"""Read a source: interpret it, choose one of its models, and report what was left out."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.data.built_in import BUILT_IN
from engine.data.catalogue import DataSets
from engine.document import Document, Target
from engine.graph.layout import lay_out
from engine.graph.names import valid_name
from engine.imports.graph_builder import Imported
from engine.imports.python.assemble import Assembler, HolesError
from engine.imports.python.bindings import with_bindings
from engine.imports.python.compiled import TrainingReader
from engine.imports.python.interpreter import Interpreter
from engine.imports.python.subclassed import build_subclassed
from engine.imports.python.syntax import parse
from engine.imports.python.tools import Tools
from engine.imports.python.values import EndlessError, LeftOut, Model, ReadError, Unknown
from engine.machine import backends
from engine.problems import Problem, phrase, problem, quoted

MAX_REASONS = 3
"""Models of a source about which a refusal speaks."""


def from_python(
    source: str,
    data: DataSets = BUILT_IN,
    tools: Tools = Tools(),  # noqa: B008 (a frozen value)
    choice: int | None = None,
    answers: Mapping[str, Any] | None = None,
    base: str | None = None,
) -> Imported | list[Problem]:
    """Return the document for Keras code, with problems for what it does not hold.

    Reads functional, Sequential and subclassed models of any version of Keras; `data` are the data
    sets whose loading is recognised, and `answers` the answers to questions of an earlier reading.
    Of several models `choice` is taken, else the one that is trained, else the last. `base` is the
    generated code that `source` is an edit of: new statements without effect are reported. Never
    raises for bad input: returns problems for source without a model.
    """
    parsed = parse(source)
    if isinstance(parsed, Problem):
        return [parsed]
    state = Interpreter(data, tools, answers or {})
    state.python_2 = parsed.python_2
    problems = list(_interpret(state, parsed.tree, base))
    return _chosen(state, parsed.tree, choice, problems)


def _interpret(state: Interpreter, tree: ast.Module, base: str | None) -> Iterator[Problem]:
    try:
        idle = state.run_module(tree.body)
        if not state.models:
            state.run_definitions()
    except EndlessError as error:
        yield problem("python_endless", line=error.line, why=error.why)
    except RecursionError:
        yield problem("python_endless", line=1, why=phrase("the source nests too deeply"))
    else:
        if base is not None:
            yield from _lost(idle, base)


def _lost(idle: list[ast.stmt], base: str) -> Iterator[Problem]:
    """Problems for statements of an edit that say nothing about the model."""
    parsed = parse(base)
    known = (
        set() if isinstance(parsed, Problem) else {ast.unparse(node) for node in parsed.tree.body}
    )
    for statement in idle:
        if not isinstance(statement, ast.Pass) and ast.unparse(statement) not in known:
            yield problem("python_idle", line=statement.lineno)


def _chosen(
    state: Interpreter, tree: ast.Module, choice: int | None, problems: list[Problem]
) -> Imported | list[Problem]:
    """The document of the model that is taken; the reasons why none can be."""
    reasons: list[Problem] = []
    order = _order(state.models)
    if choice is not None and 0 <= choice < len(state.models):
        order = [state.models[choice]]
    for model in order:
        try:
            document, left_out = _document(state, model, ast.get_docstring(tree) or "")
        except HolesError as error:
            reasons += _reasons(error.holes)
        except ReadError as error:
            reasons += _reasons([error.unknown])
        except RecursionError:
            why = phrase("its models nest too deeply")
            reasons.append(problem("python_line", line=model.line, why=why))
        else:
            problems += _left_out(left_out)
            if reasons and choice is None:
                problems.append(_other_model(order[0], reasons[0], model))
            return Imported(document=document, problems=tuple(problems))
    if not reasons:
        reasons = list(_reasons([*state.suspects.values()]))
    unique = list({(item.code, item.message): item for item in reasons}.values())
    if not state.models and not unique:
        return [*problems, problem("python_no_model.none")]
    return [*problems, *unique[:MAX_REASONS], problem("python_no_model")]


def _reasons(holes: Sequence[Unknown]) -> Iterator[Problem]:
    for hole in holes:
        yield problem("python_line", line=hole.line, why=hole.why)


def _order(models: list[Model]) -> list[Model]:
    """Trained models first, then compiled ones; later ones before earlier ones."""

    def rank(model: Model) -> int:
        return 2 * bool(model.fitted) + bool(model.compiled)

    return sorted(models, key=rank)[::-1]


def _document(state: Interpreter, model: Model, docstring: str) -> tuple[Document, list[LeftOut]]:
    """The document whose main graph is `model`, and what it lacks. Raises ReadError."""
    if model.instance is not None:
        build_subclassed(state, model)
    assembler = Assembler(state)
    graphs = assembler.build_main(model)
    assert assembler.main is not None
    training = TrainingReader(state, model, assembler.main)
    document = Document(
        name=_title(model.name, docstring),
        graphs=graphs,
        training=training.training(),
        target=_target(state),
    )
    bound = with_bindings(lay_out(document), model.fitted, state.data)
    used = assembler.used
    left_out = [item for item in state.left_out if not item.calls or item.calls & used]
    return bound, [*left_out, *model.left_out, *training.left_out]


def _other_model(wanted: Model, reason: Problem, taken: Model) -> Problem:
    """That the model which the source trains, or builds last, could not be read."""
    why = quoted(reason)
    return problem("python_other_model", line=wanted.line, why=why, taken=taken.line)


def _left_out(items: list[LeftOut]) -> list[Problem]:
    if not items:
        return []
    what = [phrase("{what} (line {line})", what=item.what, line=item.line) for item in items]
    return [problem("python_left_out", what=what)]


def _title(name: str, docstring: str) -> str:
    """The title in the source's docstring if the model is named after it, else the model's name."""
    title = docstring.partition("\n")[0].partition(":")[0].strip()
    if title and valid_name(title).lower() == name.lower():
        return title[:200]
    return name.replace("_", " ").strip().capitalize()[:200] or "Imported"


def _target(state: Interpreter) -> Target:
    backend = state.settings.get("KERAS_BACKEND")
    known = isinstance(backend, str) and backends.find(backend)
    return Target(backend=backend) if known else Target()
