"""The texts of questions."""

import ast

from hypothesis import given
from hypothesis import strategies as st

from engine.imports.python.asked import source_of

NAMES = st.sampled_from(("x", "data", "self"))
CONSTANTS = st.one_of(
    st.none(), st.booleans(), st.integers(0, 10**30), st.text(max_size=6), st.floats(0, 1e6)
).map(ast.Constant)


def _more(inner: st.SearchStrategy[ast.expr]) -> st.SearchStrategy[ast.expr]:
    words = st.lists(st.builds(ast.keyword, st.one_of(st.none(), NAMES), inner), max_size=2)
    return st.one_of(
        st.builds(ast.Attribute, inner, NAMES),
        st.builds(ast.Subscript, inner, inner),
        st.builds(ast.Call, inner, st.lists(inner, max_size=3), words),
        st.builds(ast.BinOp, inner, st.just(ast.Add()), inner),
        st.builds(ast.Tuple, st.lists(inner, max_size=2)),
        st.builds(ast.Starred, inner),
        st.builds(ast.Slice, inner, inner),
    )


@given(st.recursive(st.one_of(NAMES.map(ast.Name), CONSTANTS), _more, max_leaves=8))
def test_expressions_have_the_text_that_python_gives_them(node: ast.expr) -> None:
    assert source_of(node) == ast.unparse(node)
