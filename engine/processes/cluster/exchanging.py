"""How the machines of a cluster exchange files with the server: through a store that all reach."""

from dataclasses import dataclass, replace
from pathlib import Path

from engine.data import shared
from engine.data.built_in import BUILT_IN
from engine.data.stores import Origin, rows_file
from engine.protocol import COMMAND, ArtefactEvent, Train, TrainText


@dataclass(frozen=True)
class Exchange:
    """The store as the server's machine uses it; `rows` is the server's own folder of rows.

    All methods wait for disks and the network, and raise OSError.
    """

    url: str
    rows: Path

    def give(self, run: str, command: TrainText) -> TrainText:
        """Put the rows that a run trains on into the store, unless they are there.

        Returns the command for a worker that finds them there, and leaves its results there.
        """
        read = COMMAND.validate_json(command.line())
        assert isinstance(read, Train)
        data = BUILT_IN.plus(read.data).find(read.document.training.data)
        if data and data.hash:
            store, key = shared.at(self.url), shared.rows_key(data.hash)
            if not store.has(key):
                store.put(key, rows_file(self.rows, data.hash))
        origin = Origin(url=self.url, run=run)
        return replace(command, output="", origin=origin.model_dump_json())

    def take(self, run: str, event: ArtefactEvent, folder: Path) -> None:
        """Write a file of a run under its hash to the run's folder, where its event names it."""
        key = shared.result_key(run, event.hash)
        shared.take(shared.at(self.url), key, folder / f".{event.hash}", event.hash)

    def forget(self, run: str) -> None:
        """Remove the files of a run; the rows stay for other runs."""
        shared.at(self.url).clear(shared.results_of(run))
