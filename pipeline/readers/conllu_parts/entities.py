"""Names in brackets as in GUM: ``Entity=(1-person-new`` where one begins, ``Entity=1)`` at its end.

``# global.Entity = GRP-etype-infstat`` says what stands between the hyphens; without it, what is in
the brackets is the label (``Entity=(ORG``, ``Entity=ORG)``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crosslabel.pipeline.readers.tags import TokenSpan
from crosslabel.pipeline.readers.token_columns.head import Head
from crosslabel.projection.errors import InputError

_PART = re.compile(r"\((?P<opened>[^()]+)(?P<single>\)?)|(?P<closed>[^()]+)\)")
_WHOLE = re.compile(r"(?:\([^()]+\)?|[^()]+\))+")
_MOSTLY = 0.8
_GROUPS, _LABELS = ("GRP", "eid"), ("etype", "entity")


@dataclass(frozen=True, slots=True)
class Entities:
    """What stands between the hyphens of a name in brackets.

    Attributes:
        label: place of the label, from 0.
        group: place of the number by which a closing bracket names its opening one; ``None`` if it
            names the label.
    """

    label: int = 0
    group: int | None = None


def are_entities(values: Sequence[str]) -> bool:
    """Return whether values are names in brackets."""
    fitting = sum(_WHOLE.fullmatch(value) is not None for value in values)
    return fitting >= _MOSTLY * len(values) and any("(" in value for value in values)


def entities_of(head: Head, key: str, values: Sequence[str]) -> Entities:
    """Return what stands in the brackets.

    Raises:
        InputError: there are several things in them, and the file does not say which is the label.
    """
    declared = re.compile(rb"#\s*global\." + re.escape(key.encode()) + rb"\s*=\s*(\S+)")
    found = next((match[1] for _, line in head.lines if (match := declared.match(line))), None)
    if found is None:
        if any("-" in value or not value.strip("()0123456789") for value in values):
            raise InputError(f"says {key}={values[0][:40]}, but no comment '# global.{key} = …' "
                             "says which part is the label; add it, such as GRP-etype, or set "
                             "task: words to read parts of speech")
        return Entities()
    names = found.decode("utf-8", errors="replace").split("-")
    label = next((names.index(name) for name in _LABELS if name in names), None)
    group = next((names.index(name) for name in _GROUPS if name in names), None)
    if label is None:
        raise InputError(f"says '# global.{key} = {'-'.join(names)[:80]}', in which no part is "
                         f"the label ({' or '.join(_LABELS)}); set task: words to read parts of "
                         "speech")
    return Entities(label, group)


def entity_spans(values: Sequence[str], entities: Entities) -> list[TokenSpan]:
    """Return the spans of the words of a sentence, in the order in which they begin.

    Names without a label are left out.

    Raises:
        InputError: brackets do not match within the sentence, or a name has several parts.
    """
    spans: list[TokenSpan] = []
    open_: list[tuple[int, str, str]] = []
    for index, value in enumerate(values):
        if value and not _WHOLE.fullmatch(value):
            raise InputError(f"unknown-tag: {value!r} is not names in brackets")
        for part in _PART.finditer(value):
            if part["opened"]:
                open_.append((index, *_read(part["opened"], entities)))
                key = open_[-1][1]
            else:
                key = _key(part["closed"], entities)
            if part["single"] or part["closed"]:
                spans.append(_closed(open_, key, index))
    if open_:
        raise InputError(f"open-brackets: the name {open_[-1][1]!r} does not end in its sentence")
    return sorted((span for span in spans if span.label), key=lambda own: (own.start, -own.end))


def _closed(open_: list[tuple[int, str, str]], key: str, index: int) -> TokenSpan:
    for place in range(len(open_) - 1, -1, -1):
        start, opened, label = open_[place]
        if opened == key:
            del open_[place]
            return TokenSpan(start, index + 1, label)
    raise InputError(f"open-brackets: the name {key!r} ends at word {index + 1} but did not begin "
                     "in its sentence")


def _read(opened: str, entities: Entities) -> tuple[str, str]:
    """Return the key by which the name is closed, and its label."""
    if re.search(r"\[[0-9]+/[0-9]+\]", opened):
        raise InputError(f"several-parts: the name {opened[:40]!r} has several parts")
    parts = opened.split("-")
    label = parts[entities.label] if entities.label < len(parts) else ""
    return (_key(opened, entities) if entities.group is not None else label), label


def _key(closed: str, entities: Entities) -> str:
    parts = closed.split("-")
    place = entities.group if entities.group is not None else entities.label
    return parts[place] if place < len(parts) and len(parts) > 1 else closed
