"""The palette: every layer that can be placed, one line each. Layers are added here.

A line adds what is missing in Keras's signatures and docstrings: the category (as in Keras's
documentation, the most used first), and, where the rules of derive.py would be wrong,

- `code`: two letters for the icon,
- `telling`: the parameters shown on the card,
- `inputs`, `outputs`: the ports, written "query value key?" — `?` marks an optional one, `*` one
  that takes several edges in order, `name:param` one that exists only when `param` is true
  ("name:param=null": only when it is null; "@A,B": only with one of these classes inside),
- `omit`: arguments that would run code, read files or change nothing here,
- `traits`: properties that its signature does not show (engine.catalogue.entries),
- `about`: a description, where Keras's is hard for a newcomer: a sentence, a line break, and more.
"""

from dataclasses import dataclass

from engine.catalogue.entries import Traits

CATEGORIES = {
    "Core": "core",
    "Convolution": "conv",
    "Pooling": "pool",
    "Recurrent": "rnn",
    "Normalization": "norm",
    "Regularization": "reg",
    "Merging": "merge",
    "Reshaping": "reg",
    "Activation": "act",
    "Attention": "merge",
    "Operations": "act",
    "Image preprocessing": "io",
    "Image augmentation": "io",
    "Numerical preprocessing": "io",
    "Categorical preprocessing": "io",
    "Text preprocessing": "io",
    "Audio preprocessing": "io",
}
"""The groups of the palette, in order, and the page's colour token of each."""


PLAIN = Traits()


@dataclass(frozen=True)
class Line:
    """One layer of the palette; see the module's docstring."""

    name: str
    code: str = ""
    telling: str | None = None
    inputs: str | None = None
    outputs: str = "output"
    omit: str = ""
    about: str = ""
    traits: Traits = PLAIN


L, T = Line, Traits
VOCABULARY = T(learns="vocabulary", needs=("text",))
TWO_STATES = "LSTM,LSTMCell,ConvLSTM1D,ConvLSTM2D,ConvLSTM3D"
SCORES = "output attention_scores:return_attention_scores"

LAYERS: dict[str, tuple[Line, ...]] = {
    "Core": (
        L(
            "Input",
            inputs="",
            omit="sparse ragged batch_shape tensor optional",
            about="Where data comes into the model.\nIts shape is that of one example, such as "
            "28×28×1 for a small grey image; the batch axis comes by itself.",
        ),
        L(
            "Dense",
            about="Connects every input to every unit, with learned weights.\nIt computes "
            "activation(inputs · kernel + bias) over the last axis.",
            omit="training",
            traits=T(one_kernel=True, position_wise=True, keeps_mask=True),
        ),
        L("Activation", traits=T(position_wise=True, keeps_mask=True)),
        L("Embedding"),
        L("Masking"),
        L(
            "Identity",
            "Id",
            about="Passes its input on unchanged.",
            traits=T(keeps_mask=True, keeps_values=True),
        ),
        L("EinsumDense", "ED", omit="training", traits=T(traced=True, refusals="equation")),
        L("ReversibleEmbedding", "RE"),
    ),
    "Convolution": (
        L("Conv2D"),
        L("Conv1D"),
        L("Conv3D"),
        L("SeparableConv2D"),
        L("SeparableConv1D"),
        L("DepthwiseConv2D"),
        L("DepthwiseConv1D"),
        L("Conv2DTranspose", "T2"),
        L("Conv1DTranspose", "T1"),
        L("Conv3DTranspose", "T3"),
    ),
    "Pooling": (
        L("MaxPooling2D"),
        L("AveragePooling2D"),
        L("GlobalAveragePooling2D"),
        L("GlobalMaxPooling2D"),
        L("MaxPooling1D"),
        L("AveragePooling1D"),
        L("GlobalAveragePooling1D"),
        L("GlobalMaxPooling1D"),
        L("MaxPooling3D"),
        L("AveragePooling3D"),
        L("GlobalAveragePooling3D"),
        L("GlobalMaxPooling3D"),
        L("AdaptiveAveragePooling2D", "AA"),
        L("AdaptiveMaxPooling2D", "AM"),
        L("AdaptiveAveragePooling1D", "AA"),
        L("AdaptiveMaxPooling1D", "AM"),
        L("AdaptiveAveragePooling3D", "AA"),
        L("AdaptiveMaxPooling3D", "AM"),
    ),
    "Recurrent": (
        L(
            "LSTM",
            about="Reads a sequence and remembers what matters (long short-term memory).\nIt takes "
            "(batch, timesteps, features) and gives the last output, or one for each timestep "
            "with return_sequences. Hochreiter and Schmidhuber, 1997.",
            outputs="output state_h:return_state state_c:return_state",
            traits=T(states=2, refusals="recurrent"),
        ),
        L(
            "GRU",
            about="Reads a sequence with fewer weights than LSTM (gated recurrent unit).\nIt takes "
            "(batch, timesteps, features) and gives the last output, or one for each timestep "
            "with return_sequences. Cho et al., 2014.",
            outputs="output state:return_state",
            traits=T(states=1, refusals="recurrent"),
        ),
        L(
            "SimpleRNN",
            "SR",
            outputs="output state:return_state",
            traits=T(states=1, refusals="recurrent"),
        ),
        L(
            "Bidirectional",
            outputs="output backward:merge_mode=null forward_state_1:layer.return_state "
            f"forward_state_2:layer.return_state@{TWO_STATES} "
            "backward_state_1:layer.return_state "
            f"backward_state_2:layer.return_state@{TWO_STATES}",
            traits=T(traced=True, has_layers=True, refusals="recurrent"),
        ),
        L("TimeDistributed", "TD", traits=T(keeps_mask=True, has_layers=True)),
        L("ConvLSTM2D", "CL", outputs="output state_h:return_state state_c:return_state"),
        L("ConvLSTM1D", "CL", outputs="output state_h:return_state state_c:return_state"),
        L("ConvLSTM3D", "CL", outputs="output state_h:return_state state_c:return_state"),
        L(
            "RNN",
            "RN",
            about="Runs a cell of your choice over a sequence.",
            outputs="output state_1:return_state state_2:return_state@LSTMCell,StackedRNNCells",
            traits=T(has_layers=True, refusals="recurrent"),
        ),
    ),
    "Normalization": (
        L("BatchNormalization", traits=T(keeps_mask=True)),
        L(
            "LayerNormalization",
            about="Normalizes each example by itself, over its features.",
            traits=T(keeps_mask=True),
        ),
        L(
            "GroupNormalization",
            about="Normalizes the channels of each example in groups.",
            traits=T(keeps_mask=True),
        ),
        L("RMSNormalization", "RM", traits=T(traced=True)),
        L("UnitNormalization", traits=T(traced=True, keeps_mask=True)),
        L("SpectralNormalization", traits=T(repeats=("power_iterations",), has_layers=True)),
    ),
    "Regularization": (
        L("Dropout", traits=T(keeps_mask=True, keeps_values=True)),
        L("SpatialDropout2D", traits=T(keeps_values=True)),
        L("SpatialDropout1D", traits=T(keeps_mask=True, keeps_values=True)),
        L("SpatialDropout3D", traits=T(keeps_values=True)),
        L("GaussianDropout", traits=T(keeps_mask=True)),
        L("GaussianNoise", traits=T(keeps_mask=True)),
        L("AlphaDropout", traits=T(keeps_mask=True)),
        L("ActivityRegularization", "AR", traits=T(keeps_mask=True, keeps_values=True)),
    ),
    "Merging": (
        L("Add", traits=T(merges="sum")),
        L("Concatenate", traits=T(keeps_values=True)),
        L("Multiply", traits=T(merges="product")),
        L("Average", "Av", traits=T(merges="sum")),
        L("Subtract", traits=T(merges="sum")),
        L("Maximum", traits=T(merges="sum")),
        L("Minimum", traits=T(merges="sum")),
        L("Dot", traits=T(traced=True)),
    ),
    "Reshaping": (
        L("Flatten", traits=T(keeps_values=True)),
        L("Reshape", traits=T(keeps_values=True)),
        L("UpSampling2D", "U2"),
        L("ZeroPadding2D", traits=T(keeps_values=True)),
        L("Cropping2D", "Cr", traits=T(keeps_values=True)),
        L("Permute", traits=T(keeps_values=True)),
        L("RepeatVector", traits=T(keeps_values=True)),
        L("UpSampling1D", "U1"),
        L("ZeroPadding1D", traits=T(keeps_values=True)),
        L("Cropping1D", "Cr", traits=T(keeps_values=True)),
        L("UpSampling3D", "U3"),
        L("ZeroPadding3D", traits=T(keeps_values=True)),
        L("Cropping3D", "Cr", traits=T(keeps_values=True)),
    ),
    "Activation": (
        L("ReLU", "Re", traits=T(position_wise=True, keeps_mask=True)),
        L("LeakyReLU", "LR", traits=T(keeps_mask=True)),
        L("Softmax", traits=T(traced=True, keeps_mask=True)),
        L("ELU", traits=T(keeps_mask=True)),
        L("PReLU", "PR", traits=T(keeps_mask=True)),
    ),
    "Attention": (
        L(
            "MultiHeadAttention",
            "MH",
            about="Lets each position of a sequence look at all others, with several heads at "
            "once.\nWire the same tensor to query and value for self-attention. Vaswani et al., "
            "2017.",
            outputs=SCORES,
            traits=T(traced=True, has_layers=True, refusals="heads"),
        ),
        L(
            "Attention",
            inputs="inputs* mask*?",
            outputs=SCORES,
            traits=T(traced=True, refusals="attention"),
        ),
        L(
            "AdditiveAttention",
            "AA",
            inputs="inputs* mask*?",
            outputs=SCORES,
            traits=T(traced=True, refusals="attention"),
        ),
        L(
            "GroupQueryAttention",
            "GQ",
            outputs=SCORES,
            traits=T(traced=True, has_layers=True, refusals="heads"),
        ),
    ),
    "Image preprocessing": (
        L("Resizing"),
        L("CenterCrop"),
    ),
    "Image augmentation": (
        L("RandomFlip"),
        L("RandomRotation"),
        L("RandomZoom"),
        L("RandomTranslation"),
        L("RandomContrast"),
        L("RandomBrightness"),
        L("RandomCrop"),
        L("RandomShear"),
        L("RandomHue", traits=T(refusals="colors")),
        L("RandomSaturation", traits=T(refusals="colors")),
        L("RandomSharpness"),
        L("RandomColorJitter", "CJ"),
        L("RandomColorDegeneration", "CD"),
        L("RandomGrayscale", traits=T(refusals="colors")),
        L("RandomInvert"),
        L("RandomPosterization"),
        L("RandomErasing"),
        L("RandomGaussianBlur", "GB"),
        L("RandomPerspective"),
        L("RandomElasticTransform", "ET", traits=T(needs=("sizes_from_values",))),
        L("RandAugment", traits=T(traced=False, repeats=("num_ops",))),
        L("AugMix", traits=T(traced=False, repeats=("num_chains", "chain_depth"))),
        L("AutoContrast"),
        L("Solarization"),
        L("ContrastLimitedAdaptiveHistogramEqualization", "CH"),
        L("Pipeline"),
    ),
    "Numerical preprocessing": (
        L("Rescaling"),
        L("Normalization", traits=T(learns="mean")),
        L("Discretization", traits=T(learns="bin_boundaries")),
    ),
    "Categorical preprocessing": (
        L("CategoryEncoding"),
        L("StringLookup", traits=VOCABULARY),
        L("IntegerLookup", traits=VOCABULARY),
        L("Hashing", traits=T(needs=("text",))),
        L("HashedCrossing", inputs="inputs*", traits=T(needs=("text",))),
    ),
    "Text preprocessing": (L("TextVectorization", traits=VOCABULARY),),
    "Audio preprocessing": (
        L("MelSpectrogram"),
        L("STFTSpectrogram"),
    ),
}

_CODE = "It runs code of its own, which a document can't hold: use the layers of the palette."
_BASE = "It is the base that other layers are made from, and does nothing by itself."
_CELL = "It is one step of a recurrent layer: choose it as the cell of an RNN layer."
_BOXES = "It works on images together with labels or boxes, not on a single tensor."

REFUSED = {
    "Lambda": _CODE,
    "JaxLayer": _CODE,
    "FlaxLayer": _CODE,
    "TorchModuleWrapper": _CODE,
    "TFSMLayer": "It reads a TensorFlow SavedModel from a file, which may hold code.",
    "Layer": _BASE,
    "Wrapper": _BASE,
    "InputSpec": "It describes what a layer accepts, and is no layer.",
    "InputLayer": "Place Input: Keras makes the InputLayer by itself.",
    "LSTMCell": _CELL + " LSTM is the usual way to place it.",
    "GRUCell": _CELL + " GRU is the usual way to place it.",
    "SimpleRNNCell": _CELL + " SimpleRNN is the usual way to place it.",
    "StackedRNNCells": _CELL,
    "MixUp": _BOXES,
    "CutMix": _BOXES,
    "MaxNumBoundingBoxes": _BOXES,
    "Equalization": "In this version of Keras it can't be part of a functional model.",
}
"""Layers of Keras that can't be placed, and why. (Aliases are detected.)"""

CELLS = ("LSTMCell", "GRUCell", "SimpleRNNCell", "StackedRNNCells")

LEFT_OUT = {
    "initializers": {"Initializer", "STFT"},
    "regularizers": {"Regularizer"},
    "constraints": {"Constraint"},
    "activations": {"deserialize", "get", "serialize"},
    "optimizers": {"Optimizer", "LossScaleOptimizer", "MultiOptimizer", "OptimizerMap"},
    "optimizers.schedules": {"LearningRateSchedule"},
    "losses": {"Loss"},
    "metrics": {"Metric", "MeanMetricWrapper", "Mean", "Sum"},
}
"""Names to leave out, by module of Keras: abstract bases and wrappers."""

OBJECTS = {
    "Constant": T(no_short_name=True),
    "Lamb": T(no_short_name=True),
    "CategoricalGeneralizedCrossEntropy": T(no_short_name=True),
}
"""Traits of objects; all objects come from Keras's modules."""

CALLBACKS = {
    "EarlyStopping": "",
    "ReduceLROnPlateau": "",
    "TerminateOnNaN": "",
    "ModelCheckpoint": "filepath save_freq",
    "SwapEMAWeights": "",
    "CSVLogger": "filename append",
    "TensorBoard": "log_dir write_graph profile_batch embeddings_freq embeddings_metadata",
    "BackupAndRestore": "backup_dir save_freq",
}
"""The callbacks that need no code of one's own, and what to omit of each: paths come from the
script or the run (engine.catalogue.written_files), never from a document."""

_FUNCTION = "It calls a function of your own, which a document can't hold."
_KERAS_ADDS = "Keras adds it to every training by itself."

REFUSED_CALLBACKS = {
    "Callback": "It is the base that other callbacks are made from, and does nothing by itself.",
    "CallbackList": "Keras makes it from the list of callbacks by itself.",
    "History": _KERAS_ADDS,
    "LambdaCallback": _FUNCTION,
    "LearningRateScheduler": "It calls a function of your own, which a document can't hold: choose "
    "a schedule as the learning rate of the optimizer.",
    "OrbaxCheckpoint": "It needs the package orbax-checkpoint: ModelCheckpoint keeps models in "
    "Keras's own format.",
    "ProgbarLogger": _KERAS_ADDS,
    "RemoteMonitor": "It sends the values of each epoch to an address in the network.",
}
"""Callbacks of Keras that a document does not hold, and why."""
