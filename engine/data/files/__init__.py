"""From a person's file to a data set: recognises its format, reads it, guesses types and roles.

Everything here imports NumPy, polars or Pillow, so the web process must not import it; the types
of what it returns are in engine.data.description. Files are hostile until they are read: each
reader has limits (engine.data.files.limits), and what is wrong is a problem that names the file and
the line, column or member.
"""
