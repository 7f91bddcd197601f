"""What runs in old interpreters with Keras 2: nothing here imports the engine."""
