"""Broken: image in, score out, 2 layers."""

import keras
from keras import layers

image = keras.Input(shape=(8, 8, 1), name="image")
# conv: Conv2D needs filters.
x = layers.Flatten(name="flat")(image)
# score: Dense has no parameter activaton.
score = layers.Dense(10, name="score")(x)
# odd: there is no layer Frobnicate.
# inner: its sub-model is not there.
# lonely waits for an input.
# loop_a and loop_b form a cycle: no wire may lead back.

model = keras.Model(inputs=image, outputs=score, name="broken")
