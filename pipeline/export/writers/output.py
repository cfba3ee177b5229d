"""Output of the writers: a plain or gzipped file that appears complete or not at all."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

from crosslabel.pipeline.storage.files import committed


def write_lines(path: Path, texts: Iterable[str]) -> None:
    """Write ``texts`` as UTF-8, gzipped without a timestamp if the file name ends in ``.gz``."""
    with committed(path) as file:
        if path.suffix != ".gz":
            file.writelines(text.encode("utf-8") for text in texts)
            return
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as zipped:
            zipped.writelines(text.encode("utf-8") for text in texts)
