"""The words of a sentence in columns, with their tags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crosslabel.pipeline.readers.sentences import Sentence, decoded, sentences
from crosslabel.pipeline.readers.token_columns.cells import cells_of
from crosslabel.pipeline.readers.token_columns.head import Head
from crosslabel.pipeline.readers.token_columns.layout import Layout, Tags, is_index
from crosslabel.pipeline.readers.token_columns.scheme_finding import like_positions
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.limits import MAX_COLUMNS


@dataclass(frozen=True, slots=True)
class WordRow:
    """A word, and its tag on each level of names."""

    word: str
    tags: Sequence[str]


def rows_of(sentence: Sentence, layout: Layout) -> list[WordRow]:
    """Return the words of a sentence.

    Raises:
        InputError: ``code: explanation`` of the first line that does not fit the layout.
    """
    lines = [(number, _cells(number, line, layout)) for number, line in sentence.numbered()]
    return [_row(number, cells, len(lines[0][1]), layout) for number, cells in lines]


def readable_sentences(head: Head, layout: Layout) -> Iterator[list[WordRow]]:
    """Yield the sentences at the beginning of a file without those that cannot be read."""
    for sentence in sentences(lines_below(layout, head.lines), layout.marks()):
        try:
            yield rows_of(sentence, layout)
        except InputError:
            continue


def lines_below(
    layout: Layout, numbered: Iterator[tuple[int, bytes]] | Sequence[tuple[int, bytes]]
) -> Iterator[tuple[int, bytes]]:
    """Yield lines without the one that names the columns."""
    return ((number, line) for number, line in numbered if number != layout.header)


def _cells(number: int, line: bytes, layout: Layout) -> Sequence[str]:
    cells = cells_of(decoded(number, line), layout.separator)
    if not layout.fewest <= len(cells) <= layout.most:
        raise InputError(f"wrong-columns: line {number} has {len(cells)} columns, expected "
                         f"{_expected(layout)}")
    return cells


def _row(number: int, cells: Sequence[str], first: int, layout: Layout) -> WordRow:
    if not cells[layout.word].strip():
        raise InputError(f"empty-token: line {number} has no word in its {_place(layout.word)} "
                         "column")
    if len(cells) != first:
        raise InputError(f"wrong-columns: line {number} has {len(cells)} columns, the sentence "
                         f"begins with {first}")
    if layout.index is not None and not is_index(cells[layout.index]):
        raise InputError(f"wrong-number: line {number} has {cells[layout.index]!r} in the column "
                         "that numbers the words")
    for column in layout.unused:
        _check_unused(number, cells, column)
    return WordRow(_word(number, cells[layout.word], layout.mark),
                   [_tag(number, cells[own.column], own) for own in layout.tags])


def _check_unused(number: int, cells: Sequence[str], column: int) -> None:
    if column < len(cells) and cells[column].strip().upper() not in ("O", ""):
        raise InputError(f"unknown-tag: line {number} has {cells[column].strip()!r} in the "
                         f"{_place(column)} column, which had only O at the beginning of the file; "
                         "say which columns to read with source.columns")


def _word(number: int, cell: str, mark: str) -> str:
    if mark and not (cell.startswith(mark) and cell.removeprefix(mark).strip()):
        raise InputError(f"unmarked-word: line {number} has the word {cell!r}, the others begin "
                         f"with {mark!r}")
    return cell.removeprefix(mark)


def _tag(number: int, cell: str, tags: Tags) -> str:
    if tags.scheme is None:
        if not cell.strip():
            raise InputError(f"empty-label: line {number} has no label in its "
                             f"{_place(tags.column)} column")
        return cell
    tag = cell.strip()
    if not tags.scheme.has(tag) or _is_of_other_scheme(tag, tags):
        verb = "ends with" if tags.column == -1 else "has the tag"
        raise InputError(f"unknown-tag: line {number} {verb} {tag!r}, expected "
                         f"{tags.scheme.expected()}; use the task words if words are labelled "
                         "without these")
    return tag


def _is_of_other_scheme(tag: str, tags: Tags) -> bool:
    """Return whether a tag such as ``B-PER`` stands among labels without positions."""
    return tags.seen is not None and tag not in tags.seen and like_positions(tag)


def _expected(layout: Layout) -> str:
    if layout.is_plain:
        return f"{layout.fewest} to {layout.most}: the word first, its tag last"
    if layout.fewest == layout.most:
        return str(layout.fewest)
    more = "" if layout.most == MAX_COLUMNS else f" and at most {layout.most}"
    return f"at least {layout.fewest}{more}"


def _place(column: int) -> str:
    names = {-1: "last", 0: "first", 1: "second", 2: "third"}
    return names.get(column, f"{column + 1}th")
