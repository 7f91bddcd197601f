"""Nested objects: fully connected network from features (20,) to score (1,)."""

import keras
from keras import layers

features = keras.Input(shape=(20,), name="features")
x = layers.Dense(
    64,
    activation="gelu",
    kernel_initializer="he_normal",
    kernel_regularizer=keras.regularizers.L2(0.0001),
    bias_constraint=keras.constraints.MaxNorm(max_value=3),
    name="hidden",
)(features)
x = layers.Dense(
    64,
    kernel_initializer=keras.initializers.RandomNormal(stddev=0.01, seed=7),
    kernel_regularizer=keras.regularizers.L1L2(l1=0.001, l2=0.001),
)(x)
x = layers.BatchNormalization(momentum=0.9)(x)
score = layers.Dense(1, name="score")(x)

model = keras.Model(inputs=features, outputs=score, name="nested_objects")
