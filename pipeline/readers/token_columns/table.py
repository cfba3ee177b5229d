"""The beginning of a file in columns as a table: sentences of rows of cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crosslabel.pipeline.readers.sentences import Marks, sentences
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
_OTHER_NAMES = frozenset({"pos", "postag", "upos", "xpos", "lemma", "chunk", "chunktag", "index",
                          "idx", "id", "no"})
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

    Lines that begin with ``#`` before a sentence are left out.
    """
    marks = Marks(is_comment=lambda line: line.startswith(b"#"),
                  is_empty=lambda line: is_blank(line, separator))
    numbered = [(sentence.row, [_cells(line, separator) for line in sentence.lines])
                for sentence in sentences(head.lines, marks) if sentence.lines]
    if not numbered:
        return None
    header = _header(numbered[0][1][0])
    if header:
        numbered[0][1].pop(0)
    rows = [row for _, sentence in numbered for row in sentence]
    if not rows:
        return None
    [(width, count)] = Counter(map(len, rows)).most_common(1)
    kept = [fitting for _, sentence in numbered
            if (fitting := [row for row in sentence if len(row) == width])]
    names = header or _global_columns(head)
    return Table(kept, width, count / len(rows), names if len(names) == width else (),
                 numbered[0][0] if header else 0, separator, numbered[0][0] + bool(header),
                 separator != "white space" or _has_tabs(head))


def _has_tabs(head: Head) -> bool:
    written = [line for _, line in head.lines if line.strip() and not line.startswith(b"#")]
    return sum(b"\t" in line for line in written) > len(written) / 2


def _cells(line: bytes, separator: Separator) -> Sequence[str]:
    try:
        return cells_of(line.decode("utf-8", errors="replace"), separator)
    except InputError:
        return ()


def _header(row: Sequence[str]) -> Sequence[str]:
    """Return the row if it names columns, among them the word and another that is known."""
    meanings = [meaning_of(name) for name in row]
    others = {_PUNCTUATION.sub("", name).lower() for name in row} & _OTHER_NAMES
    known = sum(meaning is not None for meaning in meanings) + len(others)
    is_header = (WORD in meanings and known > 1) or _is_capital_header(row)
    return row if is_header else ()


def _is_capital_header(row: Sequence[str]) -> bool:
    """Return whether a row is a header as in HIPE: ``TOKEN``, ``NE-COARSE-LIT`` and so on."""
    return len(row) > 2 and meaning_of(row[0]) == WORD and all(name.isupper() for name in row)


def _global_columns(head: Head) -> Sequence[str]:
    return next(_matches(head), b"").decode("utf-8", errors="replace").split()


def _matches(head: Head) -> Iterator[bytes]:
    for _, line in head.lines:
        if match := _GLOBAL_COLUMNS.match(line):
            yield match[1]
