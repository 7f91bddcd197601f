"""What the layers of a model that trains show: weights, gradients, updates, dead units."""
