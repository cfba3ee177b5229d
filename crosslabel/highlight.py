"""Texts with their spans in colour, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from pipeline.records import Example

_COLOURS = ("green", "cyan", "magenta", "yellow", "blue", "red")


def highlighted(example: Example, labels: Sequence[str]) -> Text:
    """All fields of an example; each span stands out and is followed by its label.

    What is in the texts stays text: control characters are shown as spaces, so that nothing in a
    corpus can steer the terminal.
    """
    line = Text()
    for number, (name, text) in enumerate(example.fields.items()):
        if number:
            line.append(f"\n{name}: ")
        line.append_text(_field(example, name, text, labels))
    return line


def _field(example: Example, name: str, text: str, labels: Sequence[str]) -> Text:
    spans = sorted(
        (start, end, span.label)
        for span in example.spans
        if span.field == name
        for start, end in span.fragments
    )
    line = Text()
    done = 0
    for start, end, label in spans:
        if start < done:
            continue
        colour = _COLOURS[labels.index(label) % len(_COLOURS)] if label in labels else "white"
        line.append(_plain(text[done:start]))
        line.append(f"[{_plain(text[start:end])}]", style=f"bold {colour}")
        line.append(label, style=f"dim {colour}")
        done = end
    line.append(_plain(text[done:]))
    return line


def _plain(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
