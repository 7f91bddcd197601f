"""Wrapped layers: convolutional recurrent network from frames (8, 32, 32, 3)."""

import keras
from keras import layers

frames = keras.Input(shape=(8, 32, 32, 3), name="frames")
x = layers.TimeDistributed(layers.Conv2D(8, 3, activation="relu"))(frames)
x = layers.TimeDistributed(layers.GlobalAveragePooling2D())(x)
x = layers.Bidirectional(layers.LSTM(16, return_sequences=True), name="both_ways")(x)
x = layers.RNN(layers.GRUCell(8))(x)
outputs = layers.Dense(3, activation="softmax")(x)

model = keras.Model(inputs=frames, outputs=outputs, name="wrapped_layers")
