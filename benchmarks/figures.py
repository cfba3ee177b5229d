"""Figures with their intervals as text, in percent."""

from __future__ import annotations

from typing import Any


def with_interval(figure: dict[str, Any]) -> str:
    """Return a value and its interval as text, in percent."""
    low, high = figure["interval"]
    return f"{100 * figure['value']:.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def difference(figure: dict[str, Any]) -> str:
    """Return the difference to the first system with its interval, or a dash for that system."""
    if "difference" not in figure:
        return "–"
    low, high = figure["difference_interval"]
    return f"{100 * figure['difference']:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]"


def lost_in_projection(corpus: dict[str, Any]) -> str:
    """Return the share of given spans without a target by language, as counted in the manifest."""
    shares = []
    for lang, counts in corpus.items():
        given = sum(entry["count"] for entry in counts["spans"])
        lost = sum(entry["count"] for entry in counts["spans"] if entry["status"] != "projected")
        shares.append(f"{lang} {100 * lost / given:.1f} %")
    return ", ".join(shares)
