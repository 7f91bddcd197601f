"""Residual tower: convolutional network from image (32, 32, 16) to label (10,)."""

import keras
from keras import layers

image = keras.Input(shape=(32, 32, 16), name="image")
x = layers.Conv2D(16, 3, padding="same", activation="relu", name="block_1_conv_1")(
    image
)
x = layers.Conv2D(16, 3, padding="same", name="block_1_conv_2")(x)
x = layers.Add(name="block_1_add")([x, image])
for number in range(2, 5):
    shortcut = x
    x = layers.Conv2D(
        16, 3, padding="same", activation="relu", name=f"block_{number}_conv_1"
    )(x)
    x = layers.Conv2D(16, 3, padding="same", name=f"block_{number}_conv_2")(x)
    x = layers.Add(name=f"block_{number}_add")([x, shortcut])
x = layers.GlobalAveragePooling2D()(x)
label = layers.Dense(10, activation="softmax", name="label")(x)

model = keras.Model(inputs=image, outputs=label, name="residual_tower")
