"""Where the words and tags of a file in columns stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crosslabel.pipeline.readers.schemes import STANDARD, Scheme
from crosslabel.pipeline.readers.sentences import Marks, is_empty, starts_document
from crosslabel.pipeline.readers.token_columns.bracket_tags import Brackets
from crosslabel.pipeline.readers.token_columns.cells import Separator, cells_of, is_blank
from crosslabel.projection.errors import InputError

_FEWEST, _MOST = 2, 4

TagScheme = Scheme | Brackets


@dataclass(frozen=True, slots=True)
class Tags:
    """A column of tags.

    Attributes:
        column: its number from 0, or -1 for the last.
        scheme: how its tags are written; ``None`` for labels of words.
        seen: tags without positions that were seen at the beginning of the file; they tell a
            comment ``# note`` from the word ``#`` with the label ``note``.
    """

    column: int
    scheme: TagScheme | None = STANDARD
    seen: frozenset[str] | None = None

    def surely(self, cell: str) -> bool:
        """Return whether a cell holds a tag, and not perhaps another word."""
        if self.seen is not None:
            return cell in self.seen
        return self.scheme is None or self.scheme.has(cell)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the words and tags of a file in columns stand.

    Attributes:
        word: number of the column of words, from 0.
        tags: the columns of tags, the outermost level of nested names first.
        fewest: number of columns that a line has at least.
        most: number of columns that a line has at most.
        index: number of the column that numbers the words.
        sentence: number of the column that says to which sentence a word belongs.
        separator: what stands between columns.
        header: number of the line that names the columns.
        mark: what stands before each word, such as ``en:``.
        roles: what each column holds, for a person; empty in the plain layout.
        unused: numbers of columns with nothing but ``O`` at the beginning of a file that goes on;
            tags in them would say that the layout was misunderstood.
    """

    word: int
    tags: tuple[Tags, ...]
    fewest: int
    most: int
    index: int | None = None
    sentence: int | None = None
    separator: Separator = "white space"
    header: int = 0
    mark: str = ""
    roles: tuple[str, ...] = ()
    unused: tuple[int, ...] = ()

    @property
    def labels_words(self) -> bool:
        """Whether words are labelled by themselves."""
        return self.tags[0].scheme is None

    @property
    def is_plain(self) -> bool:
        """Whether the word is first and its tag, in the usual scheme, is last."""
        plain = plain_layout()
        return (replace(self, roles=(), unused=(), tags=plain.tags) == plain
                and self.tags in (plain.tags, (Tags(-1, None),)))

    def marks(self) -> Marks:
        """Return what tells sentences, documents and comments from words."""
        return Marks(self.is_comment, self.starts_document, self._is_empty, self._sentence_of)

    def is_comment(self, line: bytes) -> bool:
        """Return whether a line before a sentence is a comment: it begins with ``#`` and is no row.

        ``#`` with a tag is a word. If words are labelled, every text can be a label, and ``#`` in a
        column of its own is a word.
        """
        if not line.startswith(b"#"):
            return False
        if self.labels_words:
            return b"\t" not in line or self.index is not None
        return not self._is_row(line)

    def starts_document(self, line: bytes) -> bool:
        """Return whether a line is no word but begins a document."""
        return starts_document(line) or (
            b"-DOCSTART-" in line and self._cell(line, self.word) == f"{self.mark}-DOCSTART-")

    def _is_empty(self, line: bytes) -> bool:
        return is_empty(line) or is_blank(line, self.separator)

    def _sentence_of(self, line: bytes) -> str:
        return "" if self.sentence is None else self._cell(line, self.sentence)

    def _is_row(self, line: bytes) -> bool:
        cells = self._cells(line)
        if not self.fewest <= len(cells) <= self.most:
            return False
        if self.index is not None and not is_index(cells[self.index]):
            return False
        return all(own.surely(cells[own.column].strip()) for own in self.tags)

    def _cells(self, line: bytes) -> Sequence[str]:
        try:
            return cells_of(line.decode("utf-8", errors="replace"), self.separator)
        except InputError:
            return ()

    def _cell(self, line: bytes, column: int) -> str:
        cells = self._cells(line)
        return cells[column].strip() if column < len(cells) else ""


def plain_layout(tags: Tags | None = None) -> Layout:
    """Return the layout with the word in the first of two to four columns, its tag in the last."""
    return Layout(0, (tags or Tags(-1),), _FEWEST, _MOST)


def is_index(cell: str) -> bool:
    """Return whether a cell can be the number of a word."""
    return cell[-1:].isdecimal()
