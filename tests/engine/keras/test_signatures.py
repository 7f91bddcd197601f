"""Cached signatures of Keras's methods."""

import inspect

import keras

from engine.keras.signatures import cached_signatures


def test_a_cached_signature_equals_the_inspected_one() -> None:
    layers = [keras.layers.Dense(3), keras.layers.LSTM(3), keras.layers.Attention()]
    methods = [
        method for layer in layers for method in (layer.build, layer.call, layer.compute_mask)
    ]
    expected = [inspect.signature(method) for method in methods]
    with cached_signatures():
        assert [inspect.signature(method) for method in methods * 2] == expected * 2
        unbound = inspect.signature(type(layers[0]).call)
        assert unbound != expected[1], "the class's function takes self"
