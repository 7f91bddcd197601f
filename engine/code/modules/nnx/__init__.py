"""A model as classes of Flax: `flax.nnx.Module`, which runs on JAX.

Flax has the channels last and pads as Keras does, so that most layers have the same arguments.
"""
