"""`make bench`: run all benchmarks, or those named (`python -m bench check code`)."""

import importlib
import sys
import time
import traceback

from bench import Row

# In the order of the table; each module has `rows() -> Iterable[Row]`.
MODULES = (
    "check",
    "build",
    "code",
    "reading",
    "start",
    "streaming",
    "inside",
    "layers",
    "race",
    "socket",
    "crowd",
    "data",
    "batches",
    "loop",
    "layout",
    "page",
    "canvas",
)


def measure(name: str) -> list[Row]:
    """The rows of one module; a row with the error if it fails."""
    began = time.perf_counter()
    print(f"measuring {name} …", file=sys.stderr, flush=True)
    try:
        rows = [Row(*row) for row in importlib.import_module(f"bench.{name}").rows()]
    except Exception as error:
        traceback.print_exc()
        rows = [Row(name, "failed", f"{type(error).__name__}: {error}".partition("\n")[0])]
    print(f"  {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return rows


def table(rows: list[Row]) -> str:
    """The rows as an aligned Markdown table."""
    head = Row("measured", "figure", "details")
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(3)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in (head, *rows)
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def main(names: list[str]) -> int:
    """Print the table of the named benchmarks; return 1 when one of them failed."""
    if unknown := set(names) - set(MODULES):
        print(f"No such benchmark: {', '.join(sorted(unknown))}. Available: {', '.join(MODULES)}.")
        return 2
    rows = [row for name in names or MODULES for row in measure(name)]
    print(table(rows))
    return any(row.value == "failed" for row in rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
