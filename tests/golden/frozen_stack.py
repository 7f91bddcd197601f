"""Stack: fully connected network from (4,) to (1,)."""

import keras
from keras import layers

inputs = keras.Input(shape=(4,))
x = layers.Dense(4, trainable=False)(inputs)
outputs = layers.Dense(1)(x)

model = keras.Model(inputs=inputs, outputs=outputs, name="stack")
