"""Blocks: convolutional network from image (32, 32, 3) to label (10,)."""

import keras
from keras import layers


def build_block(name: str = "Block") -> keras.Model:
    """Block: convolutional network from x_in (None, None, 16)."""
    x_in = keras.Input(shape=(None, None, 16), name="x_in")
    x = layers.Conv2D(16, 3, padding="same", activation="relu")(x_in)
    x = layers.Conv2D(16, 3, padding="same")(x)
    x = layers.Add()([x, x_in])
    outputs = layers.ReLU()(x)
    return keras.Model(inputs=x_in, outputs=outputs, name=name)


image = keras.Input(shape=(32, 32, 3), name="image")
x = layers.Conv2D(16, 3, padding="same")(image)
x = build_block(name="first")(x)
x = build_block(name="second")(x)
x = layers.GlobalAveragePooling2D()(x)
label = layers.Dense(10, name="label")(x)

model = keras.Model(inputs=image, outputs=label, name="blocks")
