"""Labelled files of any supported format, row by row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from crosslabel.library.arguments import ONE_OR_MORE_PLACES, checked
from crosslabel.library.places import place
from crosslabel.pipeline.corpus.records import Example, Reject, Task
from crosslabel.pipeline.readers import MAX_CHARACTERS
from crosslabel.pipeline.readers import read as read_files

if TYPE_CHECKING:
    from crosslabel.library.places import Place

__all__ = ["Example", "Reject", "read"]


@checked(path=ONE_OR_MORE_PLACES)
def read(
    path: Place | Sequence[Place],
    format: str | None = None,
    *,
    lang: str | None = None,
    labels: Collection[str] | None = None,
    columns: Mapping[str, str | int] | None = None,
    task: Task | None = None,
    max_characters: int = MAX_CHARACTERS,
    split: str | None = None,
    config: str | None = None,
) -> Iterator[Example | Reject]:
    """Read labelled files row by row; a row that cannot be used is a ``Reject`` with reasons.

    >>> for row in cl.read("train.conll", lang="en"):
    ...     print(row)

    Args:
        path: a file, also compressed, a folder, or a pattern such as ``data/*.parquet``, local or a
            URL; a data set on the hub, ``hf://datasets/owner/name``; or a list of these.
        format: ``jsonl``, ``conll``, ``conllu``, ``text``, ``dataset``, ``tsv``, ``csv``, ``slots``
            or ``squad``; by default the file decides.
        lang: language of rows that do not name theirs.
        labels: allowed labels; rows with others are rejected.
        columns: column for each part of an example, such as ``{"premise": "sentence1"}``, or
            ``{"tokens": 2, "tags": 3}`` for files with a word per line.
        task: what is labelled in rows that do not say it: ``spans``, ``words`` or ``text``.
        max_characters: longer texts are rejected.
        split: read the rows of this split alone; by default all, with ``split`` in their ``meta``.
        config: configuration of a data set whose card has several.

    Raises:
        InputError: the file cannot be read, or its format or language is not known.
    """
    given = [path] if isinstance(path, str) or not isinstance(path, Sequence) else path
    return read_files(list(map(place, given)), format, lang, labels, max_characters, columns, task,
                      split=split, config=config)
