"""Which environment makes a backend use a device: it must stand before the backend is imported."""

from collections.abc import Mapping
from importlib import import_module

from engine.problems import Problem
from engine.problems.runs import device_missing


def environment(backend: str, device: str, present: Mapping[str, str]) -> dict[str, str]:
    """Return the variables to set before Keras is imported.

    `device` is "cpu", "gpu" (the first that is visible) or "gpu:N" (the N-th that is visible,
    counted from 0, where `present` already limits what is visible).
    """
    quiet = {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONUNBUFFERED": "1"}
    if device == "cpu":
        return quiet | {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
    number = device.partition(":")[2] or "0"
    visible = [one for one in present.get("CUDA_VISIBLE_DEVICES", "").split(",") if one.strip()]
    if visible:
        number = visible[int(number)] if int(number) < len(visible) else "-1"
    # Runs share a GPU politely: neither backend may take all of its memory in advance.
    polite = {"TF_FORCE_GPU_ALLOW_GROWTH": "true", "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
    return quiet | polite | {"CUDA_VISIBLE_DEVICES": number}


def missing_device(backend: str, device: str) -> Problem | None:
    """Say when the imported backend does not see the GPU that `environment` left visible."""
    if device == "cpu" or _gpus(backend):
        return None
    return device_missing(device, backend, ["cpu"])


def _gpus(backend: str) -> int:
    """How many GPUs the backend sees; imports it."""
    if backend == "tensorflow":
        import tensorflow as tf

        return len(tf.config.list_physical_devices("GPU"))
    if backend == "jax":
        import jax

        return sum(device.platform == "gpu" for device in jax.devices())
    cuda = import_module("torch").cuda
    return int(cuda.device_count()) if cuda.is_available() else 0
