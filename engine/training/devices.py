"""Whether the imported backend sees the device that the document asks for."""

from importlib import import_module

from engine.machine.backends import BackendId
from engine.problems import Problem
from engine.problems.absent import missing_device


def unseen_device(backend: BackendId, device: str) -> Problem | None:
    """Return a problem if the imported backend does not see the GPU that it should."""
    if device == "cpu" or GPUS[backend]():
        return None
    return missing_device(backend, device, ["cpu"])


def _tensorflow() -> int:
    import tensorflow as tf

    return len(tf.config.list_physical_devices("GPU"))


def _jax() -> int:
    import jax

    return sum(device.platform == "gpu" for device in jax.devices())


def _torch() -> int:
    cuda = import_module("torch").cuda
    return int(cuda.device_count()) if cuda.is_available() else 0


def _theano() -> int:
    return 0  # it could use GPUs only with libraries that no longer exist


GPUS = {"tensorflow": _tensorflow, "jax": _jax, "torch": _torch, "theano": _theano}
"""Functions that count the GPUs that a backend sees, by backend. Each imports its backend."""
