"""Parallel branches: convolutional network from image (32, 32, 3) to label (10,)."""

import keras
from keras import layers

image = keras.Input(shape=(32, 32, 3), name="image")
x = layers.Conv2D(16, 3, padding="same", activation="relu")(image)
branch_1x1 = layers.Conv2D(8, 1)(x)
branch_3x3 = layers.Conv2D(8, 1)(x)
branch_3x3 = layers.Conv2D(8, 3, padding="same")(branch_3x3)
pooled = layers.AveragePooling2D(3, strides=1, padding="same")(x)
x = layers.Concatenate()([branch_1x1, branch_3x3, pooled])
x = layers.GlobalAveragePooling2D()(x)
label = layers.Dense(10, activation="softmax", name="label")(x)

model = keras.Model(inputs=image, outputs=label, name="parallel_branches")
