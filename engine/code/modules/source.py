"""The module of a model as classes of another library, or why it can't be written."""

from engine.code.lines import describing
from engine.code.lines.body import model_name
from engine.code.modules.class_body import add_graph
from engine.code.modules.classes import Classes, Library
from engine.code.modules.naming import camel
from engine.code.modules.training import training_script
from engine.code.program import Program
from engine.code.scripts.copied import function
from engine.code.syntax.tree import (
    Assign,
    Blank,
    Call,
    Comment,
    Expression,
    Keyed,
    Path,
    Raise,
    Statement,
    Variable,
)
from engine.code.syntax.words import Scope
from engine.document import MAIN
from engine.problems import Problem, problem

LOADER = "load_keras_weights"


def module(
    program: Program, library: Library, *, trained: bool = False, options: bool = False
) -> tuple[list[Statement], list[Problem]]:
    """Return the statements of a module, and problems for what can't be in it.

    Where a layer is refused, there is no model: one with a layer less would be another one. If
    `trained`, it is a script that trains the model, which loads no weights; with `options`, the
    command line changes its settings.
    """
    names = class_names(program, frozenset(library.helpers))
    classes = Classes(
        library, names, Scope(frozenset({*names.values(), *library.helpers})), loads=not trained
    )
    for graph in names:
        flow = program.flows[graph]
        title = program.title if graph == MAIN else _title(program, graph)
        add_graph(classes, graph, flow, describing.described(title, program.flows, graph))
    problems = list(classes.refused)
    if not program.main.outputs:
        causes = [Comment(cause) for cause in program.main.causes]
        return [*causes, Comment(problem("code_without_output"))], problems
    if problems:
        comments = [Comment(refusal) for refusal in problems]
        end = Raise("NotImplementedError", problem("module_stops", library=library.title))
        return [*comments, Blank(), end], problems
    if classes.omitted:
        note = problem("module_leaves_out", params=[*classes.omitted], library=library.title)
        problems.append(note)
    statements = [line for graph in names for line in classes.parts[graph].statements]
    has_arguments = bool(classes.parts[MAIN].arguments)
    if trained and library.trainer is not None:
        arguments = library.trainer.model_arguments if has_arguments else ()
        created = Call(Variable(names[MAIN]), (), arguments)
        before, after, lacks = training_script(
            program,
            library.trainer,
            library.title,
            created,
            attributes=classes.parts[MAIN].attributes,
            options=options,
        )
        helpers = [name for name in library.helpers if name in classes.used]
        copied = [function(library.weights, *helpers)] if helpers else []
        return [*before, *copied, *statements, *after], [*problems, *lacks]
    example = library.example if has_arguments else ()
    model = Call(Variable(names[MAIN]), (), example)
    return [*statements, *_loader(library, classes.used), Assign(("model",), model)], problems


def _loader(library: Library, used: set[str]) -> list[Statement]:
    """The function that loads Keras's weights, and those that copy the weights of used layers."""
    copiers = {path: name for path, name in sorted(library.copiers.items()) if path in used}
    table = Keyed(tuple((_class(path), Variable(name)) for path, name in copiers.items()))
    helpers = [name for name in library.helpers if name in used]
    copied = function(library.weights, *dict.fromkeys(copiers.values()), LOADER, *helpers)
    return [copied, Blank(), Blank(), Assign(("COPIERS",), table), Blank()]


def _class(path: str) -> Expression:
    """The class of a path: of the library, or one that is copied into the code."""
    return Path(path) if "." in path else Variable(path)


def _title(program: Program, graph: str) -> str:
    return model_name(program.flows[graph].index.graph)


def class_names(program: Program, taken: frozenset[str] = frozenset()) -> dict[str, str]:
    """A name of a class for each graph, callees first, that is none of those taken."""
    scope = Scope(taken)
    title = program.document.name if program.name else "Model"
    return {
        graph: scope.unique(camel(title if graph == MAIN else _title(program, graph)))
        for graph in (*program.functions, MAIN)
    }
