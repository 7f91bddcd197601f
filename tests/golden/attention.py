"""Transformer block: network with attention from tokens (64, 32) to label (2,)."""

import keras
from keras import layers

tokens = keras.Input(shape=(64, 32), name="tokens")
x = layers.LayerNormalization(epsilon=1e-6)(tokens)
x = layers.MultiHeadAttention(num_heads=4, key_dim=8, dropout=0.1)(x, value=x)
x = layers.Add()([x, tokens])
shortcut = x
x = layers.LayerNormalization(epsilon=1e-6)(x)
x = layers.Dense(128, activation="gelu")(x)
x = layers.Dense(32)(x)
x = layers.Add()([x, shortcut])
x = layers.GlobalAveragePooling1D()(x)
label = layers.Dense(2, activation="softmax", name="label")(x)

model = keras.Model(inputs=tokens, outputs=label, name="transformer_block")
