"""Figures with their intervals as text, in percent."""

from __future__ import annotations

from typing import Any


def with_interval(figure: dict[str, Any]) -> str:
    """A value and its interval."""
    low, high = figure["interval"]
    return f"{100 * figure['value']:.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def difference(figure: dict[str, Any]) -> str:
    """The difference to the first system and its interval; a dash for that system itself."""
    if "difference" not in figure:
        return "–"
    low, high = figure["difference_interval"]
    return f"{100 * figure['difference']:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]"


def lost_in_projection(corpus: dict[str, Any]) -> str:
    """Share of the given spans of each language that have no target, by what the manifest says."""
    said = []
    for lang, own in corpus.items():
        given = sum(entry["count"] for entry in own["spans"])
        lost = sum(entry["count"] for entry in own["spans"] if entry["status"] != "projected")
        said.append(f"{lang} {100 * lost / given:.1f} %")
    return ", ".join(said)
