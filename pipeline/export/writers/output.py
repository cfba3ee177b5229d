"""Where writers put their lines: a plain or gzipped file that appears whole or not at all."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

from crosslabel.pipeline.storage.files import committed


def write_lines(path: Path, texts: Iterable[str]) -> None:
    """Write ``texts`` one after the other as UTF-8, gzipped (without a time) for ``*.gz``."""
    with committed(path) as file:
        if path.suffix != ".gz":
            file.writelines(text.encode("utf-8") for text in texts)
            return
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as zipped:
            zipped.writelines(text.encode("utf-8") for text in texts)
