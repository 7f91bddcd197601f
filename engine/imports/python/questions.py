"""Questions whose answers let a model be read, and answers that can't be right.

Whether an answer helps is found out by reading the source with stand-ins for it.
"""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from engine.catalogue import load
from engine.catalogue.params import validate
from engine.catalogue.refusals import Place
from engine.document import Document
from engine.document.reading import read_json
from engine.imports.asking import Kind, Question, Unread
from engine.imports.graph_builder import Imported
from engine.imports.python.state import SHAPE
from engine.problems import Problem, phrase, problem
from engine.problems.shown import shown

Answers = Mapping[str, Any]
Result = Imported | Unread | list[Problem]


class Read(Protocol):
    """Reads a source with answers; without `asks`, a model that would ask can't be read."""

    def __call__(
        self, answers: Answers, asks: bool = True, reasons: Sequence[Problem] = ()
    ) -> Result:
        """The result for these answers; `reasons` why the model that would ask can't be read."""

    def reasons(self, answers: Answers) -> tuple[int | None, list[Problem]]:
        """The line of the model that is meant, and why it can't be read with these answers."""


MAX_ANSWERS = 10_000
"""Characters of all answers together."""
MAX_QUESTIONS = 12
_ROUNDS = 4
_STAND_INS: Mapping[Kind, Any] = {"number": 8, "shape": (32, 32, 3), "text": "relu"}
_SHAPE = re.compile(r"(?:shape|dims|size)\)?$|\[[^\]]*:[^\]]*\]$", re.IGNORECASE)
_TEXT = re.compile(r"(?:activation|act|padding|name|mode|init\w*)$", re.IGNORECASE)


def read_answers(text: str) -> dict[str, Any] | Problem:
    """The answers in JSON text: an object of question keys and values.

    A value is a number, a list, or text that is read as a Python literal where it is one.
    """
    value = read_json(text.encode()) if len(text) <= MAX_ANSWERS else None
    if not isinstance(value, dict):
        return problem("python_answers")
    return {key: _value(item) for key, item in value.items()}


def _value(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = ast.literal_eval(value.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return value.strip()
    return tuple(value) if isinstance(value, list) else value


def settle(read: Read, answers: Answers) -> Result:
    """Read a source with answers; ask what is still open, and again what was answered wrongly."""
    result = read(answers)
    if isinstance(result, Unread) and result.questions:
        again = {question.key: question for question in result.questions if question.key in answers}
        if again:
            return _refused(result, list(map(_guessed, again.values())), answers)
        return _asked(read, result, answers)
    if answers and _score(result) < 0:
        return _checked(read, result, answers)
    return result


def _asked(read: Read, result: Unread, answers: Answers) -> Result:
    """What a reading asks, with the questions that follow.

    Where no answer would help to read that model, the result is that of a reading which does not
    ask: another model, or a refusal.
    """
    questions, score = _choose_kinds(_of_model(read, result), result.questions, answers)
    if score <= _UNREADABLE:
        return read(answers, asks=False, reasons=_remaining(read, result, answers))
    return result.model_copy(update={"questions": questions})


_UNREADABLE = -1_000


def _remaining(read: Read, asked: Unread, answers: Answers) -> list[Problem]:
    """Why a model can't be read, where the shape of its input is not the reason.

    It is what remains once a shape is known. A stand-in for another value may be of a kind that it
    can't have: nothing follows from what remains then.
    """
    if not all(question.key.endswith(SHAPE) for question in asked.questions):
        return []
    shapes = {question.key: _STAND_INS["shape"] for question in asked.questions}
    line, reasons = read.reasons({**answers, **shapes})
    return reasons if line == _line(asked) else []


def _of_model(read: Read, asked: Unread) -> Callable[[Answers], Result]:
    """A reading that finds nothing where answers lead to another model than the one that asks."""

    def reading(answers: Answers) -> Result:
        result = read(answers)
        other = isinstance(result, Imported) and _line(result) != _line(asked)
        return [] if other else result

    return reading


def _line(result: Imported | Unread) -> int | None:
    """The line of the model that is taken."""
    return next((model.line for model in result.models if model.index == result.taken), None)


def _score(result: Result) -> int:
    """0 for a model without errors, less for each parameter that no layer can have."""
    if isinstance(result, Imported):
        return -count_errors(result.document)
    return _UNREADABLE


def count_errors(document: Document) -> int:
    """The number of errors in the parameters of a document's layers."""
    count = 0
    for graph in document.graphs:
        for node in graph.nodes:
            entry = load().layer(node.layer)
            if entry is not None and node.shares is None:
                place = Place(phrase("“{name}”", name=node.name), (), graph.id, node.id)
                count += len(validate(entry, node.params, place))
    return count


def _choose_kinds(
    read: Callable[[Answers], Result], questions: tuple[Question, ...], answers: Answers
) -> tuple[tuple[Question, ...], int]:
    """The questions and those that follow from them, each of the kind whose stand-in fits best."""
    chosen = {question.key: _guessed(question) for question in questions[:MAX_QUESTIONS]}
    score = _UNREADABLE
    for _ in range(_ROUNDS):
        chosen, result = _improved(read, chosen, answers)
        score = _score(result)
        if not isinstance(result, Unread):
            break
        fresh = [question for question in result.questions if question.key not in chosen]
        if not fresh or len(chosen) + len(fresh) > MAX_QUESTIONS:
            break
        chosen |= {question.key: _guessed(question) for question in fresh}
    return tuple(chosen.values()), score


def _guessed(question: Question) -> Question:
    kind: Kind = "number"
    if _SHAPE.search(question.text):
        kind = "shape"
    elif _TEXT.search(question.text):
        kind = "text"
    return question.model_copy(update={"kind": kind})


def _improved(
    read: Callable[[Answers], Result], chosen: dict[str, Question], answers: Answers
) -> tuple[dict[str, Question], Result]:
    """The questions with the kinds that lead to the fewest errors, and the result for them."""
    result = read({**answers, **_stand_ins(chosen)})
    for key, question in chosen.items():
        for kind in _STAND_INS:
            if _progress(result, chosen) == 0:
                return chosen, result
            other = {**chosen, key: question.model_copy(update={"kind": kind})}
            attempt = read({**answers, **_stand_ins(other)})
            if _progress(attempt, chosen) > _progress(result, chosen):
                chosen, result = other, attempt
    return chosen, result


def _stand_ins(chosen: Mapping[str, Question]) -> dict[str, Any]:
    return {key: _STAND_INS[question.kind] for key, question in chosen.items()}


def _progress(result: Result, chosen: Mapping[str, Question]) -> int:
    """The score of a result, where asking something else is progress."""
    if isinstance(result, Unread) and result.questions:
        return 0 if all(question.key not in chosen for question in result.questions) else -500
    return _score(result)


# --- wrong answers --------------------------------------------------------------------------------


def _checked(read: Read, result: Result, answers: Answers) -> Result:
    """The result, or the questions whose answers can't be right."""
    first = read({})
    if not isinstance(first, Unread) or not first.questions:
        return result
    questions, best = _choose_kinds(_of_model(read, first), first.questions, {})
    if best <= _score(result):
        return result
    answered = {question.key: question for question in questions if question.key in answers}
    wrong = [
        question
        for key, question in answered.items()
        if _score(read({**answers, **_stand_ins({key: question})})) > _score(result)
    ]
    return _refused(first, wrong or list(answered.values()), answers)


def _refused(result: Unread, wrong: list[Question], answers: Answers) -> Unread:
    """The result that asks again what was answered wrongly."""
    questions = tuple(
        question.model_copy(update={"problem": _wrong(question, answers[question.key])})
        for question in wrong
    )
    problems = tuple(question.problem for question in questions)
    return result.model_copy(update={"questions": questions, "problems": problems})


def _wrong(question: Question, value: Any) -> Problem:
    return problem("python_answer", text=question.text, line=question.line, value=shown(value))
