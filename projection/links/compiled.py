"""Compilation of functions over arrays by numba, once per machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

_Function = TypeVar("_Function", bound=Callable[..., object])


def compiled(function: _Function) -> _Function:
    """Compile a function at its first call, and let other threads run while it runs.

    The compiled code is kept on disk or, without a folder to write to, as long as the process.
    """
    return _compiled(function)


def compiled_sums(function: _Function) -> _Function:
    """Compile as :func:`compiled` does, with sums in whatever order is fastest on this processor.

    Its results may differ in the last digits between processors.
    """
    return _compiled(function, fastmath={"reassoc", "contract"})


def _compiled(function: _Function, **options: Any) -> _Function:
    try:
        return cast(_Function, njit(cache=True, nogil=True, **options)(function))
    except RuntimeError:
        return cast(_Function, njit(nogil=True, **options)(function))
