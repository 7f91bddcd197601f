"""The table of backends: one row for each, with all differences between them.

A new backend needs a row here, a function that counts its GPUs (engine.training.devices) and, if
it is optional, an extra in pyproject.toml. No heavy imports.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from engine.machine import devices


@dataclass(frozen=True)
class Backend:
    """A library that Keras computes with.

    `id` is Keras's name for it and `package` the distribution to install, which the `extra` of this
    project includes (None: it is always installed). `variables` are set in the environment of every
    process that may import it, `on_cpu` and `on_gpu` only for these devices.

    With an `environment`, it computes only with Keras 2.3.1, in an old interpreter: that of this
    folder beside the sources, which the target `make` sets up (more in engine.machine.old). What
    Keras 3 does for its runs (first weights, evaluation, the inside view) is computed on the
    backend `host`.

    The last fields are limitations: `text` says whether Keras computes text and lookups with it,
    `sizes_from_values` whether it compiles layers in which a size depends on values, `parallel`
    whether it trains on several devices at once.
    """

    id: str
    title: str
    package: str
    extra: str | None = None
    environment: str | None = None
    make: str | None = None
    host: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    on_cpu: Mapping[str, str] = field(default_factory=dict)
    on_gpu: Mapping[str, str] = field(default_factory=dict)
    text: bool = True
    sizes_from_values: bool = True
    parallel: bool = False


# Runs share a GPU, so no backend may reserve all of its memory in advance.
# What JAX compiled is kept where COMPILED says: the same model starts at once the next time.
BACKENDS: tuple[Backend, ...] = (
    Backend(
        id="tensorflow",
        title="TensorFlow",
        package="tensorflow",
        variables={"TF_CPP_MIN_LOG_LEVEL": "3"},
        on_gpu={"TF_FORCE_GPU_ALLOW_GROWTH": "true"},
        parallel=True,
    ),
    Backend(
        id="jax",
        title="JAX",
        package="jax",
        variables={
            "JAX_COMPILATION_CACHE_MAX_SIZE": str(1 << 30),
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.05",
        },
        on_cpu={"JAX_PLATFORMS": "cpu"},
        on_gpu={"XLA_PYTHON_CLIENT_PREALLOCATE": "false"},
        text=False,
        sizes_from_values=False,
        parallel=True,
    ),
    # Threads of PyTorch that wait for each other by spinning take the time of those that compute
    # as soon as anything else runs on the machine: a step of a small CNN took nine times as long.
    Backend(
        id="torch",
        title="PyTorch",
        package="torch",
        extra="torch",
        variables={"OMP_WAIT_POLICY": "PASSIVE"},
        text=False,
    ),
    Backend(
        id="theano",
        title="Theano",
        package="Theano",
        environment=".venv-theano",
        make="legacy-theano",
        host="jax",
        text=False,
    ),
    Backend(
        id="cntk",
        title="CNTK",
        package="cntk",
        environment=".venv-cntk",
        make="legacy-cntk",
        host="jax",
        text=False,
    ),
)
"""In the order in which they are offered; the first is the default."""

COMPILED = "JAX_COMPILATION_CACHE_DIR"
"""The variable that names the folder in which JAX keeps compiled programs."""

THREADS = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "NPROC")
"""The variables that bound the threads of PyTorch, TensorFlow (two) and XLA, which JAX uses."""

PARTS = "--xla_force_host_platform_device_count={count}"
"""The flag of XLA that divides the processor; TensorFlow is told by a call."""

LISTED = "PCI_BUS_ID"
"""The order in which nvidia-smi counts GPUs; CUDA's own default begins with the fastest."""

CHECKED_ON = "jax"
"""The backend of the check, which traces calls and counts their multiply-adds with JAX."""

if TYPE_CHECKING:
    BackendId = str
else:
    BackendId = Literal[tuple(backend.id for backend in BACKENDS)]
    """The id of a backend of the table; pydantic rejects any other."""

_BY_ID = {backend.id: backend for backend in BACKENDS}


def find(id: str) -> Backend | None:
    """Return the backend with this id, if there is one."""
    return _BY_ID.get(id)


def get(id: BackendId) -> Backend:
    """Return the backend with this id. Raises KeyError when there is none."""
    return _BY_ID[id]


def environment(
    backend: BackendId, device: str, present: Mapping[str, str], threads: int | None = None
) -> dict[str, str]:
    """Return the variables to set before Keras is imported.

    `device` is as in engine.machine.devices; where `present` already limits what is visible, the
    numbers of GPUs count what is. The variables of all backends are set: Keras imports TensorFlow
    for layers that process text on any backend.
    `threads` bounds the threads that compute; None leaves them to the backend: one for each core.
    """
    always = {"KERAS_BACKEND": get(backend).host or backend, "PYTHONUNBUFFERED": "1"}
    asked = devices.read(device)
    for row in BACKENDS:
        always |= {**row.variables, **(row.on_cpu if asked.kind == "cpu" else row.on_gpu)}
    if asked.kind == "cpu" and asked.count > 1:
        flags = (present.get("XLA_FLAGS", ""), PARTS.format(count=asked.count))
        always["XLA_FLAGS"] = " ".join(filter(None, flags))
    if threads:
        always |= dict.fromkeys(THREADS, str(threads))
    order = present.get("CUDA_DEVICE_ORDER", LISTED)
    return always | {"CUDA_DEVICE_ORDER": order, "CUDA_VISIBLE_DEVICES": _visible(asked, present)}


def _visible(asked: devices.Devices, present: Mapping[str, str]) -> str:
    """Return the GPUs that the process may see, and no others; "-1" means none."""
    if asked.kind == "cpu":
        return "-1"
    visible = [gpu for gpu in present.get("CUDA_VISIBLE_DEVICES", "").split(",") if gpu.strip()]
    if not visible:
        return ",".join(map(str, asked.numbers))
    if max(asked.numbers) >= len(visible):
        return "-1"
    return ",".join(visible[number] for number in asked.numbers)
