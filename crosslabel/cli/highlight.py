"""Texts with their spans in colour, for a terminal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rich.text import Text

from crosslabel.library.excerpts import MOST, pieces
from crosslabel.library.samples import Example, Mark, MarkKind, colour_number, marks
from crosslabel.projection.plain import plain

_COLOURS = ("green", "cyan", "magenta", "yellow", "blue", "red")
_SIGNS: dict[MarkKind, tuple[str, str]] = {
    "span": ("[", "]"), "word": ("", "/"), "lost": ("{", "}"),
}  # fmt: skip


def highlighted(
    example: Example, labels: Sequence[str], lost: Mapping[str, Collection[int]] | None = None
) -> Text:
    """Return all fields of an example, with each span or labelled word marked, then its label.

    Long texts are cut to what stands around their marks.

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
        found = marks(example, name, (lost or {}).get(name, ()))
        line.append_text(_marked(text, found, labels))
    return line


def _marked(text: str, found: Sequence[Mark], labels: Sequence[str]) -> Text:
    line = Text()
    for piece, mark in pieces(text, found, MOST):
        if mark is None:
            line.append(plain(piece))
            continue
        before, after = _SIGNS[mark.kind]
        colour = _colour(mark.label, labels)
        line.append(f"{before}{plain(piece)}{after}", style=f"bold {colour}")
        line.append(plain(mark.label), style=f"dim {colour}")
    return line


def _colour(label: str, labels: Sequence[str]) -> str:
    number = colour_number(label, labels)
    return "white" if number is None else _COLOURS[number % len(_COLOURS)]
