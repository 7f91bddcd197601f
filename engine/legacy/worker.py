"""Trains a model with Keras 2.3.1: the process that an old interpreter runs for a training run.

It needs the standard library, and Keras with NumPy, which are imported when the run begins. Its
parent (engine.training.old) sends commands as JSON lines to standard input; events go, as JSON
lines, to the original standard output, and prints to standard error.

    train   "source" defines build_model, compile_model and create_callbacks; "folder" holds the
            rows as NPY files and the first weights; then as engine.training.old.process.Order says
    stop    "when" is "now" or "epoch"

    phase, started, batch, epoch as in engine.protocol, of which the parent adds times
    trained the weights are in the folder
    failed  why the run can't go on

It ends when standard input closes, and on Linux when its parent ends.
"""

import ctypes
import importlib
import json
import math
import os
import platform
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

LayerPath = Tuple[str, ...]
"""The names that lead to a layer: those of the sub-models around it, then its own."""
INTERVAL = 0.2
"""Seconds between two events of batches."""
PR_SET_PDEATHSIG = 1
FIRST, TRAINED = "first.npz", "trained.npz"
"""The files of the weights before and after the training: an array for each, in order."""
OF_BATCH = ("batch", "size")
"""What Keras tells of a batch besides its metrics."""


class Stopped(Exception):  # noqa: N818
    """The fit was left because it is to stop now."""


class Parent:
    """The process that started this one: what it asked for, and the events that it is sent."""

    def __init__(self) -> None:
        self._events = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        self._lock = threading.Lock()
        self._ordered = threading.Event()
        self._order: Dict[str, Any] = {}
        self.stop: Optional[str] = None
        """None, "epoch" or "now"."""

    def listen(self) -> None:
        """Read commands until standard input closes, because the parent has ended."""
        for line in sys.stdin.buffer:
            command = json.loads(line.decode("utf-8"))
            if command["type"] == "train":
                self._order = command
                self._ordered.set()
            elif command["type"] == "stop" and self.stop != "now":
                self.stop = command["when"]
        os._exit(1)

    def order(self) -> Dict[str, Any]:
        """Wait for the command to train."""
        self._ordered.wait()
        return self._order

    def tell(self, type: str, **fields: Any) -> None:
        """Send an event; numbers that are not finite are written as Python writes them."""
        text = json.dumps(dict(fields, type=type))
        with self._lock:
            try:
                self._events.write(text + "\n")
                self._events.flush()
            except OSError:
                os._exit(1)


class WithoutDraws:
    """The backend of Keras, but for random weights: those that a model begins with are given.

    Theano would compile a program for each shape that is drawn.
    """

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def __getattr__(self, name: str) -> Any:
        if name in ("random_uniform", "random_normal", "truncated_normal"):
            return self._zeros
        return getattr(self._backend, name)

    def _zeros(self, shape: Sequence[int], *_: Any, **__: Any) -> Any:
        return numpy().zeros(shape, self._backend.floatx())


def numpy() -> Any:
    """NumPy, which is imported with the libraries."""
    return importlib.import_module("numpy")


def end_with(parent: int) -> None:
    """Ask the kernel to kill this process when its parent ends; exit if it has ended already."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def layers_of(model: Any, path: LayerPath = ()) -> Iterator[Tuple[LayerPath, Any]]:
    """Yield the path of each layer that is no model, and the layer."""
    for layer in model.layers:
        if hasattr(layer, "layers") and hasattr(layer, "inputs"):
            yield from layers_of(layer, (*path, layer.name))
        else:
            yield (*path, layer.name), layer


def weighed(model: Any, layers: Sequence[Any]) -> List[Any]:
    """Return the layers with weights in the order in which these are given.

    `layers` lists paths, and how many weights each layer has.
    """
    found = dict(layers_of(model))
    counts = {path: len(layer.weights) for path, layer in found.items() if layer.weights}
    wanted = {tuple(path): count for path, count in layers}
    if counts != wanted:
        raise ValueError(f"The layers differ: {counts} and {wanted}.")
    return [found[path] for path in wanted]


def put_weights(layers: Sequence[Any], file: str) -> None:
    """Give the layers the weights of a file."""
    with numpy().load(file, allow_pickle=False) as arrays:
        at = 0
        for layer in layers:
            count = len(layer.weights)
            layer.set_weights([arrays[str(at + each)] for each in range(count)])
            at += count


def take_weights(layers: Sequence[Any], file: str) -> None:
    """Write the weights of the layers to a file."""
    weights = [array for layer in layers for array in layer.get_weights()]
    numpy().savez(file, **{str(at): array for at, array in enumerate(weights)})


def rows_of(order: Dict[str, Any], part: str, kind: str) -> Any:
    """The arrays of a part: its inputs, targets or weights, read from the disk as they are used."""
    files = [Path(order["folder"], f"{part}-{kind}-{at}.npy") for at in range(order[kind])]
    arrays = [numpy().load(str(file), mmap_mode="r", allow_pickle=False) for file in files]
    return arrays[0] if len(arrays) == 1 else arrays


def resident() -> Optional[int]:
    """The bytes of memory that this process holds; None where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None


class Telling:
    """Tells of the progress of a fit; owns the epoch, and its latest metrics.

    Keras tells the loss of each batch, and the means of other metrics since the epoch began: the
    loss becomes such a mean, too.
    """

    def __init__(self, parent: Parent) -> None:
        self._parent, self._next = parent, 0.0
        self.rate: Optional[float] = None
        """The learning rate at the end of the epoch."""
        self.begin(0)

    def begin(self, epoch: int) -> None:
        """An epoch begins."""
        self._epoch, self._loss, self._rows = epoch + 1, 0.0, 0
        self._latest: Dict[str, float] = {}

    def step(self, batch: int, logs: Dict[str, Any]) -> None:
        """A step was taken: tell it, if the last one that was told is a while ago."""
        self._loss += float(logs["loss"]) * logs["size"]
        self._rows += logs["size"]
        if self._parent.stop == "now" or time.time() >= self._next:
            metrics = {name: float(logs[name]) for name in logs if name not in OF_BATCH}
            self._latest = dict(metrics, loss=self._loss / self._rows)
            self._parent.tell("batch", epoch=self._epoch, step=batch + 1, metrics=self._latest)
            self._next = time.time() + INTERVAL

    def leave(self) -> None:
        """Leave the fit if it is to stop now."""
        if self._parent.stop == "now":
            self._epoch_done(self._latest, complete=False)
            raise Stopped

    def end(self, logs: Dict[str, Any]) -> bool:
        """Tell the epoch; return whether the fit is to stop."""
        names = {name: "learning_rate" if name == "lr" else name for name in logs}
        metrics = {names[name]: float(logs[name]) for name in logs}
        self._epoch_done(metrics, complete=True)
        losses = [metrics.get(name, 0.0) for name in ("loss", "val_loss")]
        return self._parent.stop is not None or not all(map(math.isfinite, losses))

    def _epoch_done(self, metrics: Dict[str, float], complete: bool) -> None:
        self._parent.tell(
            "epoch",
            epoch=self._epoch,
            metrics=metrics,
            complete=complete,
            learning_rate=self.rate,
            memory=resident(),
        )


def means(keras: Any, model: Any, prefix: str = "") -> Dict[str, float]:
    """The means of the metrics since the epoch or the validation began, by name.

    Keras tells those before the present batch on CNTK, which changes its variables afterwards.
    For other engines there is nothing to complete.
    """
    value = keras.backend.get_value
    found: Dict[str, float] = {}
    if keras.backend.backend() != "cntk":
        return found
    for metric in (*model.metrics, *(getattr(model, "_output_loss_metrics", None) or ())):
        if hasattr(metric, "total") and hasattr(metric, "count"):
            found[prefix + metric.name] = float(
                value(metric.total) / max(value(metric.count), 1e-7)
            )
    return found


def complete(logs: Dict[str, Any], known: Dict[str, float]) -> None:
    """Put the values that are known in place of those that Keras tells."""
    logs.update({name: known[name] for name in known if name in logs})


def watching(keras: Any, parent: Parent) -> Tuple[Any, Any]:
    """Return two callbacks: the first notes the learning rate, and completes what Keras tells; the
    last tells of the progress.

    They stand around those of the document, which may change the rate and add metrics.
    """
    telling = Telling(parent)

    class Rate(keras.callbacks.Callback):  # type: ignore[misc]
        known: Dict[str, float] = {}

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
            self.known.update(means(keras, self.model))
            complete(logs, self.known)

        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
            self.known.update(means(keras, self.model, "val_"))

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
            complete(logs, self.known)
            telling.rate = float(keras.backend.get_value(self.model.optimizer.learning_rate))

    class Progress(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_begin(self, logs: Any = None) -> None:  # noqa: ARG002
            parent.tell("phase", phase="training")

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
            telling.begin(epoch)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            telling.step(batch, logs)
            telling.leave()

        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
            telling.leave()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
            self.model.stop_training = telling.end(logs) or self.model.stop_training

    return Rate(), Progress()


def versions(keras: Any, backend: str) -> Dict[str, str]:
    """The versions of what trains."""
    return {
        "python": platform.python_version(),
        "keras": keras.__version__,
        backend: importlib.import_module(backend).__version__,
        "numpy": numpy().__version__,
    }


def build(keras: Any, source: str) -> Tuple[Any, List[Any]]:
    """Return what the source defines, the model with weights of zero."""
    names: Dict[str, Any] = {"__name__": "model"}
    exec(compile(source, "model.py", "exec"), names)  # noqa: S102
    drawing = keras.initializers.K
    keras.initializers.K = WithoutDraws(drawing)
    try:
        model = names["build_model"]()
    finally:
        keras.initializers.K = drawing
    names["compile_model"](model)
    return model, names["create_callbacks"]()


def seed(backend: str, value: int) -> None:
    """Let everything random begin with a seed: the rows' order, and what CNTK leaves out."""
    numpy().random.seed(value)
    if backend == "cntk":
        drawing = importlib.import_module("cntk.cntk_py")
        drawing.set_fixed_random_seed(value)
        drawing.force_deterministic_algorithms()


def train(parent: Parent) -> None:
    """Train as the parent orders."""
    backend = os.environ["KERAS_BACKEND"]
    keras = importlib.import_module("keras")
    parent.tell("ready", versions=versions(keras, backend))
    order = parent.order()
    seed(backend, order["seed"])
    model, callbacks = build(keras, order["source"])
    layers = weighed(model, order["layers"])
    put_weights(layers, str(Path(order["folder"], FIRST)))
    parent.tell("phase", phase="compiling")
    validation = None
    if order["validation"]:
        validation = tuple(rows_of(order, "validation", kind) for kind in ("inputs", "targets"))
        model._make_test_function()
    model._make_train_function()
    classes = order["class_weight"]
    first, last = watching(keras, parent)
    with suppress(Stopped):
        model.fit(
            rows_of(order, "training", "inputs"),
            rows_of(order, "training", "targets"),
            batch_size=order["batch_size"],
            epochs=order["epochs"],
            verbose=0,
            callbacks=[first, *callbacks, last],
            validation_data=validation,
            shuffle=order["shuffle"],
            class_weight={int(key): value for key, value in classes.items()} if classes else None,
            sample_weight=rows_of(order, "training", "weights") if order["weights"] else None,
        )
    take_weights(layers, str(Path(order["folder"], TRAINED)))
    parent.tell("trained")


def main() -> None:
    """Train once, and say what fails."""
    end_with(int(sys.argv[1]))
    parent = Parent()
    threading.Thread(target=parent.listen, daemon=True).start()
    try:
        train(parent)
    except BaseException as error:  # such as MemoryError
        parent.tell("failed", error=f"{type(error).__name__}: {error}")
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
