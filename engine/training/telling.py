"""What the steps of the preparation did, as lines of a run's log."""

from collections.abc import Iterator, Sequence

from engine.data.preparation import Effect
from engine.problems import Phrase, phrase


def told(effects: Sequence[Effect]) -> Iterator[Phrase]:
    """Yield a line for each step that left out rows, and for each column that had gaps."""
    for effect in effects:
        if effect.left_out:
            yield phrase(
                "Step {step} of the preparation left out {count:,} of {rows:,} rows.",
                step=effect.step + 1,
                count=effect.left_out,
                rows=effect.rows,
            )
        for column in effect.filled:
            if column.missing and column.value is not None:
                yield phrase(
                    "Step {step} of the preparation filled {count:,} of {rows:,} values of "
                    "“{column}” with {value}.",
                    step=effect.step + 1,
                    count=column.missing,
                    rows=effect.rows,
                    column=column.column,
                    value=column.value,
                )
