"""Constants: convolutional network from image (32, 32, 3) to label (10,)."""

import keras
from keras import layers

EPSILON = 1.001e-5
KERNEL_REGULARIZER = keras.regularizers.L2(0.0005)

image = keras.Input(shape=(32, 32, 3), name="image")
x = layers.Conv2D(16, 3, kernel_regularizer=KERNEL_REGULARIZER)(image)
x = layers.BatchNormalization(epsilon=EPSILON)(x)
x = layers.ReLU()(x)
x = layers.DepthwiseConv2D(3)(x)
x = layers.BatchNormalization(epsilon=EPSILON)(x)
x = layers.Conv2D(32, 1, kernel_regularizer=KERNEL_REGULARIZER)(x)
x = layers.BatchNormalization(epsilon=EPSILON)(x)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.25)(x)
label = layers.Dense(10, kernel_regularizer=KERNEL_REGULARIZER, name="label")(x)

model = keras.Model(inputs=image, outputs=label, name="constants")
