"""CoNLL-U: the word forms of a sentence and their universal parts of speech (UPOS).

The text is the value of the comment ``# text =``; without one it is built from the forms, with a
space after each that lacks ``SpaceAfter=No``. A token of several syntactic words (``26-27 am``) is
one word here, because only the token is in the text; its label is the label of its words if they
agree, otherwise unknown. A word with the part of speech ``_`` has no known label. Empty nodes
(``5.1``) are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import Example, Reject, Words
from crosslabel.pipeline.readers.gate import Gate
from crosslabel.pipeline.readers.ids import UNNAMED
from crosslabel.pipeline.readers.language import required_language
from crosslabel.pipeline.readers.lines import shown
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.room import Room
from crosslabel.pipeline.readers.sentences import decoded
from crosslabel.pipeline.readers.tagged import UNLABELLED
from crosslabel.pipeline.text.detokenize import align_tokens
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.lines import decode, lines

_COLUMNS = 10
_FORM, _UPOS, _MISC = 1, 3, 9
_ID = re.compile(r"([1-9][0-9]{0,8})(?:-([1-9][0-9]{0,8}))?")
_EMPTY_NODE = re.compile(r"[0-9]+\.[0-9]+")
_READ = (b"sent_id", b"text")


@dataclass(slots=True)
class _Sentence:
    """The lines and comments of one sentence; ``row`` is the number of its first line.

    A sentence that is too long for its ``room`` lacks the rest of its lines.
    """

    row: int
    lines: list[tuple[int, bytes]] = field(default_factory=list)
    comments: list[bytes] = field(default_factory=list)
    room: Room = field(default_factory=Room)

    def has_words(self) -> bool:
        """Return whether the sentence has more than comments."""
        return bool(self.lines) or self.room.is_full()

    def named(self, name: bytes) -> bytes | None:
        """Return the value of a comment ``# name = value``, or ``None`` if there is none."""
        pairs = map(_name_and_value, self.comments)
        return next((value for key, value in pairs if key == name), None)


@dataclass(frozen=True, slots=True)
class _Token:
    """A word as it stands in the text: syntactic words ``first`` to ``last``, counted from 1."""

    first: int
    last: int
    form: str
    label: str | None
    space_after: bool


def read_conllu(path: Path, options: Options, gate: Gate) -> Iterator[Example | Reject]:
    """Read the sentences of a CoNLL-U file as examples of the task ``words``.

    A sentence with a bad line becomes one Reject. Ids come from ``# sent_id =``; ``meta`` holds the
    other comments.

    Raises:
        InputError: no language is given, or the file cannot be read.
    """
    lang = required_language(path, options)
    return _rows(path, lang, gate)


def _rows(path: Path, lang: str, gate: Gate) -> Iterator[Example | Reject]:
    for sentence in _sentences(path):
        named = sentence.named(b"sent_id")
        id = shown(named) if named else None
        raw = shown(b"\n".join(line for _, line in sentence.lines[:100]))
        yield gate.admit(sentence.row, raw, partial(_example, id or UNNAMED, lang, sentence), id=id)


def _sentences(path: Path) -> Iterator[_Sentence]:
    sentence: _Sentence | None = None
    for number, line in lines(path):
        if not line.strip():
            if sentence and sentence.has_words():
                yield sentence
            sentence = None
            continue
        sentence = sentence or _Sentence(number)
        if not sentence.room.fits(line):
            continue
        if line.startswith(b"#"):
            sentence.comments.append(line)
        else:
            sentence.lines.append((number, line))
    if sentence and sentence.has_words():
        yield sentence


def _name_and_value(comment: bytes) -> tuple[bytes | None, bytes]:
    """Return name and value of ``# name = value``; the name of any other comment is ``None``."""
    name, equals, value = comment.removeprefix(b"#").partition(b"=")
    return name.strip() if equals else None, value.strip()


def _example(id: str, lang: str, sentence: _Sentence) -> Example:
    sentence.room.check()
    tokens = _tokens(sentence)
    named = sentence.named(b"text")
    text = decode(named) if named else _written(tokens)
    ranges = align_tokens(text, [token.form for token in tokens])
    words = Words("text", ranges, tuple(token.label for token in tokens))
    return Example(id=id, task="words", lang=lang, fields={"text": text}, words=(words,),
                   meta=_meta(sentence))


def _tokens(sentence: _Sentence) -> list[_Token]:
    """Return the words of the text; the syntactic words of one token are merged."""
    words: list[_Token] = []
    several: dict[int, _Token] = {}
    covered = 0
    for number, line in sentence.lines:
        token = _token(number, line)
        if token is None:
            continue
        expected = len(words) + 1
        is_range = token.last > token.first
        if token.first != expected or (is_range and expected <= covered):
            raise InputError(f"wrong-id: line {number} has word number {token.first}, expected "
                             f"{max(expected, covered + 1) if is_range else expected}")
        if is_range:
            several[expected] = token
            covered = token.last
        else:
            words.append(token)
    if covered > len(words):
        raise InputError(f"wrong-id: a token goes to word {covered}, the sentence that begins on "
                         f"line {sentence.row} has {len(words)}")
    return list(_merged(words, several))


def _merged(words: Sequence[_Token], several: Mapping[int, _Token]) -> Iterator[_Token]:
    done = 0
    for word in words:
        if word.first <= done:
            continue
        token = several.get(word.first, word)
        labels = {inner.label for inner in words[token.first - 1:token.last]}
        done = token.last
        yield replace(token, label=labels.pop() if len(labels) == 1 else None)


def _token(number: int, line: bytes) -> _Token | None:
    """Return the token of a line, or ``None`` for an empty node."""
    columns = decoded(number, line).split("\t")
    if len(columns) != _COLUMNS:
        raise InputError(f"wrong-columns: line {number} has {len(columns)} columns, CoNLL-U has "
                         f"{_COLUMNS}, separated by tabs")
    if _EMPTY_NODE.fullmatch(columns[0]):
        return None
    id = _ID.fullmatch(columns[0])
    first, last = (int(id[1]), int(id[2] or id[1])) if id else (0, 0)
    if not id or last < first or (id[2] and last == first):
        raise InputError(f"wrong-id: line {number} begins with {columns[0]!r}; expected a number, "
                         "a range such as 3-4 or an empty node such as 5.1")
    if not columns[_FORM].strip():
        raise InputError(f"empty-token: line {number} has no word in its second column")
    label = None if columns[_UPOS] == UNLABELLED else columns[_UPOS]
    space_after = "SpaceAfter=No" not in columns[_MISC].split("|")
    return _Token(first, last, columns[_FORM].strip(), label, space_after)


def _written(tokens: Sequence[_Token]) -> str:
    pieces = (token.form + " " * token.space_after for token in tokens)
    return "".join(pieces).rstrip(" ")


def _meta(sentence: _Sentence) -> dict[str, Any]:
    kept = [line for line in sentence.comments if _name_and_value(line)[0] not in _READ]
    comments = [decode(line).removeprefix("#").strip() for line in kept]
    return {"comments": comments} if comments else {}
