"""Stack: fully connected network from (4,) to (1,)."""

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
