"""Convert Keras code to a document by interpreting its syntax tree. Nothing is executed."""

import ast
import warnings

from engine.data.built_in import BUILT_IN
from engine.data.catalogue import DataSets
from engine.imports.graph_builder import Imported
from engine.imports.python.assemble import Assembler
from engine.imports.python.calls import attribute, call
from engine.imports.python.interpreter import Interpreter
from engine.imports.python.values import EndlessError, Model, ReadError
from engine.problems import Phrase, Problem, phrase, problem

MAX_SOURCE = 2_000_000


def from_python(source: str, data: DataSets = BUILT_IN) -> Imported | list[Problem]:
    """Return the document for Keras code, with problems for lines that could not be read.

    Reads functional and Sequential models, helper functions and loops with constant bounds, with
    imports from Keras and from TensorFlow; `data` are the data sets whose loading is recognised.
    Of several models the trained one is taken, else the last. Never raises for bad input: returns
    problems for source without a model.
    """
    tree = _parse(source)
    if isinstance(tree, Problem):
        return [tree]
    reader = Interpreter(call, attribute, data)
    try:
        reader.run(tree.body)
        if not reader.models:
            reader.run_functions()
    except EndlessError as error:
        reader.problems.setdefault(error.line, error.why)
    except RecursionError:
        reader.problems.setdefault(1, phrase("the source nests too deeply"))
    for model in _candidates(reader.models):
        try:
            document = Assembler(reader).document(model, ast.get_docstring(tree) or "")
            return Imported(document=document, problems=_problems(reader))
        except ReadError as error:
            reader.problems.setdefault(error.line, error.why)
        except RecursionError:
            reader.problems.setdefault(model.line, phrase("its models nest too deeply"))
    return [*_problems(reader), problem("python_no_model")]


def _parse(source: str) -> ast.Module | Problem:
    if len(source) > MAX_SOURCE:
        return _no_python(phrase("it is longer than {limit:,} characters", limit=MAX_SOURCE))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return ast.parse(source)
    except SyntaxError as error:
        return _no_python(error.msg, error.lineno)
    except (ValueError, RecursionError, MemoryError):
        return _no_python(phrase("it contains invalid characters, or nests too deeply"))


def _no_python(why: Phrase | str, line: int | None = None) -> Problem:
    return problem("python_syntax.line" if line else "python_syntax", line=line, why=why)


def _candidates(models: list[Model]) -> list[Model]:
    """Trained models first, and later ones before earlier ones."""
    trained = [model for model in models if model.training]
    return [*reversed(trained), *(model for model in reversed(models) if not model.training)]


def _problems(reader: Interpreter) -> tuple[Problem, ...]:
    return tuple(
        problem("python_line", line=line, why=why)
        for line, why in sorted(reader.problems.items(), key=lambda each: each[0])
    )
