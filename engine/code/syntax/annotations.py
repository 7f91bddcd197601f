"""Python source without its annotations, for versions that would evaluate them."""

import ast
from collections.abc import Iterator

Span = tuple[int, int]
"""The first byte of a stretch of source, and the one behind its last."""


def without_annotations(source: str) -> str:
    """Return the source without annotations of parameters, results and variables.

    Comments and everything else stay. A variable that is only declared becomes `pass`.
    """
    text = source.encode()
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for (begin, end), instead in sorted(_spans(source, text, starts), reverse=True):
        text = text[:begin] + instead + text[end:]
    return text.decode()


def _spans(source: str, text: bytes, starts: list[int]) -> Iterator[tuple[Span, bytes]]:
    """What is replaced, and by what."""

    def first(node: ast.expr | ast.arg) -> int:
        return starts[node.lineno - 1] + node.col_offset

    def behind(node: ast.expr) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return starts[node.end_lineno - 1] + node.end_col_offset

    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.arg(annotation=ast.expr() as kind):
                yield (first(node) + len(node.arg.encode()), behind(kind)), b""
            case ast.FunctionDef(returns=ast.expr() as kind):
                yield (text.rindex(b"->", 0, first(kind)), behind(kind)), b""
            case ast.AnnAssign(target=target, annotation=kind, value=None):
                yield (first(target), behind(kind)), b"pass"
            case ast.AnnAssign(target=target, annotation=kind):
                yield (behind(target), behind(kind)), b""
