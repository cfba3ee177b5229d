"""The language of files whose format does not name it."""

from __future__ import annotations

from pathlib import Path

from crosslabel.pipeline.readers.options import Options
from crosslabel.projection.errors import InputError


def required_language(path: Path, options: Options) -> str:
    """Return the language that the caller gave.

    Raises:
        InputError: the caller gave none.
    """
    if options.lang is None:
        raise InputError(f"{path}: this format does not say its language; give it, e.g. lang: en")
    return options.lang
