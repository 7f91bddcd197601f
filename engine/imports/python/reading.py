"""Read a source: interpret it, choose one of its models, and report what was left out."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.data.built_in import BUILT_IN
from engine.data.catalogue import DataSets
from engine.document import Document, Target
from engine.document.constants import collected
from engine.graph.layout import lay_out
from engine.imports.asking import Question, Unread
from engine.imports.graph_builder import Imported
from engine.imports.python import assumed_inputs, replaced
from engine.imports.python.about import read_about
from engine.imports.python.assemble import Assembler, HolesError
from engine.imports.python.bindings import with_bindings
from engine.imports.python.compiled import TrainingReader
from engine.imports.python.conventions import foreign_library
from engine.imports.python.interpreter import Interpreter
from engine.imports.python.listing import listed
from engine.imports.python.named_constants import names
from engine.imports.python.questions import settle
from engine.imports.python.state import MAX_STEPS
from engine.imports.python.subclassed import build_subclassed
from engine.imports.python.syntax import Parsed, parse
from engine.imports.python.tools import Tools
from engine.imports.python.unknown import (
    EndlessError,
    ReadError,
    Unknown,
)
from engine.imports.python.values import (
    Group,
    LeftOut,
    Model,
)
from engine.imports.titles import UNTITLED
from engine.machine import backends
from engine.problems import Phrase, Problem, phrase, problem, quoted, with_rest

MAX_MORE_STEPS = 5_000
"""Steps that a reading with stand-ins for answers may take more than twice those of the first."""
MAX_ALL_STEPS = 40_000
"""Steps that all of them together may take more than that."""
MAX_REASONS = 3
"""Models of a source about which a refusal speaks."""


def from_python(
    source: str,
    data: DataSets = BUILT_IN,
    tools: Tools = Tools(),  # noqa: B008 (a frozen value)
    choice: int | None = None,
    answers: Mapping[str, Any] | None = None,
    base: str | None = None,
) -> Imported | Unread | list[Problem]:
    """Return the document for Keras code, with problems for what it does not hold.

    Reads functional, Sequential and subclassed models of any version of Keras; `data` are the data
    sets whose loading is recognised, and `answers` the answers to questions of an earlier reading.
    Of several models `choice` is taken, else the one that is trained, else the last. `base` is the
    generated code that `source` is an edit of: new statements without effect are reported. Never
    raises for bad input: returns questions for values that the model needs and the source does not
    state, and problems for source without a model.
    """
    parsed = parse(source)
    if isinstance(parsed, Problem):
        return [parsed]
    return settle(_Reading(parsed, data, tools, choice, base), answers or {})


@dataclass
class _Reading:
    """Readings of one source with different answers; `steps` are those that each of them took."""

    parsed: Parsed
    data: DataSets
    tools: Tools
    choice: int | None
    base: str | None
    steps: list[int] = field(default_factory=list)

    def __call__(
        self, answers: Mapping[str, Any], asks: bool = True, reasons: Sequence[Problem] = ()
    ) -> Imported | Unread | list[Problem]:
        """The result for these answers; `reasons` why the model that would ask can't be read."""
        state, problems = self._interpreted(answers, asks)
        return _chosen(state, self._docstring, self.choice, problems, asks, reasons)

    def reasons(self, answers: Mapping[str, Any]) -> tuple[int | None, list[Problem]]:
        """The line of the model that is meant, and why it can't be read with these answers."""
        state, _ = self._interpreted(answers, asks=False)
        order = _order(state.models, self.choice)
        if not order:
            return None, []
        attempt = _attempt(state, order[0], self._docstring)
        return order[0].line, _unique(_reasons(attempt)) if isinstance(attempt, list) else []

    @property
    def _docstring(self) -> str:
        return ast.get_docstring(self.parsed.tree) or ""

    def _interpreted(
        self, answers: Mapping[str, Any], asks: bool
    ) -> tuple[Interpreter, list[Problem]]:
        state = Interpreter(self.data, self.tools, answers)
        state.python_2, state.dialect = self.parsed.python_2, self.parsed.dialect
        state.yields = self.parsed.yields
        # A stand-in for an answer may make a loop endless; the reading that does not ask has none.
        spent = MAX_STEPS - _allowed(self.steps) if self.steps and asks else 0
        state.step(1, spent)
        problems = list(_interpret(state, self.parsed.tree, self.base))
        self.steps.append(state.steps - spent)
        return state, problems


def _allowed(steps: Sequence[int]) -> int:
    """The steps that one more reading may take after readings of so many steps."""
    first, *others = steps
    allowed = min(2 * first + MAX_MORE_STEPS, first + MAX_ALL_STEPS - sum(others))
    return min(max(0, allowed), MAX_STEPS)


def _interpret(state: Interpreter, tree: ast.Module, base: str | None) -> Iterator[Problem]:
    try:
        idle = state.run_module(tree.body)
        if not state.models:
            state.run_definitions()
            assumed_inputs.complete(state)
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
    state: Interpreter,
    docstring: str,
    choice: int | None,
    problems: list[Problem],
    asks: bool,
    known: Sequence[Problem],
) -> Imported | Unread | list[Problem]:
    """The document of the model that is taken, what it asks, or the reasons why none can be.

    Nothing is asked about another model that is taken in the place of one that can't be read.
    `known` are the reasons for the first model, where its attempt does not tell them.
    """
    if choice is not None and choice >= len(state.models):
        return [problem("python_no_such_model", count=len(state.models))]
    order = _order(state.models, choice)
    reasons: list[Problem] = []
    for model in order:
        attempt = _attempt(state, model, docstring)
        if isinstance(attempt, list):
            questions = _questions(state, attempt) if asks and not reasons else ()
            if questions:
                models, taken = listed(state, model)
                return Unread(
                    problems=tuple(_unique(_reasons(attempt))), models=models, taken=taken,
                    questions=questions,
                )  # fmt: skip
            reasons += known if known and not reasons else _reasons(attempt)
            continue
        document, left_out, assembler = attempt
        problems += _left_out(left_out)
        if state.assumed:
            problems.append(problem("python_assumed", names=[*state.assumed]))
        problems += assumed_inputs.notes(state, model)
        if reasons and choice is None:
            problems.append(_other_model(order[0].line, reasons[0], model))
        elif choice is None and not model.compiled:
            problems += _compiled_elsewhere(state, model)
        models, taken = listed(state, model, assembler)
        return Imported(document=document, problems=tuple(problems), models=models, taken=taken)
    return _refusal(state, order, problems, reasons)


def _attempt(
    state: Interpreter, model: Model, docstring: str
) -> tuple[Document, list[LeftOut], Assembler] | list[Unknown]:
    """The document of a model, or the unknown values that it needs."""
    if (why := replaced.found(state)) is not None:
        return [why]
    try:
        return _document(state, model, docstring)
    except HolesError as error:
        return error.holes
    except ReadError as error:
        return [error.unknown]
    except RecursionError:
        return [Unknown(model.line, phrase("its models nest too deeply"))]


def _questions(state: Interpreter, holes: Sequence[Unknown]) -> tuple[Question, ...]:
    """The questions for all unknown values that a model needs; none if one can't be asked for."""
    keys = dict.fromkeys(hole.question for hole in holes)
    if any(key not in state.expressions for key in keys):
        return ()
    return tuple(
        Question(key=key, text=state.expressions[key][0], line=state.expressions[key][1])
        for key in keys
    )


def _refusal(
    state: Interpreter, order: list[Model], problems: list[Problem], reasons: list[Problem]
) -> Unread | list[Problem]:
    """What to say about a source whose model can't be read; other models may be chosen."""
    unique = _unique(reasons or _reasons([*state.suspects.values()]))
    if not state.models and not unique:
        library = foreign_library(state.module)
        none = problem("python_foreign", library=library) if library else None
        return [*problems, none or problem("python_no_model.none")]
    problems = [*problems, *unique[:MAX_REASONS], problem("python_no_model")]
    if len(state.models) < 2:  # noqa: PLR2004 (there is no other model)
        return problems
    models, taken = listed(state, order[0])
    others = any(model.readable for model in models if model.index != taken)
    return Unread(problems=tuple(problems), models=models, taken=taken) if others else problems


def _unique(problems: Iterable[Problem]) -> list[Problem]:
    return list({(item.code, item.message): item for item in problems}.values())


def _reasons(holes: Sequence[Unknown]) -> Iterator[Problem]:
    for hole in holes:
        yield problem("python_line", line=hole.line, why=hole.why)


def _order(models: list[Model], choice: int | None) -> list[Model]:
    """Trained models first, then compiled ones; later ones before earlier ones.

    Only the chosen model, where there is one.
    """
    if choice is not None:
        return models[choice : choice + 1]

    def rank(model: Model) -> int:
        return 2 * bool(model.fitted) + bool(model.compiled)

    return sorted(models, key=rank)[::-1]


def _document(
    state: Interpreter, model: Model, docstring: str
) -> tuple[Document, list[LeftOut], Assembler]:
    """The document whose main graph is `model`, what it lacks, and what built its graphs.

    Raises ReadError.
    """
    if model.instance is not None:
        build_subclassed(state, model)
    assembler = Assembler(state)
    graphs = assembler.build_main(model)
    assert assembler.main is not None
    training = TrainingReader(state, model, assembler.main)
    title, description = read_about(docstring, model.name)
    document = Document(
        name=title or _title(model.name),
        description=description,
        graphs=graphs,
        training=training.training(),
        target=_target(state),
    )
    document = collected(document, names(state))
    bound = with_bindings(lay_out(document), model.fitted, state.data, training.units)
    used = assembler.used
    left_out = [item for item in state.left_out if not item.calls or item.calls & used]
    return bound, [*left_out, *model.left_out, *training.left_out], assembler


def _other_model(line: int, reason: Problem, taken: Model) -> Problem:
    """That the model which the source trains, or builds last, could not be read."""
    return problem("python_other_model", line=line, why=quoted(reason), taken=taken.line)


def _compiled_elsewhere(state: Interpreter, taken: Model) -> Iterator[Problem]:
    """Say that the source compiles a value that is not known, and not the model that is taken."""
    for reason in _reasons([*state.compiled.values()][:1]):
        yield _other_model(next(iter(state.compiled)), reason, taken)
        return
    later = [unknown for unknown in state.suspects.values() if unknown.line > taken.line]
    for reason in _reasons(later[:1]):
        yield _other_model(later[0].line, reason, taken)


def _left_out(items: list[LeftOut]) -> Iterator[Problem]:
    """One problem for each group of what is left out."""
    if what := _of_group(items, "training"):
        yield problem("python_left_out.training", what=what)
    if what := _of_group(items, "weights"):
        yield problem("python_left_out.weights", what=what)
    if what := _of_group(items, "other"):
        yield problem("python_left_out.other", what=what)


def _of_group(items: list[LeftOut], group: Group) -> list[Phrase]:
    """What is left out of a group: each thing once, with its lines."""
    lines: dict[str, list[LeftOut]] = {}
    for item in items:
        if item.group == group:
            lines.setdefault(repr(item.what), []).append(item)
    return with_rest([_at_lines(same) for same in lines.values()])


def _at_lines(same: list[LeftOut]) -> Phrase:
    first = same[0]
    if len(same) == 1:
        return phrase("{what} (line {line})", what=first.what, line=first.line)
    places = [phrase("{line}", line=item.line) for item in same]
    return phrase("{what} (lines {places:list})", what=first.what, places=with_rest(places))


def _title(name: str) -> str:
    """A title from the model's name."""
    return name.replace("_", " ").strip().capitalize()[:200] or UNTITLED


def _target(state: Interpreter) -> Target:
    """The backend that a source sets, unless it is one of Keras 2: few servers have it."""
    backend = state.settings.get("KERAS_BACKEND")
    row = backends.find(backend) if isinstance(backend, str) else None
    return Target(backend=row.id) if row and not row.host else Target()
