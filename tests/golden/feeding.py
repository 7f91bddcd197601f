"""Digits as lists: fully connected network from pixels to digit and picture."""

import keras
from keras import layers

pixels = keras.Input(shape=(64,), name="pixels")
x = layers.Dense(32, activation="relu")(pixels)
digit = layers.Dense(10, activation="softmax", name="digit")(x)
x = layers.Dense(64, activation="sigmoid")(x)
picture = layers.Reshape((8, -1), name="picture")(x)

model = keras.Model(inputs=pixels, outputs=[digit, picture], name="digits_as_lists")
