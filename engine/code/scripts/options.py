"""Options of the command line for a script: the constants at its top are their defaults."""

from collections.abc import Sequence

from engine.code.folding.skeleton import Change, changed
from engine.code.syntax.tree import (
    Assign,
    Attribute,
    Call,
    Do,
    Docstring,
    Expression,
    Function,
    Infix,
    Literal,
    Loop,
    Message,
    Return,
    Statement,
    Variable,
)
from engine.problems import problem

ARGPARSE, PARSER, ARGUMENTS = Variable("argparse"), Variable("parser"), Variable("arguments")
KINDS = {
    "SEED": "int",
    "VALIDATION_SPLIT": "float",
    "TEST_SPLIT": "float",
    "BATCH_SIZE": "int",
    "EPOCHS": "int",
}
NOTES = {
    "SEED": problem("code_option.seed"),
    "VALIDATION_SPLIT": problem("code_option.split"),
    "TEST_SPLIT": problem("code_option.test_split"),
    "BATCH_SIZE": problem("code_option.batch_size"),
    "EPOCHS": problem("code_option.epochs"),
}


def parse_function(names: Sequence[str], file: str) -> Function:
    """The function `parse_arguments`: an option for each of the constants, and one for the file."""
    adds = [_option(f"--{name.lower().replace('_', '-')}", name) for name in names]
    output = (("default", Literal(file)), ("help", Message(problem("code_option.output"))))
    parser = Call(
        Attribute(ARGPARSE, "ArgumentParser"),
        (),
        (
            ("description", Variable("__doc__")),
            ("formatter_class", Attribute(ARGPARSE, "ArgumentDefaultsHelpFormatter")),
        ),
    )
    body = (
        Docstring(problem("code_option")),
        Assign((PARSER.name,), parser),
        *adds,
        _add("--output", output),
        Return(Call(Attribute(PARSER, "parse_args"))),
    )
    return Function("parse_arguments", body, (), Attribute(ARGPARSE, "Namespace"))


def _option(flag: str, constant: str) -> Statement:
    kind, note = KINDS[constant], NOTES[constant]
    keywords = (("type", Variable(kind)), ("default", Variable(constant)), ("help", Message(note)))
    return _add(flag, keywords)


def _add(flag: str, keywords: tuple[tuple[str, Expression], ...]) -> Statement:
    return Do(Call(Attribute(PARSER, "add_argument"), (Literal(flag),), keywords))


def with_arguments(main: Function, names: Sequence[str], file: str) -> Function:
    """Return `main` with the options in place of the constants and of the name of the file."""

    def option(value: Expression) -> Expression | None:
        if isinstance(value, Variable) and value.name in names:
            return Attribute(ARGUMENTS, value.name.lower())
        if isinstance(value, Infix):
            return Infix(value.operator, tuple(changed(item, option) for item in value.operands))
        return Attribute(ARGUMENTS, "output") if value == Literal(file) else None

    docstring, *body = main.body
    read = Assign((ARGUMENTS.name,), Call(Variable("parse_arguments")))
    lines = [_rewritten(line, option) for line in body]
    return Function(main.name, (docstring, read, *lines), main.parameters, main.returns)


def _rewritten(line: Statement, change: Change) -> Statement:
    match line:
        case Assign(targets, value, nodes):
            return Assign(targets, changed(value, change), nodes)
        case Do(value):
            return Do(changed(value, change))
        case Loop(targets, values, body):
            lines = tuple(_rewritten(each, change) for each in body)
            return Loop(targets, changed(values, change), lines)
        case _:
            return line
