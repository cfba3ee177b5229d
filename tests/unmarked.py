"""Bytes that a reader takes for UTF-8: they begin with no mark of another encoding."""

from __future__ import annotations

import codecs

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def is_unmarked(content: bytes) -> bool:
    """Whether a file of these bytes is read as UTF-8."""
    return not content.startswith(_MARKS)
