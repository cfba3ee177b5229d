"""The counts of a language, added up from the markers of its shards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from crosslabel.pipeline.corpus.first_rejects import Shown, first
from crosslabel.pipeline.corpus.shards import Marker


def added_up(markers: Sequence[Marker]) -> dict[str, Any]:
    """Return the counts of a language for the manifest, added up from the markers of its shards."""
    reasons: Counter[str] = Counter()
    spans: Counter[tuple[str, str, str]] = Counter()
    for marker in markers:
        reasons.update(marker["reject_reasons"])
        spans.update({(label, status, reason): n for label, status, reason, n in marker["spans"]})
    return {
        **{name: sum(marker[name] for marker in markers)
           for name in ("rows_in", "rows", "rejected", "segments", "repaired_tags")},
        "reject_reasons": dict(sorted(reasons.items())),
        **_firsts("first_rejects", markers),
        "spans": [
            {"label": label, "status": status, "reason": reason or None, "count": n}
            for (label, status, reason), n in sorted(spans.items())
        ],
        **_optional(["classes", "splits", "ruined"], markers),
        **_firsts("first_ruined", markers),
        **_unlabelled(markers),
        "methods": sorted({name for marker in markers for name in marker["methods"]}),
        **_optional(["with_markers", "marker_faults"], markers),
        "calibrators": sorted({name for marker in markers for name in marker["calibrators"]}),
        **_smaller_batches(markers),
    }


def _unlabelled(markers: Sequence[Marker]) -> dict[str, int]:
    """Return the number of texts without a label where others have one, or nothing if all do."""
    count = sum(marker.get("unlabelled", 0) for marker in markers)
    return {"unlabelled": count} if count else {}


def _firsts(name: str, markers: Sequence[Marker]) -> dict[str, list[Shown]]:
    """Return the first rows of the language under a name, or nothing if there are none."""
    found = first(row for marker in markers for row in marker.get(name, ()))
    return {name: found} if found else {}


def _smaller_batches(markers: Sequence[Marker]) -> dict[str, dict[str, int]]:
    """Return the smallest batch sizes after running out of memory, or nothing if that never
    happened."""
    sizes: dict[str, int] = {}
    for marker in markers:
        for name, size in marker.get("smaller_batches", {}).items():
            sizes[name] = min(size, sizes.get(name, size))
    return {"smaller_batches": dict(sorted(sizes.items()))} if sizes else {}


def _optional(names: Sequence[str], markers: Sequence[Marker]) -> dict[str, dict[str, int]]:
    """Return the counts that only some shards have (classes of texts, splits, ruined
    translations, results of translations with markers), or nothing if no shard has them."""
    counts = {name: Counter[str]() for name in names}
    for name, count in counts.items():
        for marker in markers:
            count.update(marker.get(name, {}))
    return {name: dict(sorted(count.items())) for name, count in counts.items() if count}
