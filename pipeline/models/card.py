"""The licence on a checkpoint's model card."""

from __future__ import annotations

from pathlib import Path


def card_licence(path: Path) -> str:
    """Return the licence that a checkpoint's model card states, or ``unknown`` if it has none."""
    import yaml

    card = path / "README.md"
    text = card.read_text("utf-8", errors="replace") if card.is_file() else ""
    _, _, rest = text.partition("---\n")
    front, closed, _ = rest.partition("\n---")
    try:
        values = yaml.safe_load(front) if text.startswith("---") and closed else None
    except yaml.YAMLError:
        values = None
    licence = values.get("license") if isinstance(values, dict) else None
    listed = licence if isinstance(licence, list) else [licence]
    return ", ".join(str(name) for name in listed if name) or "unknown"
