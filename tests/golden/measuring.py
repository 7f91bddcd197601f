"""Measuring: fully connected network from features (4,) to species (3,)."""

import keras
from keras import layers

features = keras.Input(shape=(4,), name="features")
x = layers.Dense(16, activation="relu")(features)
species = layers.Dense(3, activation="softmax", name="species")(x)

model = keras.Model(inputs=features, outputs=species, name="measuring")
