"""Keys that outputs are named and resumed by."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(value: Any) -> bytes:
    """JSON with one spelling for equal values: the form that keys are made from."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def key(*values: Any) -> str:
    """Key of any JSON values: 24 hexadecimal digits (96 bits) of the sha256 of their spelling."""
    return hashlib.sha256(canonical(values)).hexdigest()[:24]
