"""A keeper whose workers are small ones."""

from engine.processes import child
from engine.processes.executors import process
from engine.processes.keeping import keeper


def main() -> None:
    """Keep runs."""
    process.arguments = lambda *_: child.command("tests.faults.small.worker")
    keeper.main()


if __name__ == "__main__":
    main()
