"""Training with PyTorch: epochs, batches, losses and metrics; copied into scripts."""

import numpy as np
import torch
import torch.nn.functional as F


def to_tensor(rows):
    tensor = torch.tensor(np.asarray(rows))
    return tensor.float() if tensor.is_floating_point() else tensor.long()


def train_epoch(model, optimizer, measures, inputs, targets, batch_size):
    """Train on all rows once, in random order; return the mean of each measure."""
    model.train()
    totals = dict.fromkeys(measures, 0.0)
    for rows in torch.randperm(len(targets)).split(batch_size):
        optimizer.zero_grad()
        outputs = model(*(tensor[rows] for tensor in inputs))
        measures["loss"](outputs, targets[rows]).backward()
        optimizer.step()
        add_batch(totals, measures, outputs.detach(), targets[rows])
    return {name: total / len(targets) for name, total in totals.items()}


def evaluate(model, measures, inputs, targets, batch_size):
    """Return the mean of each measure over all rows."""
    model.eval()
    totals = dict.fromkeys(measures, 0.0)
    for rows in torch.arange(len(targets)).split(batch_size):
        with torch.no_grad():
            outputs = model(*(tensor[rows] for tensor in inputs))
        add_batch(totals, measures, outputs, targets[rows])
    return {name: total / len(targets) for name, total in totals.items()}


def add_batch(totals, measures, outputs, targets):
    """Add each measure of a batch to its total, once for each row."""
    for name, measure in measures.items():
        totals[name] += measure(outputs, targets).item() * len(targets)


def predict(model, inputs):
    """Return the outputs as an array."""
    model.eval()
    with torch.no_grad():
        return model(*inputs).numpy()


def adapt(normalization, rows):
    """Learn the mean and the variance of each feature of the rows."""
    rows = rows.to(normalization.mean.dtype)
    axes = tuple(range(rows.ndim - normalization.mean.ndim))
    normalization.mean.copy_(rows.mean(axes))
    normalization.variance.copy_(rows.var(axes, correction=0))


def weighted(loss, weights):
    """Return a loss to which each row adds by the weight of its class."""
    table = torch.tensor([weights.get(number, 1.0) for number in range(max(weights) + 1)])

    def weighted_loss(outputs, targets):
        losses = torch.vmap(loss)(outputs[:, None], targets[:, None])
        return (losses * table[targets.flatten()]).mean()

    return weighted_loss


def classes_loss(outputs, targets):
    # The logarithm of a probability is limited as in Keras.
    logarithms = outputs.clamp(1e-7, 1 - 1e-7).log().movedim(-1, 1)
    return F.nll_loss(logarithms, targets)


def classes_loss_of_scores(outputs, targets):
    return F.cross_entropy(outputs.movedim(-1, 1), targets)


def binary_loss(outputs, targets):
    # The logarithm of a probability is limited as in Keras.
    targets = targets.reshape(outputs.shape).to(outputs.dtype)
    return F.binary_cross_entropy(outputs.clamp(1e-7, 1 - 1e-7), targets)


def binary_loss_of_scores(outputs, targets):
    targets = targets.reshape(outputs.shape).to(outputs.dtype)
    return F.binary_cross_entropy_with_logits(outputs, targets)


def squared_error(outputs, targets):
    return F.mse_loss(outputs, targets.reshape(outputs.shape).to(outputs.dtype))


def absolute_error(outputs, targets):
    return F.l1_loss(outputs, targets.reshape(outputs.shape).to(outputs.dtype))


def classes_accuracy(outputs, targets):
    return (outputs.argmax(-1) == targets.reshape(outputs.shape[:-1])).float().mean()


def binary_accuracy(outputs, targets):
    predicted = (outputs > 0.5).to(outputs.dtype)
    return (predicted == targets.reshape(outputs.shape).to(outputs.dtype)).float().mean()
