"""The sentences of a CoNLL-U file: their lines and comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crosslabel.pipeline.readers.room import Room


@dataclass(slots=True)
class ConlluSentence:
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
        pairs = map(name_and_value, self.comments)
        return next((value for key, value in pairs if key == name), None)


def conllu_sentences(numbered: Iterable[tuple[int, bytes]]) -> Iterator[ConlluSentence]:
    """Yield the sentences of numbered lines."""
    sentence: ConlluSentence | None = None
    for number, line in numbered:
        if not line.strip():
            if sentence and sentence.has_words():
                yield sentence
            sentence = None
            continue
        sentence = sentence or ConlluSentence(number)
        if not sentence.room.fits(line):
            continue
        if line.startswith(b"#"):
            sentence.comments.append(line)
        else:
            sentence.lines.append((number, line))
    if sentence and sentence.has_words():
        yield sentence


def name_and_value(comment: bytes) -> tuple[bytes | None, bytes]:
    """Return name and value of ``# name = value``; the name of any other comment is ``None``."""
    name, equals, value = comment.removeprefix(b"#").partition(b"=")
    return name.strip() if equals else None, value.strip()
