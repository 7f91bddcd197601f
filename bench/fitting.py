"""Fits of two equal models of a template, one to be watched in some way."""

from collections.abc import Callable
from typing import Any

from engine import templates


class Fits:
    """Two models of a template, compiled, on the backend of this process.

    `networks` are those of the models, `data` their rows and `document` their document.
    """

    def __init__(self, template: str, epochs: int) -> None:
        from engine.data.built_in import BUILT_IN
        from engine.training import compiling, rows

        entry = templates.find(template)
        assert entry is not None
        values = entry.document.to_json()
        values["training"]["epochs"] = epochs
        self.document = type(entry.document).model_validate(values)
        self.networks = [compiling.network(self.document) for _ in range(2)]
        model = self.networks[0].model
        self.data = rows.fitted(rows.gather(self.document, BUILT_IN), model)
        for network in self.networks:
            compiling.compile_model(network.model, self.document, self.data)

    def fit(
        self,
        number: int,
        emit: Callable[[Any], object] = str,
        between: Callable[[int, int], None] | None = None,
        race: bool = False,
        epochs: int | None = None,
    ) -> object:
        """Fit one of the models, without validation, as a run does, perhaps one of a race.

        For other `epochs` than those of the document, if they are given.
        """
        from engine.training.adapters import adapter
        from engine.training.looping import in_loops
        from engine.training.progress import Progress
        from engine.training.racing import Order
        from engine.training.stopping import StopFlag

        model, training = self.networks[number].model, self.document.training
        batch, epochs = training.batch_size, epochs or training.epochs
        steps = -(-len(self.data.training) // batch)
        order = Order(training.seed, len(self.data.training)) if race else None
        progress = Progress(
            model,
            [order] if order else (),
            epochs=epochs,
            steps=steps,
            emit=emit,  # type: ignore[arg-type]
            stop=StopFlag(),
            between=between,
        )
        with in_loops(model, progress, (steps, 0), epochs):
            return model.fit(
                adapter(self.data.training, batch, shuffle=True, order=order),
                epochs=epochs,
                callbacks=progress,
                verbose=0,
            )
