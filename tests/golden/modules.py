"""Inception network: convolutional network from image (32, 32, 3) to label (10,)."""

import keras
from keras import layers


def conv_bn_relu(x, filters, size):
    x = layers.Conv2D(filters, size, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.Activation("relu")(x)


def inception_module(x, filters, name):
    branch_1x1 = conv_bn_relu(x, filters, 1)
    branch_3x3 = conv_bn_relu(x, filters, 1)
    branch_3x3 = conv_bn_relu(branch_3x3, 2 * filters, 3)
    branch_5x5 = conv_bn_relu(x, 8, 1)
    branch_5x5 = conv_bn_relu(branch_5x5, filters, 5)
    pooled = layers.AveragePooling2D(3, strides=1, padding="same")(x)
    pooled = conv_bn_relu(pooled, filters, 1)
    return layers.Concatenate(name=name)([branch_1x1, branch_3x3, branch_5x5, pooled])


image = keras.Input(shape=(32, 32, 3), name="image")
x = conv_bn_relu(image, 16, 3)
x = inception_module(x, 16, name="mixed_1")
x = layers.MaxPooling2D()(x)
x = inception_module(x, 24, name="mixed_2")
x = layers.MaxPooling2D()(x)
x = inception_module(x, 32, name="mixed_3")
x = layers.GlobalAveragePooling2D()(x)
label = layers.Dense(10, activation="softmax", name="label")(x)

model = keras.Model(inputs=image, outputs=label, name="inception_network")
