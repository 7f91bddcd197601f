"""Small web processes and workers, with a channel layer that fails: cheap to start and to kill."""
