"""The beginning of a file in columns as a table: sentences of rows of cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crosslabel.pipeline.readers.sentences import Marks, sentences
from crosslabel.pipeline.readers.tags import is_tag
from crosslabel.pipeline.readers.token_columns.cells import Separator, cells_of, is_blank
from crosslabel.pipeline.readers.token_columns.head import Head
from crosslabel.projection.errors import InputError

WORD, TAG, SENTENCE = "word", "tag", "sentence"
Meaning = str

_MEANINGS: Mapping[str, Meaning] = {
    **dict.fromkeys(("word", "token", "form", "wordform", "words", "tokens"), WORD),
    **dict.fromkeys(("tag", "tags", "label", "labels", "ner", "nertag", "nertags", "nerlabel", "ne",
                     "netag", "iob", "iobtag", "bio", "biotag", "entity", "entitytag"), TAG),
    **dict.fromkeys(("sentence", "sentenceid", "sentenceidx", "sentenceno", "sentencenumber",
                     "sent", "sentid", "sentidx", "sentno"), SENTENCE),
}
_PUNCTUATION = re.compile(r"[\W_]+")
_GLOBAL_COLUMNS = re.compile(rb"#\s*global\.columns\s*=\s*(.+)")


@dataclass(frozen=True, slots=True)
class Table:
    """The beginning of a file in columns.

    Attributes:
        sentences: rows of cells; only those with the usual number of columns.
        width: the usual number of columns.
        share: which part of the rows has as many columns.
        names: of the columns, if the file says them.
        header: number of the line that names the columns.
        separator: what stands between columns.
        first: number of the first row.
        has_tabs: whether columns are separated by something else than spaces.
    """

    sentences: Sequence[Sequence[Sequence[str]]]
    width: int
    share: float
    names: Sequence[str] = ()
    header: int = 0
    separator: Separator = "white space"
    first: int = 0
    has_tabs: bool = False

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        """The rows of all sentences."""
        return [row for sentence in self.sentences for row in sentence]

    def column(self, number: int) -> Sequence[Sequence[str]]:
        """Return the cells of a column, sentence by sentence."""
        return [[row[number] for row in sentence] for sentence in self.sentences]

    def named(self, meaning: Meaning) -> Sequence[int]:
        """Return the numbers of columns whose names have a meaning."""
        return [number for number, name in enumerate(self.names) if meaning_of(name) == meaning]


def meaning_of(name: str) -> Meaning | None:
    """Return what a column of this name holds, or ``None`` if it does not say."""
    return _MEANINGS.get(_PUNCTUATION.sub("", name).lower())


def table_of(head: Head, separator: Separator = "white space") -> Table | None:
    """Return the beginning of a file as a table, or ``None`` if it has no rows.

    A line that begins with ``#`` before a sentence is left out unless its other cells are like
    those of other lines, so that ``#`` is a word.
    """
    first = _table(head, separator, lambda line: line.startswith(b"#"))
    if first is None or not any(line.startswith(b"#") for _, line in head.lines):
        return first
    seen = [set(cells) for cells in zip(*first.rows, strict=True)]

    def is_comment(line: bytes) -> bool:
        return line.startswith(b"#") and not _is_like(_cells(line, separator), seen)

    return _table(head, separator, is_comment)


def _is_like(row: Sequence[str], seen: Sequence[Collection[str]]) -> bool:
    """Return whether most cells of a row but the first are known in their columns."""
    if len(row) != len(seen):
        return False
    known = sum(cell in cells for cell, cells in zip(row[1:], seen[1:], strict=True))
    return known > 0 and known >= (len(row) - 1) / 2


def _table(
    head: Head, separator: Separator, is_comment: Callable[[bytes], bool]
) -> Table | None:
    marks = Marks(is_comment, is_empty=lambda line: is_blank(line, separator))
    header, named = _header(head, separator)
    below = (numbered for numbered in head.lines if numbered[0] != header)
    found = [(own.row, [_cells(line, separator) for line in own.lines])
             for own in sentences(below, marks) if own.lines]
    rows = [row for _, sentence in found for row in sentence]
    if not rows:
        return None
    [(width, count)] = Counter(map(len, rows)).most_common(1)
    kept = [fitting for _, sentence in found
            if (fitting := [row for row in sentence if len(row) == width])]
    names = named or _global_columns(head)
    return Table(kept, width, count / len(rows), names if len(names) == width else (), header,
                 separator, found[0][0], separator != "white space" or _has_tabs(head))


def _has_tabs(head: Head) -> bool:
    written = [line for _, line in head.lines if line.strip() and not line.startswith(b"#")]
    return sum(b"\t" in line for line in written) > len(written) / 2


def _cells(line: bytes, separator: Separator) -> Sequence[str]:
    try:
        return cells_of(line.decode("utf-8", errors="replace"), separator)
    except InputError:
        return ()


def _header(head: Head, separator: Separator) -> tuple[int, Sequence[str]]:
    """Return the number and the cells of the first line if it names columns, 0 if it does not.

    It names the word and, in letters, another column, and what else it says stands in no other line
    at the same place.
    """
    rows = ((number, _cells(line, separator)) for number, line in head.lines
            if line.strip() and not line.startswith(b"#"))
    number, first = next(rows, (0, ()))
    place = next((at for at, name in enumerate(first) if meaning_of(name) == WORD), None)
    if place is None or len(first) < 2:
        return 0, ()
    others = [cells for _, cells in rows if len(cells) == len(first)]
    told = [(at, name) for at, name in enumerate(first) if at != place]
    is_row = not any(character.isalpha() for _, name in told for character in name) or any(
        is_tag(name) for _, name in told) or any(
        cells[at] == name for cells in others for at, name in told)
    return (0, ()) if is_row or not others else (number, first)


def _global_columns(head: Head) -> Sequence[str]:
    return next(_matches(head), b"").decode("utf-8", errors="replace").split()


def _matches(head: Head) -> Iterator[bytes]:
    for _, line in head.lines:
        if match := _GLOBAL_COLUMNS.match(line):
            yield match[1]
