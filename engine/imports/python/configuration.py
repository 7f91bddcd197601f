"""The configuration of a model: model.get_config() and model.to_json()."""

from dataclasses import dataclass

from engine.imports.python.journal import Journal
from engine.imports.python.unknown import Opaque, Unknown
from engine.imports.python.values import Model
from engine.problems import phrase


@dataclass(eq=False)
class Config(Opaque):
    """The configuration of a model; it is known only to what creates models of it.

    `is_opened` says that the source looks into it, where it may change it.
    """

    model: Model
    line: int
    journal: Journal
    is_opened: bool = False

    def spend(self) -> None:
        """Announce that the source may look into it."""
        self.journal.put(vars(self), "is_opened", value=True)

    @property
    def unknown(self) -> Unknown:
        """The unknown value that everything else computes from it."""
        return Unknown(self.line, phrase("the configuration of a model"))
