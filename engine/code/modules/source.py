"""The module of a model as classes of another library, or why it can't be written."""

from engine.code import describing
from engine.code.body import model_name
from engine.code.copied import function
from engine.code.modules.classes import Classes, Library
from engine.code.program import Program
from engine.code.tree import Assign, Blank, Call, Comment, Keyed, Path, Raise, Statement, Variable
from engine.code.words import Scope, identifier
from engine.document import MAIN
from engine.problems import Problem, problem

LOADER = "load_keras_weights"


def module(program: Program, library: Library) -> tuple[list[Statement], list[Problem]]:
    """Return the statements of a module, and problems for what can't be in it.

    Where a layer is refused, there is no model: one with a layer less would be another one.
    """
    names = class_names(program)
    classes = Classes(library, names)
    for graph in names:
        flow = program.flows[graph]
        title = program.title if graph == MAIN else _title(program, graph)
        classes.add(graph, flow, describing.described(title, flow))
    problems = list(classes.refused)
    if not program.main.outputs:
        return [Comment(problem("code_without_output"))], problems
    if problems:
        comments = [Comment(refusal) for refusal in problems]
        end = Raise("NotImplementedError", problem("module_stops", library=library.title))
        return [*comments, Blank(), end], problems
    if classes.omitted:
        note = problem("module_leaves_out", params=[*classes.omitted], library=library.title)
        problems.append(note)
    statements: list[Statement] = [classes.parts[graph].statement for graph in names]
    example = library.example if classes.parts[MAIN].arguments else ()
    model = Call(Variable(names[MAIN]), (), example)
    return [*statements, *_loader(library, classes.used), Assign(("model",), model)], problems


def _loader(library: Library, used: set[str]) -> list[Statement]:
    """The function that loads Keras's weights, and those that copy the weights of used layers."""
    copiers = {path: name for path, name in sorted(library.copiers.items()) if path in used}
    table = Keyed(tuple((Path(path), Variable(name)) for path, name in copiers.items()))
    helpers = [name for name in library.helpers if name in used]
    copied = function(library.weights, *dict.fromkeys(copiers.values()), LOADER, *helpers)
    return [copied, Blank(), Blank(), Assign(("COPIERS",), table), Blank()]


def _title(program: Program, graph: str) -> str:
    return model_name(program.flows[graph].index.graph)


def class_names(program: Program) -> dict[str, str]:
    """A name of a class for each graph, callees first."""
    scope = Scope()
    title = program.document.name if program.name else "Model"
    return {
        graph: scope.unique(_camel(title if graph == MAIN else _title(program, graph)))
        for graph in (*program.functions, MAIN)
    }


def _camel(title: str) -> str:
    words = [word for word in identifier(title).split("_") if word]
    name = "".join(word[0].upper() + word[1:] for word in words)
    return name if name and not name[0].isdigit() else "Model"
