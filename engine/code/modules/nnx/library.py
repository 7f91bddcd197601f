"""Flax NNX, as a library that models can be written for."""

from pathlib import Path as File

from engine.code.modules import activations, masking, merging, ops, scaling
from engine.code.modules.building import call
from engine.code.modules.classes import Library
from engine.code.modules.nnx import attention, convolution, layers, recurrent
from engine.code.modules.nnx.dialect import DIALECT, RNGS
from engine.code.modules.nnx.optimizers import optimizer, saved
from engine.code.modules.training import Trainer
from engine.code.syntax.tree import Assign, Call, Literal, Path, Variable

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
        **masking.WRITERS,
        **merging.WRITERS,
        **ops.WRITERS,
        **scaling.WRITERS,
        **layers.WRITERS,
        **convolution.WRITERS,
        **recurrent.WRITERS,
        **attention.WRITERS,
    },
    reserved=frozenset(_RESERVED.split()),
    modules=frozenset({"flax", "nnx", "jax", "jnp", "rngs", masking.RUN_MASKED}),
    last=lambda tensor: tensor.value,
    weights=File(__file__).with_name("weights.py"),
    copiers={
        "flax.nnx.Sequential": "copy_separable",
        "flax.nnx.BatchNorm": "copy_batch_norm",
        "flax.nnx.RNN": "copy_recurrent",
        "flax.nnx.Bidirectional": "copy_bidirectional",
        "flax.nnx.MultiHeadAttention": "copy_attention",
        scaling.NORMALIZATION: "copy_normalization",
    },
    helpers=("GRUCell", masking.RUN_MASKED, scaling.EINSUM, scaling.NORMALIZATION),
    trainer=Trainer(
        loops=File(__file__).with_name("loops.py"),
        seed=Assign(("random",), call("numpy.random.default_rng", Variable("SEED"))),
        optimizer=optimizer,
        save=saved,
        saving=("save_weights", "load_weights"),
        suffix=".npz",
        model_arguments=(("rngs", call("flax.nnx.Rngs", Variable("SEED"))),),
        more=(Variable("random"),),
    ),
    parameters=("*", "rngs"),
    arguments=(("rngs", RNGS),),
    example=(("rngs", Call(Path("flax.nnx.Rngs"), (Literal(0),))),),
)
