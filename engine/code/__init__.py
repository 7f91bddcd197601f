"""Code: a document as the Python that a careful person would have written.

    document → flow (what can be written, in which order)
             → steps (which variable holds which tensor)
             → statements (engine.code.tree) → fold → source → ruff

Imports no Keras. Whatever a person typed ends as a literal or as a cleaned identifier.
"""

from engine.code.formatting import lines
from engine.code.forms import Form, written
from engine.code.program import program
from engine.code.targets import Style, get
from engine.data.built_in import BUILT_IN
from engine.data.catalogue import DataSets
from engine.document import Document
from engine.problems import Problem, problem
from engine.values import Frozen

__all__ = ["Code", "Form", "Style", "generate"]


class Code(Frozen):
    """Generated source: Python, or the JSON of a notebook.

    `lines` maps node ids of the main graph to the first and last line (from 1) that they
    became; it is empty for a notebook. `problems` say what could not be written.
    """

    form: Form
    filename: str
    source: str
    lines: dict[str, tuple[int, int]] = {}
    problems: tuple[Problem, ...] = ()


def generate(
    document: Document, form: Form, style: Style = "keras", data: DataSets = BUILT_IN
) -> Code:
    """Write a document as code; `style` is the id of a target in engine.code.targets.

    `data` are the data sets that the document may name.

    Never raises for a valid document: what is sound is written, with a comment where something
    is missing. A form that is impossible (a stack of a graph with branches) gives a problem and
    the functional form.
    """
    made = program(document, get(style), data)
    problems: list[Problem] = []
    text, statements, used = written(made, form)
    if used != form:
        problems.append(problem("not_a_stack"))
    problems += made.target.unsaid(document.target)
    if made.lost:
        problems.append(problem("code_incomplete", count=made.lost))
    suffix = ".ipynb" if form == "notebook" else ".py"
    return Code(
        form=used,
        filename=(made.name or "model") + suffix,
        source=text,
        lines=lines(statements, text) if used != "notebook" else {},
        problems=tuple(problems),
    )
