"""The engine: documents, their checks, their code and their training, without the web.

Keras computes on JAX in this process unless KERAS_BACKEND already names another backend. Keras
reads the variable once, when it is first imported, so the default is set here, before any module
of the engine can import Keras.
"""

import os

from engine.machine.backends import CHECKED_ON

os.environ.setdefault("KERAS_BACKEND", CHECKED_ON)
