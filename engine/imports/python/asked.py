"""Which expressions are asked for, and the keys of their questions."""

import ast

from engine.imports.python.unknown import Unknown


def is_asked(node: ast.expr, unknown: Unknown) -> bool:
    """Whether to ask for the value of an expression, instead of for what it depends on.

    `X.shape[1]` and `len(words)` are easier to answer than what `X` and `words` are; `range(n)` is
    not easier than `n`.
    """
    if unknown.question in ("", "?"):
        return unknown.question == "?"
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name == "len"
        case ast.Attribute() | ast.Subscript() | ast.Call():
            return True
    return False


def source_of(node: ast.expr) -> str:
    """The text of an expression, as ast.unparse writes it, which is slow for the usual ones."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Constant(value=str() | int() | None, kind=None):
            return repr(node.value)
        case ast.Attribute(value=ast.Name() | ast.Attribute() | ast.Call() | ast.Subscript()):
            return f"{source_of(node.value)}.{node.attr}"
        case ast.Call(func=ast.Name() | ast.Attribute()):
            named = (
                f"{word.arg}={source_of(word.value)}" if word.arg else f"**{source_of(word.value)}"
                for word in node.keywords
            )
            return f"{source_of(node.func)}({', '.join([*map(source_of, node.args), *named])})"
        case ast.Subscript(
            value=ast.Name() | ast.Attribute() | ast.Call(),
            slice=ast.Constant() | ast.Name() as index,
        ):
            return f"{source_of(node.value)}[{source_of(index)}]"
    return ast.unparse(node)


def question_key(node: ast.expr, text: str, unknown: Unknown) -> str:
    """The key of the question for an expression: its text and what it is an expression of.

    The same expression of the same unknown value is asked for once.
    """
    if isinstance(node, ast.Name):
        return text
    root = unknown.question.rpartition("@")[2]
    place = f"{node.lineno}:{node.col_offset}-{node.end_col_offset}"
    return place if root == "?" else f"{text}@{root}"
