"""Names in brackets, as in the files of CoNLL-2012: ``(PERSON*``, ``*``, ``*)`` and ``(GPE)``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crosslabel.pipeline.readers.tags import TokenSpan
from crosslabel.projection.errors import InputError

_CELL = re.compile(r"(?P<opened>(?:\([^\s()*]+)*)\*?(?P<closed>\)*)")


@dataclass(frozen=True, slots=True)
class Brackets:
    """The scheme of names in brackets."""

    outside: str = "*"

    def has(self, cell: str) -> bool:
        """Return whether a cell opens and closes names, or is ``*``."""
        return bool(cell) and _CELL.fullmatch(cell) is not None

    def expected(self) -> str:
        """Return the tags of this scheme for an error message."""
        return "* or names in brackets such as (PERSON*, *) and (GPE)"


BRACKETS = Brackets()


def bracket_spans(cells: Sequence[str]) -> list[TokenSpan]:
    """Return the spans of the cells of one sentence, in the order in which they begin.

    Raises:
        InputError: a cell is of another kind, or brackets do not match.
    """
    spans: list[TokenSpan] = []
    open_: list[tuple[int, str]] = []
    for index, cell in enumerate(cells):
        match = _CELL.fullmatch(cell) if cell else None
        if match is None:
            raise InputError(f"unknown-tag: {cell!r} is not {BRACKETS.expected()}")
        open_.extend((index, label) for label in match["opened"].split("(")[1:])
        for _ in match["closed"]:
            if not open_:
                raise InputError(f"open-brackets: a name ends at word {index + 1} that did not "
                                 "begin")
            start, label = open_.pop()
            spans.append(TokenSpan(start, index + 1, label))
    if open_:
        raise InputError(f"open-brackets: the name {open_[-1][1]!r} does not end")
    return sorted(spans, key=lambda span: (span.start, -span.end))
