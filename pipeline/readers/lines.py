"""Lines and files as readers show and name them."""

from __future__ import annotations

from pathlib import Path

from crosslabel.projection.plain import plain


def shown(line: bytes) -> str:
    """A line for a person to look at, whatever it holds."""
    return line[:2000].decode("utf-8", errors="replace")


def stem(path: Path) -> str:
    """File name without ``.gz`` and the format's ending: ``en.train`` of ``en.train.conll.gz``.

    Ids are made of it, so what cannot be printed or written is a space.
    """
    name = plain(path.name).removesuffix(".gz")
    return name.rpartition(".")[0] or name
