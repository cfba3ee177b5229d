"""Corpora and texts as HTML for a notebook; everything that a file holds is escaped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from crosslabel.library.excerpts import MOST, pieces
from crosslabel.library.samples import (
    Example,
    Mark,
    Pair,
    apart,
    colour_number,
    label_of,
    lost_words,
    marks,
)
from crosslabel.projection.interface import Projection, TextPair
from crosslabel.projection.plain import plain

_COLOURS = ("#b7e4c7", "#a8dadc", "#e2c2f0", "#ffe08a", "#bcd4ff", "#ffc2c2", "#ffd1a6", "#d9e8a3")
"""Light grounds for black text: at least 10:1 in contrast."""
_RIGHT_TO_LEFT = {"Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"}
_UNKNOWN, _LOST = "#dddddd", "#ffffff"


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; numbers stand to the right."""
    head = "".join(f"<th>{_text(heading)}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    side = "right" if isinstance(value, int | float) else "left"
    return f'<td style="text-align:{side}">{_text(value)}</td>'


def _text(value: object) -> str:
    return escape(plain(str(value)))


def message(line: str) -> str:
    """Return a line for a person."""
    return f"<p>{_text(line)}</p>"


def pair_html(pair: Pair, manifest: Mapping[str, Any]) -> str:
    """Return both sides of a pair with their spans in colour."""
    labels = manifest["labels"]
    label = label_of(pair)
    rows = [_side(pair.b, labels), _side(pair.a, labels, lost_words(pair, manifest)),
            *([f"<div>→ {_text(label)}</div>"] if label is not None else [])]
    return f'<div style="margin:0.6em 0">{"".join(rows)}</div>'


def projected_html(pair: TextPair, projections: Sequence[Projection]) -> str:
    """Return both texts of a pair with the given and the projected spans in colour."""
    labels = sorted({span.label for span in pair.spans})
    given = [Mark(*part, "span", span.label) for span in pair.spans for part in span.fragments]
    projected = [Mark(*part, "span", projection.label)
                 for projection in projections for part in projection.fragments]
    sides = ((pair.source, given), (pair.target, projected))
    return "".join(_line(side.lang, marked(side.text, apart(found), labels))
                   for side, found in sides)


def _side(
    example: Example, labels: Sequence[str], lost: Mapping[str, Collection[int]] | None = None
) -> str:
    fields = []
    for number, (name, text) in enumerate(example.fields.items()):
        named = f"<i>{_text(name)}:</i> " if number else ""
        found = marks(example, name, (lost or {}).get(name, ()))
        fields.append(f"{named}{marked(text, found, labels, MOST)}")
    return _line(example.lang, "<br>".join(fields))


def _line(lang: str, text: str) -> str:
    return (f'<div><code>{_text(lang)}</code> <span lang="{_text(lang)}" '
            f'style="display:inline-block" dir="{_direction(lang)}">{text}</span></div>')


@lru_cache(maxsize=256)
def _direction(lang: str) -> str:
    """Return the direction of the script that a language is usually written in."""
    from langcodes import Language
    from langcodes.tag_parser import LanguageTagError

    try:
        script = Language.get(lang).maximize().script
    except LanguageTagError:
        return "auto"
    return "rtl" if script in _RIGHT_TO_LEFT else "ltr"


def marked(
    text: str, found: Sequence[Mark], labels: Sequence[str], most: int | None = None
) -> str:
    """Return a text with its marks in colour, each with its label behind it.

    Args:
        most: characters from which on the text is cut to what stands around its marks.
    """
    return "".join(_text(piece) if mark is None else _mark(piece, mark, labels)
                   for piece, mark in pieces(text, found, most))


def _mark(text: str, mark: Mark, labels: Sequence[str]) -> str:
    if mark.kind == "lost":
        return (f'<mark title="may belong to a lost span" style="background:{_LOST};color:#000;'
                f'border:1px dashed #777">{_text(text)}</mark>')
    number = colour_number(mark.label, labels)
    ground = _UNKNOWN if number is None else _COLOURS[number % len(_COLOURS)]
    return (f'<mark style="background:{ground};color:#000;border-radius:3px;padding:0 2px">'
            f"{_text(text)} <small>{_text(mark.label)}</small></mark>")
