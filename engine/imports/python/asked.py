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
    return isinstance(node, ast.Attribute | ast.Subscript | ast.Call)


def question_key(node: ast.expr, text: str, unknown: Unknown) -> str:
    """The key of the question for an expression: its text and what it is an expression of.

    The same expression of the same unknown value is asked for once.
    """
    if isinstance(node, ast.Name):
        return text
    root = unknown.question.rpartition("@")[2]
    place = f"{node.lineno}:{node.col_offset}-{node.end_col_offset}"
    return place if root == "?" else f"{text}@{root}"
