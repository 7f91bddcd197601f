"""Training with PyTorch: epochs, batches and losses; copied into scripts."""

import numpy as np
import torch
import torch.nn.functional as F


def to_tensor(rows):
    tensor = torch.tensor(np.asarray(rows))
    return tensor.float() if tensor.is_floating_point() else tensor.long()


def train_epoch(model, optimizer, loss_function, inputs, targets, batch_size):
    """Train on all rows once, in random order; return their mean loss."""
    model.train()
    total = 0.0
    for rows in torch.randperm(len(targets)).split(batch_size):
        optimizer.zero_grad()
        loss = loss_function(model(*(tensor[rows] for tensor in inputs)), targets[rows])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(targets)


def mean_loss(model, loss_function, inputs, targets):
    """Return the mean loss of all rows."""
    model.eval()
    with torch.no_grad():
        return loss_function(model(*inputs), targets).item()


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


def squared_loss(outputs, targets):
    return F.mse_loss(outputs, targets.reshape(outputs.shape).to(outputs.dtype))


def absolute_loss(outputs, targets):
    return F.l1_loss(outputs, targets.reshape(outputs.shape).to(outputs.dtype))
