"""Reading code: the generated code of every template, and sources of other styles."""

import statistics
import time
from collections.abc import Iterator
from textwrap import dedent

from bench import Row
from engine import templates
from engine.code import generate
from engine.imports.python import from_python
from tests.engine.imports.python.reading import HEAD
from tests.engine.imports.python.test_dialects import STYLES

LIMIT = 0.030
ROUNDS = 5


def rows() -> Iterator[Row]:
    """The median time to read one source, and the largest."""
    sources = list(_sources())
    from_python(sources[0])
    times = [min(_time(source) for _ in range(ROUNDS)) for source in sources]
    median, most = statistics.median(times), max(times)
    details = f"{median * 1e3:.1f} ms for {len(sources)} sources, at most {most * 1e3:.0f} ms"
    yield Row("reading one source / its limit", f"{median / LIMIT:.2f}", f"{details}; limit 30 ms")


def _sources() -> Iterator[str]:
    for template in templates.load():
        for form in ("functional", "script"):
            yield generate(template.document, form).source
    for source in STYLES.values():
        yield HEAD + dedent(source)


def _time(source: str) -> float:
    began = time.perf_counter()
    from_python(source)
    return time.perf_counter() - began
