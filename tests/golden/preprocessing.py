"""Photos: convolutional network from photo (256, 256, 3) to label (5,)."""

import keras
from keras import layers

photo = keras.Input(shape=(256, 256, 3), name="photo")
x = layers.RandomFlip("horizontal")(photo)
x = layers.RandomRotation(0.1)(x)
x = layers.Rescaling(1 / 127.5, offset=-1)(x)
x = layers.Conv2D(16, 3, strides=2, activation="relu")(x)
x = layers.GlobalMaxPooling2D()(x)
label = layers.Dense(5, name="label")(x)

model = keras.Model(inputs=photo, outputs=label, name="photos")
