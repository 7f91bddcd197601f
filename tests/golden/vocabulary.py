"""Labels: fully connected network from size (1,) to price."""

import keras
from keras import layers

size = keras.Input(shape=(1,), dtype="string", name="size")
x = layers.StringLookup(
    vocabulary=["small", "medium", "large", '12" × 8"'], output_mode="one_hot"
)(size)
price = layers.Dense(1, name="price")(x)

model = keras.Model(inputs=size, outputs=price, name="labels")
