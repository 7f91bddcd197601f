"""The processes that hold Keras: the checker, and a worker for each training run."""
