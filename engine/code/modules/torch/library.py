"""PyTorch, as a library that models can be written for."""

from pathlib import Path as File

from engine.code.modules import activations, layout, masking, merging, ops, scaling
from engine.code.modules.building import call
from engine.code.modules.classes import Library
from engine.code.modules.torch import attention, convolution, layers, recurrent
from engine.code.modules.torch.dialect import DIALECT
from engine.code.modules.torch.optimizers import optimizer, saved
from engine.code.modules.training import Trainer
from engine.code.syntax.tree import Attribute, Call, Do, Variable

_RESERVED = """
T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double
dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule
half ipu keras_names load_state_dict modules mtia named_buffers named_children named_modules
named_parameters parameters register_backward_hook register_buffer register_forward_hook
register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module
register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_
set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu zero_grad
"""


TORCH = Library(
    title="PyTorch",
    base="torch.nn.Module",
    method="forward",
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
    modules=frozenset({"torch", "nn", "F", masking.RUN_MASKED}),
    last=layout.last,
    weights=File(__file__).with_name("weights.py"),
    copiers={
        "torch.nn.Linear": "copy_linear",
        "torch.nn.Sequential": "copy_separable",
        **{f"torch.nn.Conv{rank}d": "copy_convolution" for rank in (1, 2, 3)},
        **{f"torch.nn.ConvTranspose{rank}d": "copy_transposed" for rank in (1, 2, 3)},
        **{f"torch.nn.BatchNorm{rank}d": "copy_batch_norm" for rank in (1, 2, 3)},
        **dict.fromkeys(("torch.nn.LSTM", "torch.nn.RNN"), "copy_recurrent"),
        "torch.nn.GRU": "copy_gru",
        attention.CLASS: "copy_attention",
        scaling.NORMALIZATION: "copy_normalization",
    },
    helpers=(attention.CLASS, masking.RUN_MASKED, scaling.EINSUM, scaling.NORMALIZATION),
    trainer=Trainer(
        loops=File(__file__).with_name("loops.py"),
        seed=Do(call("torch.manual_seed", Variable("SEED"))),
        optimizer=optimizer,
        save=saved,
        suffix=".pt",
    ),
    start=(Do(Call(Attribute(Call(Variable("super")), "__init__"))),),
)
