"""Blocks: convolutional network from image (32, 32, 3) to label (10,)."""

import keras
from keras import layers


class Block(keras.Model):
    """Block: convolutional network from x_in (None, None, 16)."""

    def __init__(self, **options):
        super().__init__(**options)
        self.conv2d = layers.Conv2D(16, 3, padding="same", activation="relu")
        self.conv2d_1 = layers.Conv2D(16, 3, padding="same")
        self.add = layers.Add()
        self.re_lu = layers.ReLU()

    def call(self, x_in):
        x = self.conv2d(x_in)
        x = self.conv2d_1(x)
        x = self.add([x, x_in])
        return self.re_lu(x)


class Blocks(keras.Model):
    def __init__(self, **options):
        super().__init__(**options)
        self.conv2d = layers.Conv2D(16, 3, padding="same")
        self.first = Block(name="first")
        self.second = Block(name="second")
        self.global_average_pooling2d = layers.GlobalAveragePooling2D()
        self.label = layers.Dense(10, name="label")

    def call(self, image):
        x = self.conv2d(image)
        x = self.first(x)
        x = self.second(x)
        x = self.global_average_pooling2d(x)
        return self.label(x)


model = Blocks(name="blocks")
# The first call creates the weights.
model(keras.Input(shape=(32, 32, 3), name="image"))
