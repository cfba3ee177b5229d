"""Labelled files of any supported format, row by row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from crosslabel.library.arguments import checked
from crosslabel.library.places import place
from crosslabel.pipeline.corpus.records import Example, Reject, Task
from crosslabel.pipeline.readers import MAX_CHARACTERS
from crosslabel.pipeline.readers import read as read_file
from crosslabel.pipeline.storage.local_copies import local_file
from crosslabel.pipeline.storage.location import is_local

if TYPE_CHECKING:
    from crosslabel.library.places import Place
    from crosslabel.pipeline.storage.location import Location

__all__ = ["Example", "Reject", "read"]


@checked()
def read(
    path: Place,
    format: str | None = None,
    *,
    lang: str | None = None,
    labels: Collection[str] | None = None,
    columns: Mapping[str, str | int] | None = None,
    task: Task | None = None,
    max_characters: int = MAX_CHARACTERS,
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
        columns: column for each part of an example, such as ``{"premise": "sentence1"}``, or
            ``{"tokens": 2, "tags": 3}`` for files with a word per line.
        task: what is labelled in rows that do not say it: ``spans``, ``words`` or ``text``.
        max_characters: longer texts are rejected.

    Raises:
        InputError: the file cannot be read, or its format or language is not known.
    """
    where = place(path)
    read_local = partial(read_file, format=format, lang=lang, labels=labels, columns=columns,
                         task=task, max_characters=max_characters)
    return read_local(where) if is_local(where) else _read_copy(where, read_local)


def _read_copy(
    where: Location, read_local: Callable[[Path], Iterator[Example | Reject]]
) -> Iterator[Example | Reject]:
    with local_file(where) as file:
        yield from read_local(file)
