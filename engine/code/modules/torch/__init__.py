"""A model as classes of PyTorch: `torch.nn.Module`.

Data keep Keras's layout at the borders of the model, with the channels as the last axis. Inside,
convolutions and pooling have them first, and a tensor is moved only where a layer needs it.
"""
