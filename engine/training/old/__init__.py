"""Training on an engine with Keras 2.3.1: in a process of an old interpreter, beside the worker.

The worker prepares the rows, the first weights and the source, tells what the process does as
events, and takes the trained weights back into the model of Keras 3, which it evaluates and saves.
"""
