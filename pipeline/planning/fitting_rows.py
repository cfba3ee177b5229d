"""The rows of an input that fit the corpus of a recipe; the others become rejects."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import PurePosixPath

from crosslabel.pipeline.corpus.records import Example, Reject, Task, rejected, unlabelled
from crosslabel.pipeline.planning.corpus_language import is_in_language
from crosslabel.pipeline.planning.duplicates import Duplicates
from crosslabel.pipeline.planning.held_out import HeldOut
from crosslabel.pipeline.planning.row_places import Ids, Places
from crosslabel.pipeline.readers import read_input
from crosslabel.pipeline.readers.inputs.find import Input, find_input
from crosslabel.pipeline.readers.notes import Notes
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.recipe import Recipe, SourceSection
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.text import same_text
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.compression import without_compression


def fitting_rows(
    recipe: Recipe, found: Input, limit: int | None, notes: Notes, places: Places
) -> Iterator[Example | Reject]:
    """Yield the rows of an input; those that do not fit the corpus become rejects.

    These are rows of another language or task, and, if the recipe asks for it, repeated rows and
    test data. To find duplicates the input is read once more, which is cheap beside segmentation.

    Args:
        limit: read at most this many rows.
        notes: takes what is found out about the input.
        places: takes the file and the number there of each row.

    Raises:
        InputError: the input or a file of test data cannot be read.
    """
    source = recipe.source
    duplicates = (None if source.duplicates == "keep" else Duplicates(
        islice(_read(recipe, found, notes, Places(several=False)), limit), source.duplicates))
    files = [(path, _held_out_rows(path, found, source)) for path in source.held_out]
    held_out = HeldOut(files) if files else None
    for number, row in enumerate(islice(_read(recipe, found, notes, places), limit), start=1):
        if isinstance(row, Reject):
            yield row
            continue
        checks = (duplicates.reason(number) if duplicates else None,
                  held_out.reason(row) if held_out else None)
        reasons = tuple(reason for reason in checks if reason)
        yield rejected(*places.of(number), row, reasons) if reasons else row


def _held_out_rows(
    path: Location, found: Input, source: SourceSection
) -> Iterator[Example | Reject]:
    """Yield the rows of test data, which are read like the source if their names end alike."""
    test = _held_out(path)
    if _ending(test) == _ending(found):
        options, format = _options(source, None, sys.maxsize, Notes())
    else:
        options, format = Options(source.lang, max_characters=sys.maxsize), None
    return (placed.row for placed in read_input(test, options, format))


def _ending(found: Input) -> str:
    return PurePosixPath(without_compression(found.files[0].name)).suffix


def _read(
    recipe: Recipe, found: Input, notes: Notes, places: Places
) -> Iterator[Example | Reject]:
    """Yield the rows, without their labels if a labeller labels their translations."""
    rows = _fitting(recipe.source, found, notes, places)
    if recipe.label is None:
        return rows
    return (row if isinstance(row, Reject) else unlabelled(row) for row in rows)


def _fitting(
    source: SourceSection, found: Input, notes: Notes, places: Places
) -> Iterator[Example | Reject]:
    options, format = _options(source, source.labels, source.max_characters, notes)
    first: Task | None = None
    ids = Ids()
    for placed in read_input(found, options, format):
        places.add(placed.file, placed.number)
        row = placed.row
        reason = (_misfit(row, source.lang, first) or ids.reason(row)
                  if isinstance(row, Example) else None)
        if isinstance(row, Example) and reason:
            yield rejected(placed.file, placed.number, row, (reason,))
            continue
        if isinstance(row, Example):
            first = first or row.task
        yield row


def _options(
    source: SourceSection, labels: Collection[str] | None, max_characters: int, notes: Notes
) -> tuple[Options, str | None]:
    """Return the settings to read rows with, and their format if it is named."""
    options = Options(
        source.lang, None if labels is None else frozenset(labels), max_characters, source.columns,
        source.task, source.label_names, notes=notes)
    return options, None if source.format == "auto" else source.format


def _misfit(example: Example, lang: str, task: Task | None) -> str | None:
    """Return why an example does not fit the corpus; ``task`` is that of its first row."""
    if not is_in_language(example.lang, lang):
        return (f"other-language: the row is {example.lang!r}, the corpus {lang!r}; set "
                "source.lang to the language of the rows to be translated")
    if task and (task == "words") != (example.task == "words"):
        return (f"other-task: the row is of task {example.task!r}, the first row of the corpus of "
                f"{task!r}; a corpus that labels words labels nothing else")
    return None


def left_out_key(source: SourceSection) -> tuple[object, ...]:
    """Return what decides which rows :func:`fitting_rows` leaves out; nothing if none are."""
    if source.duplicates == "keep" and not source.held_out:
        return ()
    held_out = [(path.name, _held_out(path).content()) for path in source.held_out]
    return same_text.VERSION, source.duplicates, held_out


def _held_out(path: Location) -> Input:
    try:
        return find_input([path])
    except InputError as error:
        raise InputError(f"{error} (source.held_out)") from error
