"""Shortcuts: convolutional network from image (32, 32, 3) to (10,)."""

import keras
from keras import layers

image = keras.Input(shape=(32, 32, 3), name="image")
x = layers.Conv2D(16, 3, padding="same")(image)
shortcut = x
x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
x = layers.Conv2D(16, 3, padding="same")(x)
x = layers.Add()([x, shortcut])
shortcut = x
x = layers.Conv2D(32, 3, strides=2, padding="same", activation="relu")(x)
x = layers.Conv2D(32, 3, padding="same")(x)
shortcut = layers.Conv2D(32, 1, strides=2, padding="same")(shortcut)
x = layers.Add()([x, shortcut])
x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(10)(x)

model = keras.Model(inputs=image, outputs=outputs, name="shortcuts")
