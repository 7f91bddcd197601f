"""Stack: 1 in, 1 out, 2 layers."""

import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input(shape=(4,)),
        layers.Dense(4, trainable=False),
        layers.Dense(1),
    ],
    name="stack",
)
