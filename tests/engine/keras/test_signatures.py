"""What Keras asks of its own methods, remembered."""

import inspect

import keras

from engine.keras.signatures import remembered_signatures


def test_a_remembered_signature_is_the_one_that_is_read() -> None:
    layers = [keras.layers.Dense(3), keras.layers.LSTM(3), keras.layers.Attention()]
    methods = [of for layer in layers for of in (layer.build, layer.call, layer.compute_mask)]
    read = [inspect.signature(method) for method in methods]
    with remembered_signatures():
        assert [inspect.signature(method) for method in methods * 2] == read * 2
        assert inspect.signature(type(layers[0]).call) != read[1], "of the class, it has self"
