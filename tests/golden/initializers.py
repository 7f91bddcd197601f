"""Initializers: convolutional network from image (32, 32, 3) to label (10,)."""

import keras
from keras import layers

INITIALIZER = {
    "class_name": "VarianceScaling",
    "config": {"scale": 2.0, "mode": "fan_out"},
}

image = keras.Input(shape=(32, 32, 3), name="image")
x = layers.Rescaling(1 / 127.5, offset=-1)(image)
x = layers.Conv2D(16, 3, kernel_initializer=INITIALIZER)(x)
x = layers.DepthwiseConv2D(3, depthwise_initializer=INITIALIZER)(x)
x = layers.Conv2D(32, 1, kernel_initializer=INITIALIZER)(x)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dense(8, kernel_initializer=keras.initializers.Orthogonal(gain=0.5))(x)
label = layers.Dense(10, kernel_initializer=INITIALIZER, name="label")(x)

model = keras.Model(inputs=image, outputs=label, name="initializers")
