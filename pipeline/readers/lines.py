"""Lines and files as readers show and name them."""

from __future__ import annotations

from pathlib import Path

from crosslabel.projection.plain import plain


def shown(line: bytes) -> str:
    """Return a line for a person to look at, whatever bytes it holds."""
    return line[:2000].decode("utf-8", errors="replace")


def stem(path: Path) -> str:
    """Return a file name without its endings: ``en.train`` for ``en.train.conll.gz``.

    The endings are ``.gz`` and the format's. Ids are made from the name, so characters that cannot
    be printed or written become spaces.
    """
    name = plain(path.name).removesuffix(".gz")
    return name.rpartition(".")[0] or name
