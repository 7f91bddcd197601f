"""The processes that work for the web process, within limits."""
