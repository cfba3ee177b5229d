"""Lines as readers show them."""

from __future__ import annotations


def shown(line: bytes) -> str:
    """Return a line for a person to look at, whatever bytes it holds."""
    return line[:2000].decode("utf-8", errors="replace")
