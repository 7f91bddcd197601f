"""What a person did wrong, as a value: the only wording of user errors.

A problem is collected, never raised: one mistake must not hide the next. The words of all
problems are in tables, one for each subject (`WORDS` in the modules of this room, and in
`problems.py` of the server's rooms), which together are the catalogue. To report a problem, call
`problem` with its code, its place, and the arguments that its words name.
"""

from engine.problems import (
    archives,
    budgets,
    code,
    columns,
    data,
    diagnosis,
    documents,
    files,
    graphs,
    imports,
    inside,
    keras2,
    modules,
    params,
    preparation,
    runs,
    shapes,
    training,
)
from engine.problems.model import At, Fix, Problem, make_fix, problem, quoted, sentence, translated
from engine.problems.shown import shown
from engine.problems.words import (
    Phrase,
    Plural,
    Severity,
    Words,
    catalogue,
    escaped,
    marked,
    phrase,
    register,
    with_rest,
    words_of,
)

_TABLES = (
    archives,
    budgets,
    code,
    columns,
    data,
    diagnosis,
    documents,
    files,
    graphs,
    imports,
    inside,
    keras2,
    modules,
    params,
    preparation,
    runs,
    shapes,
    training,
)
for _table in _TABLES:
    register(_table.WORDS)

__all__ = [
    "At",
    "Fix",
    "Phrase",
    "Plural",
    "Problem",
    "Severity",
    "Words",
    "catalogue",
    "escaped",
    "make_fix",
    "marked",
    "phrase",
    "problem",
    "quoted",
    "register",
    "sentence",
    "shown",
    "translated",
    "with_rest",
    "words_of",
]
