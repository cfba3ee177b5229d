"""The rows of a plan: input rows become examples with segments, in fixed shards.

Every input row, good or bad, belongs to exactly one shard, so that for each shard and language
rows in = rows out + rejects.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field, replace
from itertools import islice
from typing import Any

from crosslabel.pipeline.corpus import arrow
from crosslabel.pipeline.corpus.records import Example, Reject, Task
from crosslabel.pipeline.corpus.word_labels import given_or_lost
from crosslabel.pipeline.planning.census import Census
from crosslabel.pipeline.planning.fitting_rows import fitting_rows, left_out_key
from crosslabel.pipeline.planning.label_order import ordered
from crosslabel.pipeline.planning.protection import NO_PROTECTION, Protection
from crosslabel.pipeline.planning.row_languages import RowLanguages, languages_key
from crosslabel.pipeline.planning.row_places import Places
from crosslabel.pipeline.planning.unread_labels import UnreadLabels
from crosslabel.pipeline.protection.blanks import blanked
from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.readers.inputs.find import Input, find_input
from crosslabel.pipeline.readers.notes import Notes
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.storage.files import committed, opened, read_marker_file, write_json
from crosslabel.pipeline.storage.keys import canonical, key
from crosslabel.pipeline.storage.location import Location
from crosslabel.pipeline.text import segments as segmenting
from crosslabel.pipeline.text.segments import FieldRange, segment
from crosslabel.projection.errors import InputError
from crosslabel.projection.plain import plain

VERSION = 6
_MARKER = "source.json"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A good input row with its segments.

    Attributes:
        number: its number in the corpus, from 1.
        file: name of the file that it is from.
        row: its number there, from 1.
        parts: the protected parts of the fields that have any.
        capitals: numbers of the segments in capitals, which are translated in sentence case.
    """

    number: int
    example: Example
    segments: tuple[FieldRange, ...]
    file: str = ""
    row: int = 0
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    capitals: tuple[int, ...] = ()

    def texts(self) -> list[str]:
        """Return the text of each segment."""
        return [self.example.fields[field][start:end] for field, (start, end) in self.segments]


@dataclass(frozen=True, slots=True)
class PlannedSource:
    """The planned input.

    Attributes:
        folder: holds one file of rows per shard.
        file: name of the first file of the input.
        task: what the corpus annotates.
        labels: its span or word labels, in the order of their tags.
        classes: the classes of its texts, in the order of their numbers.
        has_spans: whether any row has spans or labelled words to project.
        has_marks: whether any row has tags, emoji or other marks.
        hashes: sha256 of each shard's rows, which the output of the shard depends on.
        notes: lines for a person about how the input was read.
        splits: names of the splits of the input; empty if nothing says them.
        commits: the commit of each data set of the hub, by its address.
    """

    folder: Location
    file: str
    task: Task
    labels: tuple[str, ...]
    has_spans: bool
    has_marks: bool
    hashes: tuple[str, ...]
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()
    commits: Mapping[str, str] = field(default_factory=dict)

    def rows(self, shard: int) -> list[SourceRow | Reject]:
        """Return the rows of one shard, in input order.

        Raises:
            DamagedError: their bytes differ from the marker.
        """
        with opened(rows_file(self.folder, shard), self.hashes[shard]) as lines:
            return [_load(json.loads(line), self.file) for line in lines]


def plan_source(
    recipe: Recipe,
    work: Location,
    limit: int | None = None,
    check: Callable[[], None] = lambda: None,
    protection: Protection = NO_PROTECTION,
) -> PlannedSource:
    """Read and segment the corpus into ``work``, or reuse the rows that an earlier run left there.

    Args:
        limit: read at most this many rows.
        check: raises an error to end the reading; called between shards.
        protection: finds what is protected in a text.

    Raises:
        InputError: the corpus cannot be read at all, or has no rows.
    """
    source = recipe.source
    found = find_input(source.places, source.split, source.config)
    folder = work / "sources" / _source_key(recipe, found, protection, limit)
    marker = read_marker_file(folder / _MARKER)
    if marker is None:
        marker = _write(recipe, found, folder, protection, limit, check)
    return PlannedSource(folder, _first_file(found), marker["task"], tuple(marker["labels"]),
                         marker["has_spans"], marker["has_marks"], tuple(marker["hashes"]),
                         tuple(marker["classes"]), tuple(marker["notes"]), tuple(found.splits),
                         dict(found.commits))


def _first_file(found: Input) -> str:
    return plain(found.files[0].name)


def _source_key(
    recipe: Recipe, found: Input, protection: Protection, limit: int | None
) -> str:
    source = recipe.source.model_dump(mode="json", exclude={"path", "duplicates", "held_out"})
    stripped = () if recipe.label is None else ("unlabelled",)
    return key(VERSION, segmenting.VERSION, recipe.source.name, found.content(), source,
               recipe.segmentation.model_dump(mode="json"), recipe.output.shard_rows, limit,
               *protection.key(),
               *stripped, *left_out_key(recipe.source), *languages_key(recipe.source))


def _write(
    recipe: Recipe, found: Input, folder: Location, protection: Protection, limit: int | None,
    check: Callable[[], None],
) -> dict[str, Any]:
    source = recipe.source
    notes, places = Notes(), Places(len(found.files) > 1)
    rows = fitting_rows(recipe, found, limit, notes, places)
    census, unread = Census(source.name), UnreadLabels(source)
    languages = RowLanguages(source, places)
    labels: set[str] = set()
    classes: set[str] = set()
    tasks: set[Task] = set()
    has_marks = False
    hashes = []
    for shard, read_rows in enumerate(_chunks(rows, recipe.output.shard_rows)):
        check()
        chunk = languages.checked(read_rows)
        examples = [row for row in chunk if isinstance(row, Example)]
        labels.update(span.label for example in examples for span in given_or_lost(example)
                      if span.label)
        classes.update(example.label for example in examples if example.label is not None)
        tasks.update(example.task for example in examples)
        parts = protection.parts(examples)
        has_marks |= any(part.shape == "mark" for found in parts.values() for part in found)
        # A given translation is of the whole text, its blocks and the marks at its ends included.
        cuts = iter(segment(examples, sentences=recipe.segmentation.sentences,
                            protected={} if recipe.translation.given else parts))
        planned = [
            row if isinstance(row, Reject)
            else with_parts(SourceRow(number, row, tuple(next(cuts)), *places.of(number)), parts,
                          protection)
            for number, row in enumerate(chunk, start=shard * recipe.output.shard_rows + 1)
        ]
        for row in planned:
            if isinstance(row, SourceRow):
                census.see(places.named(row.number), row.example)
                unread.see(places.named(row.number), row.example)
        with committed(rows_file(folder, shard)) as out:
            out.writelines(_dump(row, _first_file(found)) + b"\n" for row in planned)
        hashes.append(out.sha256)
    if not hashes:
        raise InputError(f"{found.shown}: no rows in it")
    if recipe.label is None:
        unread.check()
    lines = (*notes.lines, *languages.lines(), *protection.lines(),
             *((*unread.lines(), *census.lines()) if recipe.label is None else ()))
    declared = [*source.label_names.values(), *notes.classes]
    marker = {"task": _task(tasks), "labels": ordered(labels, source.labels, declared),
              "classes": ordered(classes, source.labels, declared),
              "has_spans": bool(labels), "has_marks": has_marks, "hashes": hashes,
              "notes": list(lines)}
    write_json(folder / _MARKER, marker)
    return marker


def with_parts(
    row: SourceRow, parts: Mapping[str, tuple[Part, ...]], protection: Protection
) -> SourceRow:
    """Return a row with its protected parts and its segments in capitals."""
    fields = {name: parts[text] for name, text in row.example.fields.items() if text in parts}
    segments = [blanked(row.example.fields[name], fields.get(name, ()))[start:end]
                for name, (start, end) in row.segments]
    return replace(row, parts=fields, capitals=protection.capitals(row.example, segments))


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


def _dump(row: SourceRow | Reject, file: str) -> bytes:
    """Return the line of a row.

    The place of a row is left out where it follows from its number in the only file of a corpus, so
    that what was made of the rows of such a file before is found again.
    """
    if isinstance(row, Reject):
        return canonical({"reject": asdict(row)})
    example = arrow.side(row.example, "human")
    place = ({"file": row.file} if row.file != file else {}) | (
        {"row": row.row} if row.row != row.number else {})
    parts = {name: list(map(astuple, found)) for name, found in row.parts.items()}
    protected = ({"parts": parts} if parts else {}) | (
        {"capitals": row.capitals} if row.capitals else {})
    return canonical({"number": row.number, "example": example, "segments": row.segments,
                      **place, **protected})


def _load(values: dict[str, Any], file: str) -> SourceRow | Reject:
    if "reject" in values:
        fields = values["reject"]
        return Reject(**(fields | {"reasons": tuple(fields["reasons"])}))
    segments = tuple((name, (start, end)) for name, (start, end) in values["segments"])
    parts = {name: tuple(Part(*part) for part in found)
             for name, found in values.get("parts", {}).items()}
    return SourceRow(values["number"], arrow.example(values["example"]), segments,
                     values.get("file", file), values.get("row", values["number"]), parts,
                     tuple(values.get("capitals", ())))
