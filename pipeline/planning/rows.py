"""The rows of a plan: input rows become examples with segments, in fixed shards.

Every input row, good or bad, belongs to exactly one shard, so that for each shard and language
rows in = rows out + rejects.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from crosslabel.pipeline.corpus import arrow
from crosslabel.pipeline.corpus.records import Example, Reject, Task, rejected, unlabelled
from crosslabel.pipeline.corpus.word_labels import given_or_lost
from crosslabel.pipeline.planning.census import Census
from crosslabel.pipeline.planning.duplicates import Duplicates
from crosslabel.pipeline.planning.held_out import HeldOut
from crosslabel.pipeline.planning.label_order import ordered
from crosslabel.pipeline.planning.row_languages import RowLanguages, languages_key
from crosslabel.pipeline.planning.unread_labels import UnreadLabels
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.readers.notes import Notes
from crosslabel.pipeline.recipe import Recipe, SourceSection
from crosslabel.pipeline.storage.files import (
    committed,
    is_file,
    opened,
    read_marker_file,
    sha256,
    write_json,
)
from crosslabel.pipeline.storage.folders import files, is_folder
from crosslabel.pipeline.storage.keys import canonical, key
from crosslabel.pipeline.storage.local_copies import local_file
from crosslabel.pipeline.storage.location import Location, relative
from crosslabel.pipeline.text import same_text
from crosslabel.pipeline.text import segments as segmenting
from crosslabel.pipeline.text.segments import FieldRange, segment
from crosslabel.projection.errors import InputError

VERSION = 6
_MARKER = "source.json"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A good input row with its segments; ``number`` is its number in the corpus, from 1."""

    number: int
    example: Example
    segments: tuple[FieldRange, ...]

    def texts(self) -> list[str]:
        """Return the text of each segment."""
        return [self.example.fields[field][start:end] for field, (start, end) in self.segments]


@dataclass(frozen=True, slots=True)
class PlannedSource:
    """The planned input.

    Attributes:
        folder: holds one file of rows per shard.
        task: what the corpus annotates.
        labels: its span or word labels, in the order of their tags.
        classes: the classes of its texts, in the order of their numbers.
        has_spans: whether any row has spans or labelled words to project.
        hashes: sha256 of each shard's rows, which the output of the shard depends on.
        notes: lines for a person about how the input was read.
    """

    folder: Location
    task: Task
    labels: tuple[str, ...]
    has_spans: bool
    hashes: tuple[str, ...]
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def rows(self, shard: int) -> list[SourceRow | Reject]:
        """Return the rows of one shard, in input order.

        Raises:
            DamagedError: their bytes differ from the marker.
        """
        with opened(rows_file(self.folder, shard), self.hashes[shard]) as lines:
            return [_load(json.loads(line)) for line in lines]


def plan_source(
    recipe: Recipe,
    work: Location,
    limit: int | None = None,
    check: Callable[[], None] = lambda: None,
) -> PlannedSource:
    """Read and segment the corpus into ``work``, or reuse the rows that an earlier run left there.

    Args:
        limit: read at most this many rows.
        check: raises an error to end the reading; called between shards.

    Raises:
        InputError: the corpus cannot be read at all, or has no rows.
    """
    folder = work / "sources" / _source_key(recipe, limit)
    marker = read_marker_file(folder / _MARKER)
    if marker is None:
        marker = _write(recipe, folder, limit, check)
    return PlannedSource(folder, marker["task"], tuple(marker["labels"]), marker["has_spans"],
                         tuple(marker["hashes"]), tuple(marker["classes"]),
                         tuple(marker["notes"]))


def _source_key(recipe: Recipe, limit: int | None) -> str:
    source = recipe.source.model_dump(mode="json", exclude={"path", "duplicates", "held_out"})
    name = recipe.source.path.name
    stripped = () if recipe.label is None else ("unlabelled",)
    return key(VERSION, segmenting.VERSION, name, _content(recipe.source.path), source,
               recipe.segmentation.model_dump(mode="json"), recipe.output.shard_rows, limit,
               *stripped, *_left_out(recipe.source), *languages_key(recipe.source))


def _left_out(source: SourceSection) -> tuple[object, ...]:
    """Return what decides which rows are left out; nothing if none is."""
    if source.duplicates == "keep" and not source.held_out:
        return ()
    held_out = [(path.name, _content(path, "source.held_out")) for path in source.held_out]
    return same_text.VERSION, source.duplicates, held_out


def _content(path: Location, field: str = "source.path") -> object:
    if is_file(path):
        return sha256(path)
    parts = files(path)
    if not parts and not is_folder(path):
        raise InputError(f"{path}: no such file or folder; give one that is there ({field} in the "
                         "recipe)")
    return {relative(file, path): sha256(file) for file in parts}


def _write(
    recipe: Recipe, folder: Location, limit: int | None, check: Callable[[], None]
) -> dict[str, Any]:
    source = recipe.source
    notes = Notes()
    rows = _distinct(recipe, limit, notes)
    census, unread, languages = Census(source.path.name), UnreadLabels(), RowLanguages(source)
    labels: set[str] = set()
    classes: set[str] = set()
    tasks: set[Task] = set()
    hashes = []
    for shard, read_rows in enumerate(_chunks(rows, recipe.output.shard_rows)):
        check()
        chunk = languages.checked(read_rows)
        examples = [row for row in chunk if isinstance(row, Example)]
        labels.update(span.label for example in examples for span in given_or_lost(example))
        classes.update(example.label for example in examples if example.label is not None)
        tasks.update(example.task for example in examples)
        cuts = iter(segment(examples, sentences=recipe.segmentation.sentences))
        planned = [
            row if isinstance(row, Reject) else SourceRow(number, row, tuple(next(cuts)))
            for number, row in enumerate(chunk, start=shard * recipe.output.shard_rows + 1)
        ]
        for row in planned:
            if isinstance(row, SourceRow):
                census.see(row.number, row.example)
                unread.see(row.example)
        with committed(rows_file(folder, shard)) as out:
            out.writelines(_dump(row) + b"\n" for row in planned)
        hashes.append(out.sha256)
    if not hashes:
        raise InputError(f"{source.path}: no rows in it")
    if recipe.label is None:
        unread.check(source)
    lines = (*notes.lines, *languages.lines(), *(census.lines() if recipe.label is None else ()))
    declared = [*source.label_names.values(), *notes.classes]
    marker = {"task": _task(tasks), "labels": ordered(labels, source.labels, declared),
              "classes": ordered(classes, source.labels, declared),
              "has_spans": bool(labels), "hashes": hashes, "notes": list(lines)}
    write_json(folder / _MARKER, marker)
    return marker


def _distinct(recipe: Recipe, limit: int | None, notes: Notes) -> Iterator[Example | Reject]:
    """Yield the rows; reject repeated rows and test data if the recipe asks for it.

    To find duplicates the file is read once more, which is cheap beside segmentation.
    """
    source = recipe.source
    duplicates = (None if source.duplicates == "keep"
                  else Duplicates(islice(_read(recipe, notes), limit), source.duplicates))
    files = [(path, _held_out_rows(path, source)) for path in source.held_out]
    held_out = HeldOut(files) if files else None
    for number, row in enumerate(islice(_read(recipe, notes), limit), start=1):
        if isinstance(row, Reject):
            yield row
            continue
        checks = (duplicates.reason(number) if duplicates else None,
                  held_out.reason(row) if held_out else None)
        reasons = tuple(reason for reason in checks if reason)
        yield rejected(source.path.name, number, row, reasons) if reasons else row


def _held_out_rows(path: Location, source: SourceSection) -> Iterator[Example | Reject]:
    if _ending(path) == _ending(source.path):
        yield from _rows(path, source, None, sys.maxsize, Notes())
        return
    with local_file(path) as file:
        yield from read(file, lang=source.lang, max_characters=sys.maxsize)


def _ending(path: Location) -> str:
    return PurePosixPath(path.name.removesuffix(".gz")).suffix


def _read(recipe: Recipe, notes: Notes) -> Iterator[Example | Reject]:
    """Yield the rows, without their labels if a labeller labels their translations."""
    rows = _fitting(recipe.source, notes)
    if recipe.label is None:
        return rows
    return (row if isinstance(row, Reject) else unlabelled(row) for row in rows)


def _fitting(source: SourceSection, notes: Notes) -> Iterator[Example | Reject]:
    rows = _rows(source.path, source, source.labels, source.max_characters, notes)
    first: Task | None = None
    for number, row in enumerate(rows, start=1):
        reason = _misfit(row, source.lang, first) if isinstance(row, Example) else None
        if isinstance(row, Example) and reason:
            yield rejected(source.path.name, number, row, (reason,))
            continue
        if isinstance(row, Example):
            first = first or row.task
        yield row


def _rows(
    path: Location,
    source: SourceSection,
    labels: Collection[str] | None,
    max_characters: int,
    notes: Notes,
) -> Iterator[Example | Reject]:
    with local_file(path) as file:
        yield from read(
            file,
            format=None if source.format == "auto" else source.format,
            lang=source.lang,
            labels=labels,
            max_characters=max_characters,
            columns=source.columns,
            task=source.task,
            label_names=source.label_names,
            notes=notes,
        )


def _misfit(example: Example, lang: str, task: Task | None) -> str | None:
    """Return why an example does not fit the corpus; ``task`` is that of its first row."""
    if example.lang != lang:
        return f"other-language: the row is {example.lang!r}, the corpus {lang!r}"
    if task and (task == "words") != (example.task == "words"):
        return (f"other-task: the row is of task {example.task!r}, the first row of the corpus of "
                f"{task!r}; a corpus that labels words labels nothing else")
    return None


def _task(tasks: Collection[Task]) -> Task:
    """Return the task of a corpus; texts with a label may stand among texts with spans."""
    return next(iter(tasks)) if len(tasks) == 1 else "spans"


def _chunks(
    rows: Iterable[Example | Reject], size: int
) -> Iterator[Sequence[Example | Reject]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def rows_file(folder: Location, shard: int) -> Location:
    """Return the file of a shard's rows."""
    return folder / f"rows-{shard:05}.jsonl"


def _dump(row: SourceRow | Reject) -> bytes:
    if isinstance(row, Reject):
        return canonical({"reject": asdict(row)})
    example = arrow.side(row.example, "human")
    return canonical({"number": row.number, "example": example, "segments": row.segments})


def _load(values: dict[str, Any]) -> SourceRow | Reject:
    if "reject" in values:
        fields = values["reject"]
        return Reject(**(fields | {"reasons": tuple(fields["reasons"])}))
    segments = tuple((name, (start, end)) for name, (start, end) in values["segments"])
    return SourceRow(values["number"], arrow.example(values["example"]), segments)
