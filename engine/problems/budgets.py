"""Words for what exceeds the limits of engine.check.budgets."""

from engine.problems.words import Plural, Words

WORDS = {
    "too_many_axes": Words(
        "“{name}” gives a tensor with {axes} axes; the limit is {limit}.",
        "Join axes with Reshape or Flatten.",
    ),
    "too_large_tensor": Words(
        "“{name}” gives {size:bytes} for one example; the limit is {limit:bytes}.",
        "Use smaller shapes, or fewer filters or units.",
    ),
    "unrolled_too_far": Words(
        "“{name}” would unroll {steps:,} steps; the limit is {limit:,}.",
        "Turn unroll off: a loop computes the same for any number of steps.",
    ),
    "step_by_step": Words(
        "“{name}” calls its layer {steps:,} times, and Keras unrolls each call. The limit is "
        "{limit:,}.",
        "Use a layer that processes all steps at once, such as Dense, Conv1D or LSTM.",
    ),
    "step_by_step.slow": Words(
        "“{name}” calls its layer {steps:,} times, and Keras unrolls each call. That takes "
        "minutes before training starts.",
        "Use a layer that processes all steps at once, such as Dense, Conv1D or LSTM.",
        "warning",
    ),
    "repeats_too_often": Words(
        "“{name}” repeats its work {count:,} times, and each is compiled by itself; the limit is "
        "{limit:,}.",
        "Use a smaller {param}.",
    ),
    "many_layers": Words(
        "The model calls {count:,} layers, counting sub-models and steps at each call. Compiling "
        "them takes about {seconds:duration} before training starts; the limit is {limit:,}.",
        "Use fewer layers, or call sub-models less often.",
    ),
    "many_layers.slow": Words(
        "The model calls {count:,} layers, counting sub-models and steps at each call. Compiling "
        "them takes about {seconds:duration} before training starts.",
        "Use fewer layers, or call sub-models less often.",
        "warning",
    ),
    "long_step": Words(
        "One step of training takes {count:.1e} multiply-adds: about {seconds:duration} without a "
        "GPU; the limit is {limit:.0e}.",
        "Use a smaller batch, smaller kernels, or fewer units or filters.",
    ),
    "long_step.slow": Words(
        "One step of training takes {count:.1e} multiply-adds: about {seconds:duration} without a "
        "GPU.",
        "Use a smaller batch, smaller kernels, or fewer units or filters.",
        "warning",
    ),
    "too_many_parameters": Words(
        "The model has {count:,} parameters; the limit is {limit:,}.",
        "Use fewer units, filters or layers.",
    ),
    "too_many_activations": Words(
        "A batch of {batch:,} needs {size:bytes} for the outputs of its layers; the limit is "
        "{limit:bytes}.",
        "Use a smaller batch or smaller shapes.",
    ),
    "too_slow": Words(
        "Keras could not work out “{name}” within {seconds:g} s.",
        "Use fewer steps, fewer layers inside, or shorter lists.",
    ),
    "not_looked_at": Words("“{name}” has not been checked yet.", severity="note"),
    "out_of_time": Words(
        Plural(
            "count",
            "The check stopped after {seconds:g} s of work; 1 layer has not been checked.",
            "The check stopped after {seconds:g} s of work; {count:,} layers have not been "
            "checked.",
        ),
        "It continues from there at the next change.",
    ),
}
