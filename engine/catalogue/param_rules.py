"""The types and ranges of parameters by name, where Keras's signatures do not state them.

Keras uses a name with one meaning, so most rules apply to every class. A key is a name, a name's
ending ("*_initializer"), or "Class.name" where one class differs. Without a rule, the type is that
of the default: true, 3, 0.5, "text".
"""

from collections.abc import Mapping
from typing import Any, TypeVar

Rule = Mapping[str, Any]
T = TypeVar("T")

COUNT: Rule = {"type": "integer", "minimum": 1}
INDEX: Rule = {"type": "integer", "minimum": 0}
WHOLE: Rule = {"type": "integer"}
REAL: Rule = {"type": "number"}
POSITIVE: Rule = {"type": "number", "minimum": 0}
FRACTION: Rule = {"type": "number", "minimum": 0, "maximum": 1}
YES: Rule = {"type": "boolean"}
TEXT: Rule = {"type": "string"}
WINDOW: Rule = {"type": "integer_or_integers", "minimum": 1, "length": "rank"}
AXES: Rule = {"type": "integer_or_integers"}
SHAPE: Rule = {"type": "integers"}
NUMBERS: Rule = {"type": "numbers"}
RANGE: Rule = {"type": "number_or_numbers", "length": 2}
ANYTHING: Rule = {"type": "json"}


def words(text: str) -> tuple[str, ...]:
    """The words of a line, in order."""
    return tuple(text.split())


def each(names: str, rule: T) -> dict[str, T]:
    """One rule for several names."""
    return dict.fromkeys(names.split(), rule)


def choice(*names: str) -> Rule:
    """One of a few words."""
    return {"type": "choice", "choices": names}


_INTERPOLATION = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
_OUTPUT = ("int", "one_hot", "multi_hot", "count")
_MONITOR = choice("auto", "min", "max")

STARTS: Mapping[str, Any] = {
    "units": 32, "filters": 32, "kernel_size": 3, "num_heads": 4, "key_dim": 16, "head_dim": 16,
    "num_query_heads": 4, "num_key_value_heads": 2, "input_dim": 1000, "output_dim": 16,
    "rate": 0.5, "stddev": 0.1, "n": 4, "activation": "relu", "scale": 1 / 255, "num_bins": 16,
    "height": 32, "width": 32, "pool_size": 2, "output_size": 1, "factor": 0.1,
    "height_factor": 0.1, "width_factor": 0.1, "RandomPosterization.factor": 4, "axes": 1,
}  # fmt: skip
"""What a required parameter of a new node starts with, so that the layer works at once."""

RULES: dict[str, Rule] = {
    # Sizes and counts.
    **each(
        "units filters num_heads key_dim value_dim head_dim num_query_heads num_key_value_heads "
        "input_dim output_dim n groups depth_multiplier height width num_bins num_tokens bins "
        "max_tokens power_iterations lora_rank sliding_window num_chains chain_depth num_ops "
        "batch_size fft_length sequence_stride sequence_length sampling_rate num_mel_bins "
        "frame_length frame_step output_sequence_length decay_steps first_decay_steps "
        "num_classes top_k k gradient_accumulation_steps "
        "ema_overwrite_frequency ns_steps num_labels",
        COUNT,
    ),
    **each(
        "seed patience cooldown start_from_epoch verbose class_id warmup_steps num_regressors",
        INDEX,
    ),
    **each("mask_token oov_token ignore_class", WHOLE),
    "StringLookup.mask_token": TEXT,
    "StringLookup.oov_token": TEXT,
    "groups": {"type": "integer", "minimum": 1},
    "GroupNormalization.groups": {"type": "integer", "minimum": -1},
    "salt": {"type": "integer_or_integers", "length": 2},
    "ngrams": {"type": "integer_or_integers", "minimum": 1, "maximum": 100},
    "num_oov_indices": {"type": "integer", "minimum": 0, "maximum": 1_000_000},
    "num_thresholds": {"type": "integer", "minimum": 2, "maximum": 100_000},
    # Windows: one number, or one for each spatial axis.
    **each("kernel_size strides pool_size dilation_rate size output_size", WINDOW),
    "output_padding": {**WINDOW, "minimum": 0},
    "RandomGaussianBlur.kernel_size": {**WINDOW, "length": 2},
    "tile_grid_size": {"type": "integers", "minimum": 1, "maximum": 128, "length": 2},
    "padding": choice("valid", "same"),
    "Conv1D.padding": choice("valid", "same", "causal"),
    **each("ZeroPadding1D.padding Cropping1D.cropping", {**AXES, "length": 2}),
    **each(
        "ZeroPadding2D.padding ZeroPadding3D.padding Cropping2D.cropping Cropping3D.cropping",
        ANYTHING,
    ),
    # Shapes and axes.
    "shape": {**SHAPE, "minimum": 1},
    "target_shape": {**SHAPE, "minimum": -1},
    "dims": {**SHAPE, "minimum": 1},
    "noise_shape": {**SHAPE, "minimum": 1},
    "output_shape": {**AXES, "minimum": 1},
    "Dot.axes": {**AXES, "length": 2},
    **each("axes attention_axes shared_axes axis", AXES),
    **each(
        "Concatenate.axis BatchNormalization.axis GroupNormalization.axis RMSNormalization.axis "
        "MeanIoU.axis IoU.axis OneHotIoU.axis OneHotMeanIoU.axis",
        WHOLE,
    ),
    "bias_axes": TEXT,
    "name": TEXT,
    "equation": TEXT,
    # Numbers.
    **each(
        "rate dropout recurrent_dropout momentum renorm_momentum beta_1 beta_2 rho ema_momentum "
        "label_smoothing adam_beta_1 adam_beta_2 recall precision sensitivity specificity",
        FRACTION,
    ),
    **each(
        "epsilon stddev negative_slope max_value l1 l2 weight_decay clipnorm clipvalue "
        "global_clipnorm loss_scale_factor min_lr min_delta delta min_freq max_freq top_db "
        "mag_exp min_power ref_power clip_limit lora_alpha logit_soft_cap epsilon_1 epsilon_2 "
        "clip_threshold adam_weight_decay decay_rate initial_learning_rate end_learning_rate "
        "warmup_target gamma beta adam_lr_ratio",
        POSITIVE,
    ),
    "baseline": REAL,
    "mask_value": REAL,
    "Hashing.mask_value": ANYTHING,
    **each("ReLU.threshold fill_value offset minval maxval mean gain", REAL),
    **each("scale Constant.value", REAL),
    **each("Rescaling.scale Rescaling.offset", {"type": "number_or_numbers"}),
    "VarianceScaling.scale": POSITIVE,
    "learning_rate": {"type": "schedule", "minimum": 0},
    # A number, or the two ends of a range to choose from.
    **each(
        "factor height_factor width_factor x_factor y_factor brightness_factor contrast_factor "
        "saturation_factor hue_factor addition_factor threshold_factor sigma RandomErasing.scale "
        "RandomElasticTransform.scale RandomPerspective.scale RandomErasing.fill_value",
        RANGE,
    ),
    **each("RandAugment.factor AugMix.factor", {**RANGE, "minimum": 0, "maximum": 1}),
    **each("RandomGrayscale.factor ReduceLROnPlateau.factor", FRACTION),
    "OrthogonalRegularizer.factor": POSITIVE,
    "RandomPosterization.factor": {
        "type": "integer_or_integers",
        "length": 2,
        "minimum": 1,
        "maximum": 8,
    },
    "value_range": {**NUMBERS, "length": 2},
    **each("Normalization.mean Normalization.variance", ANYTHING),
    **each("idf_weights bin_boundaries values boundaries label_weights", NUMBERS),
    "thresholds": {"type": "number_or_numbers", "minimum": 0, "maximum": 1},
    "threshold": FRACTION,
    "target_class_ids": {**SHAPE, "minimum": 0},
    "alpha": POSITIVE,
    "CategoricalFocalCrossentropy.alpha": {"type": "number_or_numbers", "minimum": 0},
    # Data in the document, never a path.
    "vocabulary": {"type": "strings"},
    "IntegerLookup.vocabulary": {"type": "integers"},
    # Nested objects.
    "activation": {"type": "activation"},
    "*_activation": {"type": "activation"},
    "*_initializer": {"type": "initializer"},
    "*_regularizer": {"type": "regularizer"},
    "*_constraint": {"type": "constraint"},
    "layer": {"type": "layer"},
    "backward_layer": {"type": "layer"},
    "cell": {"type": "layer"},
    "cells": {"type": "layers"},
    "layers": {"type": "layers"},
    "dtype": {"type": "dtype"},
    "reverse_dtype": {"type": "dtype"},
    # One of a few words.
    "data_format": choice("channels_last", "channels_first"),
    "interpolation": choice("nearest", "bilinear"),
    "UpSampling2D.interpolation": choice(*_INTERPOLATION),
    "Resizing.interpolation": choice(*_INTERPOLATION),
    "fill_mode": choice("constant", "nearest", "wrap", "reflect"),
    "Resizing.fill_mode": choice("constant"),
    "RandomFlip.mode": choice("horizontal", "vertical", "horizontal_and_vertical"),
    "merge_mode": choice("concat", "sum", "mul", "ave"),
    "score_mode": choice("dot", "concat"),
    "Discretization.output_mode": choice(*_OUTPUT),
    "Hashing.output_mode": choice(*_OUTPUT),
    "HashedCrossing.output_mode": choice("int", "one_hot"),
    "CategoryEncoding.output_mode": choice("one_hot", "multi_hot", "count"),
    "StringLookup.output_mode": choice(*_OUTPUT, "tf_idf"),
    "IntegerLookup.output_mode": choice(*_OUTPUT, "tf_idf"),
    "TextVectorization.output_mode": choice("int", "multi_hot", "count", "tf_idf"),
    "oov_method": choice("floormod", "farmhash"),
    "vocabulary_dtype": choice("int64"),
    "encoding": choice("utf-8", "ascii", "latin-1"),
    "standardize": choice("lower_and_strip_punctuation", "lower", "strip_punctuation"),
    "split": choice("whitespace", "character"),
    "window": choice("hann", "hamming"),
    "STFTSpectrogram.mode": choice("log", "magnitude", "psd", "real", "imag", "angle", "stft"),
    "STFTSpectrogram.scaling": choice("density", "spectrum"),
    "VarianceScaling.mode": choice("fan_in", "fan_out", "fan_avg"),
    "VarianceScaling.distribution": choice("truncated_normal", "untruncated_normal", "uniform"),
    "OrthogonalRegularizer.mode": choice("rows", "columns"),
    "EarlyStopping.mode": _MONITOR,
    "ReduceLROnPlateau.mode": _MONITOR,
    "ModelCheckpoint.mode": _MONITOR,
    "initial_value_threshold": REAL,
    "histogram_freq": INDEX,
    "update_freq": choice("epoch", "batch"),
    "reduction": choice("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"),
    "curve": choice("ROC", "PR"),
    "summation_method": choice("interpolation", "minoring", "majoring"),
    "average": choice("micro", "macro", "weighted"),
    "class_aggregation": choice("uniform_average", "variance_weighted_average"),
    # Yes, no, or let Keras decide.
    "flash_attention": YES,
    "renorm_clipping": ANYTHING,
}

DTYPES = (
    "float32",
    "float16",
    "bfloat16",
    "float64",
    "mixed_float16",
    "mixed_bfloat16",
)
QUANTIZED = tuple(
    f"{mode}_from_{source}"
    for mode in ("int8", "int4", "float8")
    for source in ("float32", "bfloat16", "mixed_bfloat16")
)
"""Policies of layers whose weights may be whole numbers of few bits."""

INPUT_DTYPES = (
    "float32",
    "float16",
    "bfloat16",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "bool",
    "string",
)

OMITTED = words(
    "self args kwargs weights quantization_config gptq_unpacked_column_size input_axes "
    "output_axes use_cudnn exclude_layers exclude_embeddings raise_error sparse ragged"
)
"""Parameters that hold code or tensors, or that change nothing about a model here."""

OF_ANY_DTYPE = words(
    "Input CategoryEncoding Discretization HashedCrossing Hashing IntegerLookup StringLookup "
    "TextVectorization"
)
"""Layers that give whole numbers or text, and have their dtype from that."""

INHERITED = words("lora_rank lora_alpha zero_output_for_mask data_format seed oov_method")
"""Parameters that layers take in **kwargs for their base class."""

AT_CALL = words("use_causal_mask return_attention_scores reverse")
"""Call arguments other than tensors. (`training` is not among them: fit and predict set it for the
whole model, whatever a call inside it passes; see decision 010.)"""

OWNING = words("layer cell use_scale")
"""Parameters of layers that have weights, beside initializers."""

ADVANCED = words(
    "dtype trainable seed data_format bias_initializer bias_regularizer activity_regularizer "
    "beta_initializer gamma_initializer beta_regularizer gamma_regularizer "
    "moving_mean_initializer moving_variance_initializer recurrent_initializer "
    "recurrent_regularizer lora_rank lora_alpha groups dilation_rate noise_shape keepdims "
    "unit_forget_bias reset_after unroll stateful go_backwards renorm renorm_clipping "
    "renorm_momentum synchronized sliding_window flash_attention use_gate attention_axes "
    "depthwise_regularizer pointwise_regularizer alpha_regularizer reverse_dtype "
    "logit_soft_cap output_padding backward_layer zero_output_for_mask vocabulary_dtype "
    "encoding name salt oov_method idf_weights pad_to_max_tokens clipnorm clipvalue "
    "global_clipnorm use_ema ema_momentum ema_overwrite_frequency loss_scale_factor "
    "gradient_accumulation_steps epsilon reduction axis antialias fill_value verbose "
    "batch_size recurrent_activation bias_axes score_mode bias_constraint"
)
"""Parameters that few people ever touch: forms fold them away."""

TELLING = words(
    "shape units filters kernel_size pool_size size output_size rate target_shape dims n "
    "num_heads key_dim output_dim input_dim layer cell equation cropping "
    "activation padding return_sequences stddev scale offset factor height_factor height width "
    "mode num_bins num_tokens max_tokens merge_mode axes"
)
"""What a card shows, in this order and at most three."""

BY_POSITION = words("pool_size size padding cropping mode output_size axes rate")
"""Optional first parameters that people write without their name."""

BY_NAME = words("num_heads head_dim num_query_heads monitor")
"""Required first parameters that people write with their name all the same."""

NULLABLE = words(
    "merge_mode standardize split STFTSpectrogram.scaling window axis value_range mask_token"
)
"""Parameters that may be null although that is not their default."""

_BORDER = "How much at each border: one number, one for each axis, or [before, after] for each."

HELP: dict[str, str] = {
    "*_initializer": "How the {} start out.",
    "*_regularizer": "A penalty on the {} that is added to the loss.",
    "*_constraint": "Keeps the {} within bounds after each update.",
    "activation": "The function applied to the output; none leaves it linear.",
    "Activation.activation": "The function to apply.",
    "activity_regularizer": "A penalty on the output that is added to the loss.",
    "batch_size": "Fixes the number of examples in a batch; rarely needed.",
    "clipnorm": "Clips each weight's gradient to this norm.",
    "clipvalue": "Clips every value of the gradient to this size.",
    "data_format": "Whether the channels are the last axis of an image or the first.",
    "dropout": "The fraction of the inputs that training sets to zero.",
    "dtype": "The type that the layer computes with, or a mixed-precision policy.",
    "ema_momentum": "How slowly the averaged weights follow, when use_ema is on.",
    "ema_overwrite_frequency": "Steps after which the averages replace the weights.",
    "epsilon": "A small number that avoids division by zero.",
    "factor": "How strong the effect is at most, or the two ends of a range.",
    "filters": "The number of filters: the channels that come out.",
    "from_logits": "Whether predictions are raw scores rather than probabilities.",
    "global_clipnorm": "Clips the gradient of all weights together to this norm.",
    "gradient_accumulation_steps": "Batches whose gradients are averaged for one update.",
    "groups": "How many groups the channels are split into.",
    "kernel_size": "The size of the window that slides over the input.",
    "keepdims": "Whether the pooled axes stay, with length 1.",
    "label_smoothing": "How far targets move from 0 and 1 towards the middle.",
    "layer": "The layer that is wrapped.",
    "layers": "The layers to apply, in order.",
    "learning_rate": "The size of a step: a number, or a schedule.",
    "lora_alpha": "Scales the low-rank change that LoRA learns.",
    "lora_rank": "The rank of LoRA's low-rank change to frozen weights; none turns it off.",
    "loss_scale_factor": "Multiplies the loss while gradients are computed.",
    "mask_value": "Timesteps in which every feature has this value are skipped.",
    "name": "What the metric is called in curves and logs.",
    "monitor": "What to watch: loss or a metric, with val_ for the validation rows.",
    "noise_shape": "The shape of the dropout mask, to drop whole axes together.",
    "padding": "“valid” adds nothing at the borders, “same” keeps the size at stride 1.",
    "pool_size": "The size of the window that is pooled into one value.",
    "rate": "The fraction to drop while training.",
    "recurrent_activation": "The function of the gates.",
    "recurrent_dropout": "The fraction of the state that training sets to zero.",
    "reduction": "How the losses of the rows become one number.",
    "return_attention_scores": "Give the attention scores as well, on a port of their own.",
    "reverse": "Go back: from embeddings to a score for each entry, with the same weights.",
    "use_causal_mask": "Let each position look only at itself and what came before it.",
    "return_sequences": "Give the output of every timestep, not only the last.",
    "return_state": "Give the last state as well, on ports of its own.",
    "seed": "A number that makes the randomness repeatable.",
    "stateful": "Carry the state from one batch to the next.",
    "strides": "How far the window moves; more than 1 shrinks the output.",
    "thresholds": "From which score a prediction counts as positive.",
    "trainable": "Whether training may change the weights of this layer.",
    "units": "The number of values that come out.",
    "unroll": "Lay the loop out step by step: faster for short sequences, more memory.",
    "use_bias": "Whether to add a learned offset.",
    "use_ema": "Also keep a slowly moving average of the weights.",
    "value_range": "The lowest and the highest value that the images hold.",
    "vocabulary": "The known terms, in order; without them the layer has to learn them from data.",
    "weight_decay": "How strongly weights shrink at each step.",
    "boundaries": "The steps at which the value changes.",
    "values": "The values between the boundaries: one more than there are boundaries.",
    "antialias": "Whether to smooth before shrinking.",
    "zero_output_for_mask": "Whether the outputs of masked timesteps are zeros.",
    "margin": "How far apart positive and negative pairs should be.",
    "remove_diagonal": "Whether to leave out each example's likeness to itself.",
    "multi_label": "Whether each label is scored by itself and then averaged.",
    "num_labels": "The number of labels, when multi_label is on.",
    "label_weights": "The weight of each label in the average, when multi_label is on.",
    "curve": "ROC, or precision over recall (PR).",
    "summation_method": "How the area under the curve is summed up.",
    "Input.dtype": "The type of the values that come in.",
    "Input.shape": "The shape of one example, without the batch axis; null leaves an axis open.",
    **each("ZeroPadding1D.padding ZeroPadding2D.padding ZeroPadding3D.padding", _BORDER),
    **each("Cropping1D.cropping Cropping2D.cropping Cropping3D.cropping", _BORDER),
}
"""Own words where Keras's docstrings have none, or are long or alike for many layers."""
