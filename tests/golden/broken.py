"""Broken: fully connected network from image (8, 8, 1) to score (10,)."""

import keras
from keras import layers

image = keras.Input(shape=(8, 8, 1), name="image")
# “conv” needs “filters”.
x = layers.Flatten(name="flat")(image)
# Dense has no parameter “activaton”.
score = layers.Dense(10, name="score")(x)
# Keras has no layer “Frobnicate”.
# The sub-model of “inner” is not in this document.
# “lonely” needs an input.
# These wires form a cycle: “loop_a” → “loop_b” → “loop_a”.

model = keras.Model(inputs=image, outputs=score, name="broken")
