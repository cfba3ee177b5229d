"""Sentences of a file in columns: a word per line, an empty line after each sentence.

Columns are separated by a tab, or by spaces where a line has no tab. Lines ``-DOCSTART-`` count
documents; comments stand before a sentence's first word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crosslabel.pipeline.readers.room import Room
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.lines import decode, lines

_DOCUMENT_START = b"-DOCSTART-"


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


def sentences(path: Path, is_comment: Callable[[bytes], bool]) -> Iterator[Sentence]:
    """Yield the sentences of a file.

    Raises:
        InputError: the file cannot be read.
    """
    sentence = Sentence()
    for number, line in lines(path):
        starts_document = line.split(maxsplit=1)[:1] == [_DOCUMENT_START]
        if starts_document or not line.strip(b" \t\r"):
            if sentence.row:
                yield sentence
            sentence = Sentence(document=sentence.document + starts_document)
        elif not sentence.room.fits(line):
            sentence.row = sentence.row or number
        elif not sentence.lines and is_comment(line):
            sentence.comments.append(line)
        else:
            sentence.row = sentence.row or number
            sentence.lines.append(line)
    if sentence.row:
        yield sentence


def columns_of(line: str) -> list[str]:
    """Return the columns of a line."""
    return line.split("\t") if "\t" in line else re.split(" +", line.strip(" "))


def decoded(number: int, line: bytes) -> str:
    """Return the text of a line.

    Raises:
        InputError: the line is not UTF-8; the message gives its number.
    """
    try:
        return decode(line)
    except InputError as error:
        raise InputError(f"{error} (line {number})") from error
