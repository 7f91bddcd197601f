"""Training with Flax: epochs, batches and losses; copied into scripts."""

import jax.numpy as jnp
import optax
from flax import nnx


def to_tensor(rows):
    return jnp.asarray(rows)


def train_epoch(model, optimizer, loss_function, inputs, targets, batch_size, random):
    """Train on all rows once, in random order; return their mean loss."""
    model.train()
    total = 0.0
    order = random.permutation(len(targets))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        batch = [array[rows] for array in inputs]
        loss = train_batch(model, optimizer, loss_function, batch, targets[rows])
        total += float(loss) * len(rows)
    return total / len(targets)


@nnx.jit(static_argnums=2)
def train_batch(model, optimizer, loss_function, inputs, targets):
    """Change the weights by the gradients of one batch; return its loss."""

    def loss_of(model):
        return loss_function(model(*inputs), targets)

    loss, gradients = nnx.value_and_grad(loss_of)(model)
    optimizer.update(model, gradients)
    return loss


def mean_loss(model, loss_function, inputs, targets):
    """Return the mean loss of all rows."""
    model.eval()
    return float(loss_function(model(*inputs), targets))


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


def squared_loss(outputs, targets):
    return jnp.square(outputs - targets.reshape(outputs.shape)).mean()


def absolute_loss(outputs, targets):
    return jnp.abs(outputs - targets.reshape(outputs.shape)).mean()
