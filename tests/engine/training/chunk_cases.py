"""Train in chunks of several steps, and with single steps by Keras alone, on JAX.

    python -m tests.engine.training.chunk_cases FOLDER

prints JSON: for each case how far the trained weights and the metrics are apart, and how many
chunks were taken.
"""

import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from engine.data.built_in import BUILT_IN
from engine.document import Document
from engine.training import chunks, run
from tests.engine.points import write_points
from tests.engine.runs import document
from tests.engine.training.batch_cases import HELD, READ, apart, documents, shortened, trained


class _Counted(chunks.Loop):
    """Compiles chunks after two steps, whether they are worth it or not, and counts them.

    A single step counts as a fifth of a chunk, so that lengths don't depend on the machine.
    """

    taken = 0

    @property
    def _single_seconds(self) -> float:
        return chunks.SECONDS / 5

    def _take_chunk(self, state: Any, group: list[Any]) -> tuple[Any, Any]:
        _Counted.taken += 1
        return super()._take_chunk(state, group)


def cases() -> dict[str, tuple[Document, int]]:
    """Documents, and the bytes that their rows may take to be held."""
    some = documents()
    outputs, sequences = "two outputs, weights of rows", "sequences"
    return {
        "convolution": (shortened(document("digits_convolution")), HELD),
        outputs: (some[outputs], HELD),
        sequences: (some[sequences], HELD),
        "rows in batches": (shortened(some["a file"], batch_size=7), READ),
    }


def chunked() -> None:
    """Take chunks from the third step on."""
    chunks.WARM_UP, chunks.MEASURED, chunks.COMPARED, chunks.FEWEST = 1, 1, 0, 2
    chunks.WORTH, chunks.LONGEST_STEP = 0, 60
    chunks.Loop = _Counted  # type: ignore[misc]
    chunks.beside = lambda work: work()


def compared(folder: Path) -> dict[str, tuple[float, float, int]]:
    """The largest differences of weights and metrics, and the chunks taken, by case."""
    chunked()
    sets, loops = BUILT_IN.plus(write_points(folder)), run.in_loops
    result = {}
    for name, (case, held) in cases().items():
        _Counted.taken = 0
        one = trained(case, sets, folder / name / "chunks", held)
        taken = _Counted.taken
        run.in_loops = lambda *_: nullcontext()  # type: ignore[assignment,misc]
        other = trained(case, sets, folder / name / "steps", held)
        run.in_loops = loops
        result[name] = (apart(one[0], other[0]), apart(one[1], other[1]), taken)
    return result


if __name__ == "__main__":
    json.dump(compared(Path(sys.argv[1])), sys.stdout)
