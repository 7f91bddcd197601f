"""Operations: fully connected network from series (32, 8) to score."""

import keras
from keras import layers, ops

series = keras.Input(shape=(32, 8), name="series")
value = ops.divide(series, 255.0)
value = layers.Dense(32)(value)
value, part = ops.split(value, 2, axis=-1)
value = ops.tanh(value)
gate = ops.sigmoid(part)
gated = ops.multiply(value, gate)
average = ops.mean(gated, axis=1)
last = gated[:, -1]
x = ops.concatenate([average, last], axis=-1)
x = ops.subtract(1.0, x)
score = layers.Dense(1, name="score")(x)

model = keras.Model(inputs=series, outputs=score, name="operations")
