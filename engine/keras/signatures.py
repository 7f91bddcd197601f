"""Signatures that Keras asks for in every call of a layer, read once for each of its methods."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType, MethodType
from typing import Any

_read = inspect.signature
_of_methods: dict[FunctionType, inspect.Signature] = {}


def _signature(of: Callable[..., Any], **options: Any) -> inspect.Signature:
    # Every layer wraps its own `build`; what is wrapped is a method of its class.
    method = getattr(of, "__wrapped__", of)
    function = getattr(method, "__func__", None)
    if options or not isinstance(method, MethodType) or not isinstance(function, FunctionType):
        return _read(of, **options)
    if function not in _of_methods:
        _of_methods[function] = _read(method)
    return _of_methods[function]


@contextmanager
def remembered_signatures() -> Iterator[None]:
    """Let `inspect.signature` remember methods: an eighth of what calling a layer costs."""
    setattr(inspect, "signature", _signature)  # noqa: B010 - typed as the very function
    try:
        yield
    finally:
        inspect.signature = _read
