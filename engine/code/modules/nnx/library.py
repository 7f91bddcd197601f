"""Flax NNX, as a library that models can be written for."""

from pathlib import Path as File

from engine.code.modules import activations, merging, ops
from engine.code.modules.classes import Library
from engine.code.modules.nnx import convolution, layers, recurrent
from engine.code.modules.nnx.dialect import DIALECT
from engine.code.tree import Call, Literal, Path

_RESERVED = """
eval iter_children iter_modules keras_names perturb rngs set_attributes sow train
"""

FLAX = Library(
    title="Flax",
    base="flax.nnx.Module",
    method="__call__",
    dialect=DIALECT,
    writers={
        **activations.WRITERS,
        **merging.WRITERS,
        **ops.WRITERS,
        **layers.WRITERS,
        **convolution.WRITERS,
        **recurrent.WRITERS,
    },
    reserved=frozenset(_RESERVED.split()),
    modules=frozenset({"flax", "nnx", "jax", "jnp", "rngs"}),
    last=lambda tensor: tensor.value,
    weights=File(__file__).with_name("weights.py"),
    copiers={
        "flax.nnx.Sequential": "copy_separable",
        "flax.nnx.BatchNorm": "copy_batch_norm",
        "flax.nnx.RNN": "copy_recurrent",
        "flax.nnx.Bidirectional": "copy_bidirectional",
    },
    helpers=("GRUCell",),
    parameters=("*", "rngs"),
    arguments=(("rngs", layers.RNGS),),
    example=(("rngs", Call(Path("flax.nnx.Rngs"), (Literal(0),))),),
)
