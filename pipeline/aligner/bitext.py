"""Bitext: translated sentences as TSV files, ``source<TAB>target``, ``.gz`` too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from crosslabel.pipeline.storage.local_copies import local_file
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.errors import InputError, at
from crosslabel.projection.files.lines import lines

Item = TypeVar("Item")
TextPair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class BitextContents:
    """The numbers of good and bad lines of a file of bitext.

    Attributes:
        usable: number of lines with a text on both sides.
        bad: number of all other lines.
        first_bad: the first bad line and its problem; ``None`` without any.
    """

    usable: int
    bad: int
    first_bad: str | None

    @property
    def warning(self) -> str | None:
        """One line about the bad lines; ``None`` without any."""
        if self.first_bad is None:
            return None
        return f"{self.first_bad}; {self.bad} of {self.usable + self.bad} lines are left out"


@dataclass(frozen=True, slots=True)
class Bitext:
    """A file of translated sentences in two languages, BCP-47 tags, source first."""

    path: Location
    source_lang: str
    target_lang: str

    def check(self) -> None:
        """Make sure that at least one line can be used.

        Raises:
            InputError: the file cannot be read, or none of its lines can be used.
        """
        problem = "the file is empty"
        for _, line in self._lines():
            try:
                _columns(line)
                return
            except InputError as error:
                problem = str(error)
        raise InputError(f"{self.path}: no line can be used ({problem}); "
                         "write source, tab, target on each line")

    def contents(self) -> BitextContents:
        """Count the lines.

        Raises:
            InputError: the file cannot be opened or breaks off.
        """
        usable = bad = 0
        first_bad = None
        for row, line in self._lines():
            try:
                _columns(line)
                usable += 1
            except InputError as error:
                bad += 1
                first_bad = first_bad or f"{at(self.path.name, row)}: {error}"
        return BitextContents(usable, bad, first_bad)

    def read(self) -> Iterator[TextPair]:
        """Yield the texts of every usable line, in order."""
        for _, line in self._lines():
            try:
                columns = _columns(line)
            except InputError:
                continue
            yield columns

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        with local_file(self.path) as file:
            yield from lines(file)


def evenly(items: Iterable[Item], total: int, wanted: int) -> Iterator[Item]:
    """Yield ``wanted`` of ``total`` items at even distances, or all if there are no more."""
    wanted = min(wanted, total)
    for number, item in enumerate(items):
        if number * wanted // total > (number - 1) * wanted // total:
            yield item


def _columns(line: bytes) -> TextPair:
    try:
        columns = line.decode().split("\t")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 (byte {error.start + 1})") from error
    if len(columns) != 2:
        raise InputError(f"{len(columns)} columns where source, tab, target belong")
    source, target = columns
    if not (source.strip() and target.strip()):
        raise InputError("one side is empty")
    return source, target
