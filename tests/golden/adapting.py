"""Diabetes, normalized: fully connected network from features (10,) to progression."""

import keras
from keras import layers

features = keras.Input(shape=(10,), name="features")
x = layers.Normalization(name="normalization")(features)
x = layers.Dense(32, activation="relu")(x)
progression = layers.Dense(1, name="progression")(x)

model = keras.Model(inputs=features, outputs=progression, name="diabetes_normalized")
