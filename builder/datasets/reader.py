"""The client of the process that reads files of data."""

from collections.abc import Sequence
from pathlib import Path

from builder.processes.supervised import Supervised, problems
from engine.data.description import Description, Options
from engine.problems import Problem
from engine.processes import child


class DataReader(Supervised):
    """The reader of data files of a web process. All requests raise UnansweredError if they get
    no answer.
    """

    CODES = {
        "died": "data_reader_died",
        "slow": "data_reader_slow",
        "missing": "data_reader_missing",
    }

    def __init__(self, seconds: float, memory_mb: int = 0, command: Sequence[str] = ()) -> None:
        command = command or child.command("engine.processes.data_reader")
        super().__init__("data reader", command, seconds, memory_mb)

    async def keep(self, upload: Path, originals: Path) -> str:
        """Move an upload to the folder of originals, where its hash is its name; return that."""
        reply = await self.ask("keep", path=str(upload), originals=str(originals))
        if reply.type == "problems":
            raise ValueError(problems(reply)[0].message)
        return str(reply.fields["original"])

    async def read(
        self, path: Path, name: str, rows: Path, options: Options
    ) -> Description | list[Problem]:
        """Read a file that a person calls `name`; its rows are written to the folder `rows`."""
        body = options.model_dump_json(exclude_unset=True).encode()
        reply = await self.ask("data", body, path=str(path), name=name, rows=str(rows))
        if reply.type == "problems":
            return problems(reply)
        return Description.model_validate_json(reply.body)
