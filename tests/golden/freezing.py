"""Frozen: network with attention from (6, 8) to (3,)."""

import keras
from keras import layers


def build_base(name: str = "base") -> keras.Model:
    """base: fully connected network from (6, 8) to (6, 8)."""
    inputs = keras.Input(shape=(6, 8))
    x = layers.Dense(8, activation="relu")(inputs)
    outputs = layers.BatchNormalization()(x)
    return keras.Model(inputs=inputs, outputs=outputs, name=name)


inputs = keras.Input(shape=(6, 8))
base = build_base()
base.trainable = False
x = base(inputs, training=False)
shortcut = x
multi_head_attention = layers.MultiHeadAttention(num_heads=2, key_dim=4)
x = multi_head_attention(x, value=x)
multi_head_attention.trainable = False
x = layers.Add()([shortcut, x])
steps = layers.TimeDistributed(layers.LayerNormalization(), name="steps")
x = steps(x)
steps.trainable = False
x = layers.Flatten()(x)
for training in (False, True, False):
    x = layers.Dense(64, trainable=False)(x)
    x = layers.BatchNormalization()(x, training=training)
    x = layers.Dropout(0.5)(x)
outputs = layers.Dense(3, activation="softmax")(x)

model = keras.Model(inputs=inputs, outputs=outputs, name="frozen")
