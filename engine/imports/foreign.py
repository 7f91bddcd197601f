"""Recognise files of other libraries by their first bytes, to say what they are and what to do."""

import re

from engine.problems import Problem, problem

_TORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
_TORCH_ZIP = re.compile(rb"PK\x03\x04.{26}[^\0/]{1,100}/data\.pkl", re.DOTALL)
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_TFLITE = re.compile(rb".{2}\0\0TFL3", re.DOTALL)
# ONNX begins with its version (field 1) and a short text, its producer (2), or its graph (7);
# SavedModel with the version 1 and a graph (2) that begins with a description of itself.
_SAVED_MODEL = re.compile(rb"\x08\x01\x12[\x80-\xff]*[\x00-\x7f]\x0a", re.DOTALL)
_ONNX = re.compile(rb"\x08[\x01-\x20][\x12\x1a\x22\x2a\x32\x3a\x42]")
_NUMPY = b"\x93NUMPY"
_YAML = re.compile(rb"(?:^|\n)(?:class_name: *['\"]?(?:Sequential|Model|Functional)\b|config: *\n)")


def recognise(data: bytes) -> Problem | None:
    """The problem that names the kind of a file that Layerloom does not read; None for others."""
    if data.startswith(_TORCH) or _TORCH_ZIP.match(data):
        return problem("import_pytorch")
    if _PICKLE.match(data):
        return problem("import_pickle")
    if _TFLITE.match(data):
        return problem("import_tflite")
    if data.startswith(_NUMPY):
        return problem("import_numpy")
    if _SAVED_MODEL.match(data):
        return problem("import_saved_model")
    if _ONNX.match(data):
        return problem("import_onnx")
    if b"class_name:" in data and len(_YAML.findall(data)) > 1:
        return problem("import_yaml")
    return None
