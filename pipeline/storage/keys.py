"""The keys by which outputs are named and resumed."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(value: Any) -> bytes:
    """Return JSON with one spelling for equal values, the form from which keys are made."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def key(*values: Any) -> str:
    """Return the key of JSON values: 24 hex digits (96 bits) of the sha256 of their spelling."""
    return hashlib.sha256(canonical(values)).hexdigest()[:24]
