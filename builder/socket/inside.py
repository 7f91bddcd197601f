"""The inside view of one tab: what it looks at, and the frames that it is sent.

A run that trains sends frames by itself, and a process that keeps the model ready answers for any
other model. While a run trains, it also answers what no training computes beside its steps, such as
explanations: with the weights of the run's newest checkpoint. Frames pass by: a newer one replaces
one that still waits to be sent, and none is stored.
"""

from builder import database
from builder.access import MissingError
from builder.datasets import actions as data_files
from builder.log.hub import Message
from builder.log.pace import Pace
from builder.log.viewer import Viewer
from builder.predicting.predictors import Model
from builder.projects.rooms import Room
from builder.runs import actions as runs
from builder.services import Services
from builder.tasks import Tasks
from builder.wire.messages import Inspect, Inspected
from engine.document.stored import settings_of
from engine.problems import problem
from engine.protocol.frames import Frame, Look

EDITOR, VIEWER = 0.1, 0.5
"""Seconds between two frames of a run for somebody who may edit, and for the others."""


class Inside:
    """What one tab looks at; owns its subscription to the frames of a run, and its question."""

    def __init__(self, services: Services, client: str, viewer: Viewer) -> None:
        self._services, self._client, self._viewer = services, client, viewer
        self._run: str | None = None
        self._pace = Pace(lambda text: viewer.send_latest("frame", text), EDITOR)
        self._tasks = Tasks()
        self._question: tuple[Inspect, Room] | None = None
        self._asking = False

    async def inspect(self, message: Inspect, room: Room, leads: bool) -> None:
        """Look at what the message says, and no more at what was looked at before.

        Raises MissingError.
        """
        run = await self._run_of(message, room)
        goes_on = False
        if run is not None:
            goes_on = await database.read(runs.is_training, run)
            if goes_on and _asks(message.look):
                goes_on = await database.read(runs.model, run) is None
        training = run if goes_on else None
        self._pace.seconds = EDITOR if leads else VIEWER
        if training != self._run:
            await self._unfollow()
        self._question = None
        if not message.look.nodes:
            await self.stop()
        elif training:
            await self._follow(training, message.look, leads)
        else:
            self._question = message, room
            if not self._asking:
                self._tasks.start(self._ask())

    async def stop(self) -> None:
        """Look at nothing."""
        self._question = None
        self._viewer.forget("frame")
        await self._unfollow()

    async def _run_of(self, message: Inspect, room: Room) -> str | None:
        """The run that the message names. Raises MissingError unless it is one of the project."""
        run = message.run
        if run and (await database.read(runs.find, run)).project_id != room.id:
            raise MissingError(problem("no_run", id=run))
        return run

    # --- a run that trains ----------------------------------------------------------------------

    async def _follow(self, run: str, look: Look, leads: bool) -> None:
        if self._run is None:
            self._run = run
            await self._services.hub.subscribe(runs.frames_topic(run), self._on_frame)
        await self._services.runner.look(run, self._client, look, leads)

    async def _unfollow(self) -> None:
        run, self._run = self._run, None
        self._pace.cancel()
        if run is not None:
            await self._services.hub.unsubscribe(runs.frames_topic(run), self._on_frame)
            await self._services.runner.look(run, self._client, Look(), leads=False)

    def _on_frame(self, _: str, message: Message) -> None:
        self._pace.send(message["text"])

    # --- any other model ------------------------------------------------------------------------

    async def _ask(self) -> None:
        """Ask the question that is the latest, until there is none that has not been asked."""
        self._asking = True
        try:
            while self._question:
                (message, room), self._question = self._question, None
                self._viewer.send_latest("frame", await self._answer(message, room))
        finally:
            self._asking = False

    async def _answer(self, message: Inspect, room: Room) -> str:
        model = await self._model(message.run, room)
        if model is None:
            frame = Frame(problem=problem("probe_untrained")).model_dump_json(by_alias=True)
        else:
            frame = await self._services.predictors.frame(model, message.look)
        run = Inspected(run=message.run).model_dump_json(include={"run"})
        return f"{frame[:-1]},{run[1:]}"

    async def _model(self, run: str | None, room: Room) -> Model | None:
        if run is not None:
            return await database.read(runs.model, run)
        state = await room.state()
        document = state.document
        reader = self._services.reader
        settings = settings_of(document) if document else await reader.settings(state.text)
        sets = await database.read(data_files.data_sets, room.id)
        name = f"{room.id}-{state.revision}"
        return Model(f"project-{room.id}", name, settings.backend, state.text, data_sets=dict(sets))


def _asks(look: Look) -> bool:
    """Whether a look asks for what no training computes beside its steps."""
    return look.plane is None and (look.explain is not None or look.latent is not None)
