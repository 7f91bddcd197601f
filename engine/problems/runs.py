"""Words for runs that can't begin, or end otherwise than they should."""

from collections.abc import Sequence

from engine.machine import backends
from engine.problems import Problem


def backend_missing(backend: str, detail: str) -> Problem:
    """The document asks for a backend that is not installed, or can't be imported."""
    row = backends.find(backend)
    title, package = (row.title, row.package) if row else (backend, backend)
    return Problem(
        code="backend_missing",
        param="backend",
        message=f"{title} is not installed on this server, or can't be loaded.",
        hint=f"Choose another backend under “Training”, or install it: pip install {package}.",
        detail=detail,
    )


def device_missing(device: str, backend: str, there: Sequence[str]) -> Problem:
    """The document asks for a GPU that the backend does not see."""
    return Problem(
        code="device_missing",
        param="device",
        message=f"The device “{device}” is not there for {backend}.",
        hint=f"It can use: {', '.join(there)}. Choose one of them under “Training”.",
    )


def object_refused(kind: str, name: str, detail: str) -> Problem:
    """Keras did not accept the parameters of a loss, metric, optimizer or callback."""
    return Problem(
        code="object_refused",
        param=kind,
        message=f"The {kind} {name} can't be made with these parameters.",
        hint="Open it under “Training” and look at its parameters.",
        detail=detail,
    )


def training_failed(detail: str) -> Problem:
    """A library raised while the model was trained."""
    return Problem(
        code="training_failed",
        message="Training broke off, because the model, the data and the loss do not fit together.",
        hint="Compare the shapes of the inputs and outputs with the data's columns, and the loss "
        "with the target.",
        detail=detail,
    )


def diverged(epoch: int, metric: str) -> Problem:
    """The loss left the numbers; `epoch` counts from 1."""
    return Problem(
        code="diverged",
        message=f"Training diverged in epoch {epoch}: {metric} is no longer a finite number.",
        hint="A smaller learning rate is the first thing to try, a tenth of the present one. "
        "Then look at the scale of the data, and whether the loss fits the last activation.",
    )


def over_memory(limit: str, detail: str | None = None) -> Problem:
    """The run needed more memory than it may have; `limit` is in words ("4.0 GB")."""
    return Problem(
        code="over_memory",
        message=f"The run needed more memory than there is for it ({limit}).",
        hint="Try a smaller batch size first, then fewer units or filters, or smaller inputs.",
        detail=detail,
    )


def killed(how: str, detail: str | None = None) -> Problem:
    """The worker process ended without a word; `how` completes "The run's process …"."""
    return Problem(
        code="killed",
        message=f"The run's process {how}.",
        hint="Start the run again. If it happens again, the detail may say more.",
        detail=detail,
    )


def unanswered_stop() -> Problem:
    """A run that was asked to stop and had to be ended by force."""
    return Problem(
        code="unanswered_stop",
        severity="warning",
        message="The run did not answer and was ended, so there is no evaluation and no model.",
        hint="This happens while a backend compiles. Let the first epoch begin before stopping.",
    )


def timed_out(seconds: float) -> Problem:
    """The run took longer than runs may take here."""
    return Problem(
        code="timed_out",
        message=f"The run took longer than the {seconds:g} seconds that a run may take here.",
        hint="Train fewer epochs, or raise LAYERLOOM_RUN_SECONDS on the server.",
    )


def server_closed() -> Problem:
    """The server ended while the run was in progress."""
    return Problem(
        code="server_closed",
        message="The server was shut down while the run was in progress.",
        hint="Start the run again.",
    )


def cannot_write(full: bool, detail: str) -> Problem:
    """The run's results could not be written."""
    return Problem(
        code="disk_full" if full else "cannot_write",
        message="The disk of the server is full, so the run's results could not be saved."
        if full
        else "The run's results could not be saved in its folder.",
        hint="Free some space, for instance by deleting old runs, and train again."
        if full
        else "Somebody who looks after the server must make the folder writable.",
        detail=detail,
    )


def cannot_start(detail: str) -> Problem:
    """No worker process could be started, or it spoke no protocol."""
    return Problem(
        code="cannot_start",
        message="The server could not start a process for this run.",
        hint="Try again in a moment. If it happens again, the detail may say more.",
        detail=detail,
    )
