"""Runs on a cluster: `keeper` holds one there, `broker` is the only process that talks to Ray."""
