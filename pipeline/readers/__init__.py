"""Readers of labelled corpora: every input row becomes exactly one Example or Reject."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from crosslabel.pipeline.corpus.records import Example, Reject, Task
from crosslabel.pipeline.readers.formats import FORMATS, check_possible, guess_format, known_format
from crosslabel.pipeline.readers.gate import Admitted, Gate
from crosslabel.pipeline.readers.inputs.find import Input, find_input
from crosslabel.pipeline.readers.inputs.several_files import Opened, Placed, read_files
from crosslabel.pipeline.readers.notes import Notes
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.rows.columns import written
from crosslabel.pipeline.readers.rows.missing_labels import may_hold_signs, missing_signs
from crosslabel.pipeline.storage.location import Location, location
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.compression import check_ending
from crosslabel.projection.files.limits import MAX_CHARACTERS

__all__ = ["FORMATS", "MAX_CHARACTERS", "guess_format", "read", "read_input"]

Place = str | Location

# The formats of text whose rows may have a class of the whole text.
_CLASSIFYING = ("jsonl", "tsv", "csv")


def read(
    path: Place | Sequence[Place],
    format: str | None = None,
    lang: str | None = None,
    labels: Collection[str] | None = None,
    max_characters: int = MAX_CHARACTERS,
    columns: Mapping[str, str | int] | None = None,
    task: Task | None = None,
    label_names: Mapping[str, str] | None = None,
    notes: Notes | None = None,
    split: str | None = None,
    config: str | None = None,
) -> Iterator[Example | Reject]:
    """Read a labelled corpus row by row.

    A bad row never stops the others: it becomes a Reject whose reasons are
    ``code: explanation``. Ids are unique among the rows of a language;
    a row without one gets the hash of its texts, see :mod:`crosslabel.pipeline.readers.ids`.
    ``meta`` holds the ``split`` of a row if its file says it.

    Args:
        path: a file, plain or compressed (``.gz``, ``.zst`` and the like), a folder, a pattern or
            the address of a data set on the hub, see
            :mod:`crosslabel.pipeline.readers.inputs.find`; or several of them.
        format: one of :data:`FORMATS`; guessed from the file when not given.
        lang: BCP-47 tag of rows that do not name their language (rows of word columns, of plain
            text and of ``squad`` never do).
        labels: allowed labels; rows with other labels are rejected.
        max_characters: longer texts are rejected.
        columns: the column or key of the row for each part of an example, such as
            ``{"premise": "sentence1", "label": "gold_label"}``, or for files with a word per line
            the numbers of columns, ``{"tokens": 2, "tags": 3}``, see
            :mod:`crosslabel.pipeline.readers.rows.columns`.
        task: the task of rows that do not name one; by default the contents of a row decide.
        label_names: name of each class by what stands for it in the file, such as a number.
        notes: takes what is found out about the input beside its rows.
        split: read the rows of this split alone.
        config: configuration of a data set that has several.

    Raises:
        InputError: unknown format, missing language, missing or unreadable file, columns or a task
            that the format or the file does not have.
    """
    places = [path] if isinstance(path, str) or not isinstance(path, Sequence) else path
    if not places:
        raise InputError("no file is given to read")
    allowed = None if labels is None else frozenset(labels)
    options = Options(lang, allowed, max_characters, written(columns or {}), task,
                      label_names or {}, notes=notes or Notes())
    found = find_input(list(map(location, places)), split, config)
    return (placed.row for placed in read_input(found, options, format))


def read_input(
    found: Input, options: Options, format: str | None = None
) -> Iterator[Placed]:
    """Read the rows of an input with their places, file by file.

    Args:
        format: one of :data:`FORMATS`; guessed from each file when not given.

    Raises:
        InputError: as :func:`read`; what is wrong with the first file is raised at once.
    """
    known = None if format is None else known_format(format)
    if known is None:
        found.check_one_kind()
    for note in found.notes:
        options.notes.say(note)
    return read_files(found.files, options, partial(_opened, format=known))


def _opened(path: Path, options: Options, gate: Gate, format: str | None) -> Opened:
    """Begin to read a file; a missing class is found out first, by reading the file once more."""
    check_ending(str(path))
    name = format or guess_format(path, options.task, options.columns)
    check_possible(path, name, options.columns, options.task)
    if name in _CLASSIFYING and may_hold_signs(path):
        options = replace(options, missing=_missing(path, name, options))
    return Opened(name, FORMATS[name](path, options, gate))


def _missing(path: Path, format: str, options: Options) -> Collection[str]:
    """Return the labels of a file that mean "no label"; the file is read for them once more."""
    trial = replace(options, labels=None, label_names={}, notes=Notes())
    rows = FORMATS[format](path, trial, Gate(path.name, trial, Admitted()))
    labels = {row.label for row in rows if isinstance(row, Example) and row.label is not None}
    try:
        return missing_signs(labels, [*(options.labels or ()), *options.label_names.values()])
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
