"""Reading of the files of an input one after another, as one stream of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers.gate import Admitted, Gate
from crosslabel.pipeline.readers.inputs.input_file import InputFile
from crosslabel.pipeline.readers.notes import Notes
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.storage.local_copies import local_copy, naming
from crosslabel.projection.errors import InputError

SPLIT = "split"
"""Key of ``meta`` with the split of a row."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with the name of its file and its number there, from 1."""

    row: Example | Reject
    file: str
    number: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is being read: its format and its rows."""

    format: str
    rows: Iterator[Example | Reject]


Open = Callable[[Path, Options, Gate], Opened]


def read_files(files: Sequence[InputFile], options: Options, open: Open) -> Iterator[Placed]:
    """Read files in order; each is opened, and fetched if need be, once those before it are read.

    Args:
        open: begins to read a file on the local disk.

    Raises:
        InputError: a file cannot be read, or has another format than the first.
    """
    reading = _Reading(options, open)
    opened = map(reading.rows, files)
    return chain(next(opened, ()), chain.from_iterable(opened))


@dataclass(slots=True)
class _Reading:
    options: Options
    open: Open
    admitted: Admitted = field(default_factory=Admitted)
    first: tuple[str, InputFile] | None = None
    said: set[str] = field(default_factory=set)

    def rows(self, file: InputFile) -> Iterator[Placed]:
        """Open a file and return its rows."""
        path = local_copy(file.place)
        notes = Notes()
        options = replace(self.options, notes=notes, features=file.features or {})
        with naming(path, file.place):
            opened = self.open(path, options, Gate(file.name, options, self.admitted, file.split))
        self._check_format(file, opened.format)
        return self._placed(file, path, opened.rows, notes)

    def _check_format(self, file: InputFile, format: str) -> None:
        first, before = self.first or (format, file)
        self.first = first, before
        if format != first:
            raise InputError(f"{file.place}: is {format} by what stands in it, but {before.name} "
                             f"is {first}; name files of one format, or the format with "
                             "source.format")

    def _placed(
        self, file: InputFile, path: Path, rows: Iterator[Example | Reject], notes: Notes
    ) -> Iterator[Placed]:
        self._pass_on(path, notes)
        with naming(path, file.place):
            for row in rows:
                if isinstance(row, Reject):
                    yield Placed(row, row.file, row.row)
                else:
                    place = self.admitted.places[row.lang, row.id]
                    yield Placed(_of_split(row, file.split), *place)
        self._pass_on(path, notes)

    def _pass_on(self, path: Path, notes: Notes) -> None:
        """Pass on what was noted about a file, but not what was said of a file before it."""
        self.options.notes.declare(notes.classes)
        for line in notes.lines:
            alike = line.replace(path.name, "")
            if alike not in self.said:
                self.said.add(alike)
                self.options.notes.say(line)
        notes.lines.clear()


def _of_split(example: Example, split: str | None) -> Example:
    """Return an example with its split, unless its row says one itself."""
    if split is None or SPLIT in example.meta:
        return example
    return replace(example, meta={**example.meta, SPLIT: split})
