"""Labelled files of any supported format, row by row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from crosslabel.library.places import place
from crosslabel.pipeline.corpus.records import Example, Reject, Task
from crosslabel.pipeline.readers import read as read_file
from crosslabel.pipeline.storage.local_copies import local_file

if TYPE_CHECKING:
    from crosslabel.library.places import Place

__all__ = ["Example", "Reject", "read"]


def read(
    path: Place,
    format: str | None = None,
    *,
    lang: str | None = None,
    labels: Collection[str] | None = None,
    columns: Mapping[str, str] | None = None,
    task: Task | None = None,
) -> Iterator[Example | Reject]:
    """Read a labelled file row by row; a row that cannot be used is a ``Reject`` with reasons.

    >>> for row in cl.read("train.conll", lang="en"):
    ...     print(row)

    Args:
        path: a file, also gzipped, or a folder saved by ``datasets``; local or a URL.
        format: ``jsonl``, ``conll``, ``conllu``, ``text``, ``dataset``, ``tsv``, ``csv``, ``slots``
            or ``squad``; by default the file decides.
        lang: language of rows that do not name theirs.
        labels: allowed labels; rows with others are rejected.
        columns: column for each part of an example, such as ``{"premise": "sentence1"}``.
        task: what is labelled in rows that do not say it: ``spans``, ``words`` or ``text``.

    Raises:
        InputError: the file cannot be read, or its format or language is not known.
    """
    with local_file(place(path)) as file:
        yield from read_file(file, format, lang, labels, columns=columns, task=task)
