"""Reading code: the generated code of every template, and sources of other styles.

As in the reader's process, garbage is collected between two sources, not while one is read.
"""

import gc
import statistics
import time
from collections.abc import Iterator
from textwrap import dedent

from bench import Row
from engine import templates
from engine.code import Form, generate
from engine.imports.files import read_model
from engine.processes.reader import COLLECT_WITHIN
from tests.engine.imports.python.reading import HEAD
from tests.engine.imports.python.test_dialects import STYLES

LIMIT = 0.030
FORMS: tuple[Form, ...] = ("functional", "subclass", "script", "notebook")
ROUNDS = 5


def rows() -> Iterator[Row]:
    """The median processor time to read one source, and the largest."""
    sources = list(_sources())
    _time(sources[0])
    before = gc.get_threshold()
    gc.set_threshold(COLLECT_WITHIN)
    try:
        times = [min(_time(source) for _ in range(ROUNDS)) for source in sources]
    finally:
        gc.set_threshold(*before)
    median, most = statistics.median(times), max(times)
    details = f"{median * 1e3:.1f} ms for {len(sources)} sources, at most {most * 1e3:.0f} ms"
    yield Row("reading one source / its limit", f"{median / LIMIT:.2f}", f"{details}; limit 30 ms")


def _sources() -> Iterator[bytes]:
    for template in templates.load():
        for form in FORMS:
            yield generate(template.document, form).source.encode()
    for source in STYLES.values():
        yield (HEAD + dedent(source)).encode()


def _time(source: bytes) -> float:
    gc.collect()
    began = time.process_time()
    read_model(source)
    return time.process_time() - began
