"""The checker process as the web process sees it."""
