"""Small U-Net: convolutional network from image (64, 64, 1) to mask."""

import keras
from keras import layers

image = keras.Input(shape=(64, 64, 1), name="image")
x = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
skip_1 = x
x = layers.MaxPooling2D()(x)
x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
skip_2 = x
x = layers.MaxPooling2D()(x)
x = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
x = layers.Conv2DTranspose(16, 2, strides=2)(x)
x = layers.Concatenate()([x, skip_2])
x = layers.Conv2DTranspose(8, 2, strides=2)(x)
x = layers.Concatenate()([x, skip_1])
mask = layers.Conv2D(1, 1, activation="sigmoid", name="mask")(x)

model = keras.Model(inputs=image, outputs=mask, name="small_u_net")
