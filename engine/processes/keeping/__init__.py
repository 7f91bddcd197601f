"""Runs that outlive the web process: their events are kept until somebody has recorded them."""
