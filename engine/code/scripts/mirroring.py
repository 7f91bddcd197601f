"""Training on several devices with TensorFlow; copied into generated scripts unchanged."""

import tensorflow as tf


def mirror(kind: str, count: int) -> None:
    """Train on several devices: each has all weights and takes an equal part of every batch.

    The kind is "GPU", or "CPU": then each device is a part of the processor.
    """
    if kind == "CPU":
        parts = [tf.config.LogicalDeviceConfiguration()] * count
        processor = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(processor, parts)
    devices = [f"{kind}:{number}" for number in range(count)]
    tf.distribute.experimental_set_strategy(tf.distribute.MirroredStrategy(devices))
