"""Siamese: recurrent network from left and right to same."""

import keras
from keras import layers

left = keras.Input(shape=(100,), dtype="int32", name="left")
right = keras.Input(shape=(100,), dtype="int32", name="right")
embed = layers.Embedding(1000, 64, name="embed")
read_left = embed(left)
read = layers.LSTM(32, name="read")
read_left = read(read_left)
read_right = embed(right)
read_right = read(read_right)
x = layers.Dot(1, normalize=True, name="distance")([read_left, read_right])
same = layers.Dense(1, activation="sigmoid", name="same")(x)

model = keras.Model(inputs=[left, right], outputs=same, name="siamese")
