"""Entities of HTML and XML: ``&amp;`` is a mark, and a word with ``&uuml;`` in it is a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5

from crosslabel.pipeline.protection.parts import Part

KIND = "markup"
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def find_entities(text: str) -> Iterator[Part]:
    """Yield the entities of a text; letters that they write belong to their word."""
    if "&" not in text:
        return
    done = 0
    for match in _ENTITY.finditer(text):
        if match.start() < done or not _known(match.group()):
            continue
        start, done = match.span()
        if not _is_letter(match.group()):
            yield Part(start, done, KIND, "mark")
            continue
        while start and (text[start - 1].isalnum()):
            start -= 1
        done = _end_of_word(text, done)
        yield Part(start, done, KIND, "name")


def _end_of_word(text: str, place: int) -> int:
    """Return the place behind the letters that follow, written as they are or by entities."""
    while place < len(text):
        entity = _ENTITY.match(text, place)
        if entity and _is_letter(entity.group()):
            place = entity.end()
        elif text[place].isalnum():
            place += 1
        else:
            break
    return place


def _known(entity: str) -> bool:
    return entity[1] == "#" or entity[1:] in html5


def _is_letter(entity: str) -> bool:
    return _known(entity) and unescape(entity).isalpha()
