"""Training with Flax: epochs, batches, losses and metrics; copied into scripts."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx


def to_tensor(rows):
    return jnp.asarray(rows)


def train_epoch(model, optimizer, measures, inputs, targets, batch_size, random):
    """Train on all rows once, in random order; return the mean of each measure."""
    model.train()
    totals = dict.fromkeys(measures, 0.0)
    order = random.permutation(len(targets))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        batch = [array[rows] for array in inputs]
        outputs = train_batch(model, optimizer, measures["loss"], batch, targets[rows])
        add_batch(totals, measures, outputs, targets[rows])
    return {name: total / len(targets) for name, total in totals.items()}


@nnx.jit(static_argnums=2)
def train_batch(model, optimizer, loss_function, inputs, targets):
    """Change the weights by the gradients of one batch; return its outputs."""

    def loss_of(model):
        outputs = model(*inputs)
        return loss_function(outputs, targets), outputs

    gradients, outputs = nnx.grad(loss_of, has_aux=True)(model)
    optimizer.update(model, gradients)
    return outputs


def evaluate(model, measures, inputs, targets, batch_size):
    """Return the mean of each measure over all rows."""
    model.eval()
    totals = dict.fromkeys(measures, 0.0)
    for start in range(0, len(targets), batch_size):
        rows = slice(start, start + batch_size)
        outputs = outputs_of(model, [array[rows] for array in inputs])
        add_batch(totals, measures, outputs, targets[rows])
    return {name: total / len(targets) for name, total in totals.items()}


def add_batch(totals, measures, outputs, targets):
    """Add each measure of a batch to its total, once for each row."""
    for name, measure in measures.items():
        totals[name] += float(measure(outputs, targets)) * len(targets)


def predict(model, inputs):
    """Return the outputs as an array."""
    model.eval()
    return np.asarray(outputs_of(model, inputs))


@nnx.jit
def outputs_of(model, inputs):
    return model(*inputs)


def adapt(normalization, rows):
    """Learn the mean and the variance of each feature of the rows."""
    axes = tuple(range(rows.ndim - normalization.mean.ndim))
    normalization.mean[...] = rows.mean(axes)
    normalization.variance[...] = rows.var(axes)


def weighted(loss, weights):
    """Return a loss to which each row adds by the weight of its class."""
    table = jnp.array([weights.get(number, 1.0) for number in range(max(weights) + 1)])

    def weighted_loss(outputs, targets):
        losses = jax.vmap(loss)(outputs[:, None], targets[:, None])
        return (losses * table[targets.ravel()]).mean()

    return weighted_loss


def save_weights(model, file):
    """Save the weights, and what layers learned besides, as a NumPy archive."""
    np.savez(file, **{name: np.asarray(value[...]) for name, value in weights_of(model)})


def load_weights(model, file):
    """Load what `save_weights` saved into a model of the same class."""
    with np.load(file) as arrays:
        for name, value in weights_of(model):
            value[...] = arrays[name]


def weights_of(model):
    """The variables with weights, by their paths: "dense/kernel"."""
    state = nnx.state(model, (nnx.Param, nnx.BatchStat))
    return [("/".join(map(str, path)), value) for path, value in nnx.to_flat_state(state)]


def classes_loss(outputs, targets):
    # The logarithm of a probability is limited as in Keras.
    logarithms = jnp.log(jnp.clip(outputs, 1e-7, 1 - 1e-7))
    return -jnp.take_along_axis(logarithms, targets[..., None], axis=-1).mean()


def classes_loss_of_scores(outputs, targets):
    return optax.softmax_cross_entropy_with_integer_labels(outputs, targets).mean()


def binary_loss(outputs, targets):
    # The logarithm of a probability is limited as in Keras.
    targets = targets.reshape(outputs.shape)
    outputs = jnp.clip(outputs, 1e-7, 1 - 1e-7)
    return -(targets * jnp.log(outputs) + (1 - targets) * jnp.log(1 - outputs)).mean()


def binary_loss_of_scores(outputs, targets):
    return optax.sigmoid_binary_cross_entropy(outputs, targets.reshape(outputs.shape)).mean()


def squared_error(outputs, targets):
    return jnp.square(outputs - targets.reshape(outputs.shape)).mean()


def absolute_error(outputs, targets):
    return jnp.abs(outputs - targets.reshape(outputs.shape)).mean()


def classes_accuracy(outputs, targets):
    return (outputs.argmax(-1) == targets.reshape(outputs.shape[:-1])).mean()


def binary_accuracy(outputs, targets):
    return ((outputs > 0.5) == targets.reshape(outputs.shape)).mean()
