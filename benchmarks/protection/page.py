"""The page of the measurement of protected parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def page(results: Mapping[str, Any]) -> str:
    """Return the page."""
    return ""
