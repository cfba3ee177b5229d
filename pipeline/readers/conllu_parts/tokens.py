"""The words of a CoNLL-U sentence: syntactic words, and tokens as they stand in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from crosslabel.pipeline.readers.conllu_parts.fields import MISC, Fields, Source, attributes
from crosslabel.pipeline.readers.conllu_parts.sentences import ConlluSentence
from crosslabel.pipeline.readers.sentences import decoded
from crosslabel.projection.errors import InputError

_ID = re.compile(r"([1-9][0-9]{0,8})(?:-([1-9][0-9]{0,8}))?")
_EMPTY_NODE = re.compile(r"[0-9]+\.[0-9]+")
_PLACES = {0: "first", 1: "second", 2: "third"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it stands in a line: syntactic words ``first`` to ``last``, counted from 1.

    Attributes:
        label: what the line says in the source of labels.
    """

    first: int
    last: int
    form: str
    label: str | None
    space_after: bool


@dataclass(frozen=True, slots=True)
class Tokens:
    """The syntactic words of a sentence, and tokens of several of them by their first."""

    words: Sequence[Token]
    several: Mapping[int, Token]

    def merged(self) -> Iterator[Token]:
        """Yield the tokens of the text; one of several words has their label if they agree."""
        done = 0
        for word in self.words:
            if word.first <= done:
                continue
            token = self.several.get(word.first, word)
            labels = {inner.label for inner in self._inner(token)}
            done = token.last
            yield replace(token, label=labels.pop() if len(labels) == 1 else None)

    def labelled(self) -> Iterator[Token]:
        """Yield what has a label of its own: words, or tokens that alone have one."""
        done = 0
        for word in self.words:
            if word.first <= done:
                continue
            token = self.several.get(word.first, word)
            is_whole = token.label is not None and all(
                inner.label is None for inner in self._inner(token))
            done = token.last if is_whole else word.last
            yield token if is_whole else word

    def _inner(self, token: Token) -> Sequence[Token]:
        return self.words[token.first - 1:token.last]


def tokens_of(sentence: ConlluSentence, fields: Fields, labels: Source) -> Tokens:
    """Return the words of a sentence.

    Args:
        labels: where labels stand.

    Raises:
        InputError: ``code: explanation`` of the first line that is wrong.
    """
    words: list[Token] = []
    several: dict[int, Token] = {}
    covered = 0
    for number, line in sentence.lines:
        token = _token(number, line, len(words) + 1, fields, labels)
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
    return Tokens(words, several)


def _token(
    number: int, line: bytes, next_: int, fields: Fields, labels: Source
) -> Token | None:
    """Return the token of a line, or ``None`` for an empty node."""
    columns = decoded(number, line).split("\t")
    if len(columns) != len(fields.names):
        kind = "CoNLL-U has" if len(fields.names) == 10 else "its '# global.columns' name"
        raise InputError(f"wrong-columns: line {number} has {len(columns)} columns, {kind} "
                         f"{len(fields.names)}, separated by tabs")
    place = fields.names.index("ID") if "ID" in fields.names else None
    if place is not None and _EMPTY_NODE.fullmatch(columns[place]):
        return None
    first, last = (next_, next_) if place is None else _range(number, columns[place])
    form = columns[fields.names.index(fields.form)].strip()
    if not form:
        at = fields.names.index(fields.form)
        raise InputError(f"empty-token: line {number} has no word in its "
                         f"{_PLACES.get(at, f'{at + 1}th')} column")
    misc = fields.cell(columns, MISC)
    space_after = misc is None or attributes(misc).get("SpaceAfter") != "No"
    return Token(first, last, form, fields.value(columns, labels), space_after)


def _range(number: int, cell: str) -> tuple[int, int]:
    id = _ID.fullmatch(cell)
    first, last = (int(id[1]), int(id[2] or id[1])) if id else (0, 0)
    if not id or last < first or (id[2] and last == first):
        raise InputError(f"wrong-id: line {number} begins with {cell!r}; expected a number, "
                         "a range such as 3-4 or an empty node such as 5.1")
    return first, last
