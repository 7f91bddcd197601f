"""Checkpoints: everything that a training needs to go on as if it had never been interrupted."""
