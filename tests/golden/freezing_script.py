"""Frozen: 1 in, 1 out, 15 layers."""

# Needs: keras>=3.3, tensorflow

import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
from keras import layers

SEED = 0


def build_base(name: str = "base") -> keras.Model:
    """base: 1 in, 1 out, 2 layers."""
    inputs = keras.Input(shape=(6, 8))
    x = layers.Dense(8, activation="relu")(inputs)
    outputs = layers.BatchNormalization()(x)
    return keras.Model(inputs=inputs, outputs=outputs, name=name)


def build_model() -> keras.Model:
    """Build the model."""
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
    return keras.Model(inputs=inputs, outputs=outputs, name="frozen")


def main() -> None:
    """Build and compile the model."""
    keras.utils.set_random_seed(SEED)
    # No data is chosen: load yours here.

    model = build_model()
    model.compile(
        optimizer="adam",
        loss="mean_squared_error",
        metrics=[keras.metrics.MeanAbsoluteError(name="mae")],
    )
    # No data set has been chosen, so the model can't be trained yet.


if __name__ == "__main__":
    main()
