"""Convert models from elsewhere (Keras files, Keras JSON, Python code) to documents."""
