"""Layerloom's web application. It never imports a machine-learning library."""
