"""Counts of a language: those of its shards' markers, added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from crosslabel.pipeline.corpus.shards import Marker


def added_up(markers: Sequence[Marker]) -> dict[str, Any]:
    """What the manifest says of a language that its shards' markers decide, but for their files."""
    reasons: Counter[str] = Counter()
    spans: Counter[tuple[str, str, str]] = Counter()
    for marker in markers:
        reasons.update(marker["reject_reasons"])
        spans.update({(label, status, reason): n for label, status, reason, n in marker["spans"]})
    return {
        **{name: sum(marker[name] for marker in markers)
           for name in ("rows_in", "rows", "rejected", "segments", "repaired_tags")},
        "reject_reasons": dict(sorted(reasons.items())),
        "spans": [
            {"label": label, "status": status, "reason": reason or None, "count": n}
            for (label, status, reason), n in sorted(spans.items())
        ],
        **_optional(["classes"], markers),
        "methods": sorted({name for marker in markers for name in marker["methods"]}),
        **_optional(["with_markers", "marker_faults"], markers),
        "calibrators": sorted({name for marker in markers for name in marker["calibrators"]}),
        **_smaller_batches(markers),
    }


def _smaller_batches(markers: Sequence[Marker]) -> dict[str, dict[str, int]]:
    """The smallest of the batches that were made smaller where memory ran out; nothing where none
    were."""
    sizes: dict[str, int] = {}
    for marker in markers:
        for what, size in marker.get("smaller_batches", {}).items():
            sizes[what] = min(size, sizes.get(what, size))
    return {"smaller_batches": dict(sorted(sizes.items()))} if sizes else {}


def _optional(names: Sequence[str], markers: Sequence[Marker]) -> dict[str, dict[str, int]]:
    """Counts that only some shards have: classes of texts, or what became of translations with
    markers; nothing where there are none."""
    counts = {name: Counter[str]() for name in names}
    for name, count in counts.items():
        for marker in markers:
            count.update(marker.get(name, {}))
    return {name: dict(sorted(count.items())) for name, count in counts.items() if count}
