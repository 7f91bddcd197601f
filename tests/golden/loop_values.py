"""Growing filters: convolutional network from image (64, 64, 3) to label (10,)."""

import keras
from keras import layers

image = keras.Input(shape=(64, 64, 3), name="image")
x = image
for filters in (16, 32, 64, 128):
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.MaxPooling2D()(x)
x = layers.GlobalAveragePooling2D()(x)
label = layers.Dense(10, activation="softmax", name="label")(x)

model = keras.Model(inputs=image, outputs=label, name="growing_filters")
