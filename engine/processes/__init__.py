"""The child processes: checker, reader, and a worker for each training run."""
