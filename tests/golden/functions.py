"""Residual network: convolutional network from image (32, 32, 3) to label (10,)."""

import keras
from keras import layers


def conv_bn(x, filters, size, strides=1):
    x = layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False)(x)
    return layers.BatchNormalization()(x)


def residual_block(x, filters):
    shortcut = x
    x = conv_bn(x, filters, 3)
    x = layers.Activation("relu")(x)
    x = conv_bn(x, filters, 3)
    x = layers.Add()([x, shortcut])
    return layers.Activation("relu")(x)


image = keras.Input(shape=(32, 32, 3), name="image")
x = conv_bn(image, 16, 3)
x = layers.Activation("relu")(x)
x = residual_block(x, 16)
x = residual_block(x, 16)
x = residual_block(x, 16)
for filters in (32, 64):
    shortcut = x
    x = conv_bn(x, filters, 3, strides=2)
    x = layers.Activation("relu")(x)
    x = conv_bn(x, filters, 3)
    shortcut = conv_bn(shortcut, filters, 1, strides=2)
    x = layers.Add()([x, shortcut])
    x = layers.Activation("relu")(x)
    x = residual_block(x, filters)
    x = residual_block(x, filters)
    x = residual_block(x, filters)
x = layers.GlobalAveragePooling2D()(x)
label = layers.Dense(10, activation="softmax", name="label")(x)

model = keras.Model(inputs=image, outputs=label, name="residual_network")
