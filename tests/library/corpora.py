"""A small corpus for tests of calls."""

from __future__ import annotations

from typing import Any

from tests.tiny_encoder import tiny_encoder

CHANGES: dict[str, Any] = {
    "targets": ["de"], "translation.beam": 1, "projection.method": "itermax",
    "projection.model": str(tiny_encoder()),
    "source.labels": None,
}
ROWS: list[dict[str, Any]] = [
    {"id": "one", "text": "Anna Keller lives in Hamburg.",
     "spans": [{"start": 0, "end": 11, "label": "PER"}, {"start": 21, "end": 28, "label": "LOC"}]},
    {"id": "two", "text": "Omar moved to Lisbon.",
     "spans": [{"start": 0, "end": 4, "label": "PER"}, {"start": 14, "end": 20, "label": "LOC"}]},
    {"id": "bad", "text": "Oslo.", "spans": [{"start": 0, "end": 99, "label": "LOC"}]},
]
