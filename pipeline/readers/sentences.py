"""Sentences of a file in columns: a word per line, an empty line after each sentence.

Columns are separated by a tab, or by spaces where a line has no tab. Lines ``-DOCSTART-`` and the
like count documents; comments stand before a sentence's first word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from crosslabel.pipeline.readers.room import Room
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.lines import decode

_DOCUMENT_WORD = b"-DOCSTART-"
_DOCUMENT_LINES = (b"#begin document", b"###MEDLINE:")
_END_OF_DOCUMENT = b"#end document"
_BLANK = b" \t\r"

Test = Callable[[bytes], bool]


@dataclass(slots=True)
class Sentence:
    """The lines of one sentence; ``row`` is the line number of its first word.

    A sentence that is too long for its ``room`` lacks the rest of its lines.
    """

    row: int = 0
    lines: list[bytes] = field(default_factory=list)
    comments: list[bytes] = field(default_factory=list)
    document: int = 0
    room: Room = field(default_factory=Room)

    def numbered(self) -> Iterator[tuple[int, bytes]]:
        """Return the lines of the words with their numbers in the file."""
        return enumerate(self.lines, start=self.row)


def starts_document(line: bytes) -> bool:
    """Return whether a line is no word but begins a document."""
    return (line.split(maxsplit=1)[:1] == [_DOCUMENT_WORD]
            or (line.startswith(_DOCUMENT_LINES) and b"\t" not in line))


def is_empty(line: bytes) -> bool:
    """Return whether a line ends a sentence."""
    return not line.strip(_BLANK) or (line.startswith(_END_OF_DOCUMENT) and b"\t" not in line)


@dataclass(frozen=True, slots=True)
class Marks:
    """What tells sentences, documents and comments from words.

    Attributes:
        is_comment: asked for lines before the first word of a sentence.
        starts_document: whether a line begins a document.
        is_empty: whether a line ends a sentence.
        sentence_of: returns what a line says of its sentence; if it says anything else than the
            line before, it begins a sentence.
    """

    is_comment: Test
    starts_document: Test = starts_document
    is_empty: Test = is_empty
    sentence_of: Callable[[bytes], str] = lambda line: ""


def sentences(numbered: Iterable[tuple[int, bytes]], marks: Marks) -> Iterator[Sentence]:
    """Yield the sentences of numbered lines."""
    sentence, named = Sentence(), ""
    for number, line in numbered:
        new_document = marks.starts_document(line)
        if new_document or marks.is_empty(line):
            if sentence.row:
                yield sentence
            sentence, named = Sentence(document=sentence.document + new_document), ""
            continue
        name = marks.sentence_of(line)
        if name and name != named and sentence.lines:
            yield sentence
            sentence = Sentence(document=sentence.document)
        named = name or named
        _take(sentence, number, line, marks.is_comment)
    if sentence.row:
        yield sentence


def _take(sentence: Sentence, number: int, line: bytes, is_comment: Test) -> None:
    if not sentence.room.fits(line):
        sentence.row = sentence.row or number
    elif not sentence.lines and is_comment(line):
        sentence.comments.append(line)
    else:
        sentence.row = sentence.row or number
        sentence.lines.append(line)


def columns_of(line: str) -> list[str]:
    """Return the columns of a line."""
    return line.split("\t") if "\t" in line else re.split(" +", line.strip(" "))


def decoded(number: int, line: bytes) -> str:
    """Return the text of a line.

    Raises:
        InputError: the line is not UTF-8, or holds a NUL byte; the message gives its number.
    """
    try:
        text = decode(line)
    except InputError as error:
        raise InputError(f"{error} (line {number})") from error
    if "\0" in text:
        raise InputError(f"nul-byte: line {number} holds a NUL byte; is the file UTF-16 or "
                         "damaged?")
    return text
