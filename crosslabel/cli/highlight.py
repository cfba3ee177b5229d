"""Texts with their spans in colour, for a terminal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rich.text import Text

from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.corpus.word_labels import given_spans
from crosslabel.projection.plain import plain

_COLOURS = ("green", "cyan", "magenta", "yellow", "blue", "red")


def highlighted(
    example: Example, labels: Sequence[str], lost: Mapping[str, Collection[int]] | None = None
) -> Text:
    """Return all fields of an example, with each span or labelled word marked, then its label.

    Control characters in texts, labels and names are shown as spaces, so that nothing in a corpus
    can control the terminal.

    Args:
        lost: by field, indices of the words outside all spans that lost spans may have become; they
            are shown in braces.
    """
    line = Text()
    for number, (name, text) in enumerate(example.fields.items()):
        if number:
            line.append(f"\n{plain(name)}: ")
        words = _lost_words(example, name, (lost or {}).get(name, ()))
        line.append_text(_marked(text, sorted(_spans(example, name, labels) + words)))
    return line


@dataclass(frozen=True, slots=True, order=True)
class _Mark:
    """A part of a text between two signs, with its label after it."""

    start: int
    end: int
    before: str
    after: str
    label: str
    colour: str


def _spans(example: Example, field: str, labels: Sequence[str]) -> list[_Mark]:
    before, after = ("", "/") if example.task == "words" else ("[", "]")
    return [
        _Mark(start, end, before, after, span.label, _colour(span.label, labels))
        for span in given_spans(example)
        if span.field == field
        for start, end in span.fragments
    ]


def _colour(label: str, labels: Sequence[str]) -> str:
    return _COLOURS[labels.index(label) % len(_COLOURS)] if label in labels else "white"


def _lost_words(example: Example, field: str, lost: Collection[int]) -> list[_Mark]:
    ranges = next((words.ranges for words in example.words if words.field == field), ())
    return [_Mark(*ranges[number], "{", "}", "", "white") for number in lost]


def _marked(text: str, marks: Sequence[_Mark]) -> Text:
    line = Text()
    done = 0
    for mark in marks:
        if mark.start < done:
            continue
        line.append(plain(text[done:mark.start]))
        line.append(f"{mark.before}{plain(text[mark.start:mark.end])}{mark.after}",
                    style=f"bold {mark.colour}")
        line.append(plain(mark.label), style=f"dim {mark.colour}")
        done = mark.end
    line.append(plain(text[done:]))
    return line

