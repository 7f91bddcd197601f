"""Broken: image in, score out, 2 layers."""

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
