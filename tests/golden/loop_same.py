"""Deep stack: fully connected network from features (32,) to score (10,)."""

import keras
from keras import layers

features = keras.Input(shape=(32,), name="features")
x = features
for _ in range(4):
    x = layers.Dense(64, activation="relu")(x)
    x = layers.Dropout(0.2)(x)
score = layers.Dense(10, activation="softmax", name="score")(x)

model = keras.Model(inputs=features, outputs=score, name="deep_stack")
