"""What runs in old interpreters (Python 3.8) with Keras 2: nothing here imports the engine."""
