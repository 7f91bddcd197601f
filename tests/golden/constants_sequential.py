"""Constants: convolutional network from image (32, 32, 3) to label (10,)."""

import keras
from keras import layers

EPSILON = 1.001e-5
KERNEL_REGULARIZER = keras.regularizers.L2(0.0005)

model = keras.Sequential(
    [
        keras.Input(shape=(32, 32, 3), name="image"),
        layers.Conv2D(16, 3, kernel_regularizer=KERNEL_REGULARIZER),
        layers.BatchNormalization(epsilon=EPSILON),
        layers.ReLU(),
        layers.DepthwiseConv2D(3),
        layers.BatchNormalization(epsilon=EPSILON),
        layers.Conv2D(32, 1, kernel_regularizer=KERNEL_REGULARIZER),
        layers.BatchNormalization(epsilon=EPSILON),
        layers.GlobalAveragePooling2D(),
        layers.Dropout(0.25),
        layers.Dense(10, kernel_regularizer=KERNEL_REGULARIZER, name="label"),
    ],
    name="constants",
)
