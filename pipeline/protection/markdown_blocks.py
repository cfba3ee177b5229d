"""Where the lines of a Markdown document have text, and where its structure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from crosslabel.projection.interface import Range

if TYPE_CHECKING:
    from markdown_it.token import Token

_LINE = re.compile(r"[^\n]*\n?")
_ELEMENT = re.compile(r"^ {0,3}(?:#{1,6} +\S|[-*+] +\S|> ?\S|(?:={3,}|-{3,}|\*{3,}|_{3,}) *$)",
                      re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}#{1,6} +\S[^\n]*\r?\n[ \t]*\r?\n", re.MULTILINE)
_NUMBERED = re.compile(r"^ {0,3}(\d{1,9})[.)] +\S", re.MULTILINE)
_TABLE = re.compile(r"^ {0,3}\|?(?: *:?-+:? *\|)+ *(?::?-+:?)? *$", re.MULTILINE)
_INLINE = re.compile(r"\]\([^\s()]+\)|\*\*\S[^*\n]*\*\*")
_TASK = re.compile(r"\[[ xX]\] +")
_LIST = re.compile(r"[-*+]$|\d[.)]$")


@dataclass(frozen=True, slots=True)
class Content:
    """Text of a block: its tokens, and the place in the document of each of its lines.

    Attributes:
        lines: for each line its start in the content and its start in the document.
    """

    tokens: Sequence[Token]
    lines: tuple[Range, ...]

    def place(self, offset: int) -> int:
        """Return the place in the document of a place in the content."""
        start, there = next(line for line in reversed(self.lines) if line[0] <= offset)
        return there + offset - start


def is_document(text: str) -> bool:
    """Tell a document from prose.

    Two elements say so, one beside a link or strong words, a heading before an empty line, a table.
    """
    if "\n" not in text:
        return False
    if _TABLE.search(text) or _HEADING.search(text):
        return True
    numbers = [int(match[1]) for match in _NUMBERED.finditer(text)]
    elements = sum(1 for _ in _ELEMENT.finditer(text))
    elements += sum(after == before + 1 for before, after in pairwise(numbers)) and 2
    return elements > 1 or (elements == 1 and bool(_INLINE.search(text)))


def contents(text: str, tokens: Sequence[Token]) -> tuple[list[Content], list[Range]]:
    """Return the contents of a document, and the ranges of the lines where there is no content."""
    lines = [match.span() for match in _LINE.finditer(text) if match.group()]
    taken: dict[int, list[Range]] = {number: [] for number in range(len(lines))}
    found: list[Content] = []
    for token in tokens:
        if token.type != "inline" or token.map is None or not token.content:
            continue
        places = list(_places(text, token, lines, taken))
        if len(places) == token.content.count("\n") + 1:
            found.append(Content(token.children or [], tuple(places)))
        else:  # Rather nothing than a wrong place: the lines are text.
            for number in range(*token.map):
                taken.setdefault(number, []).append(lines[number])
    structure = [gap for number, line in enumerate(lines)
                 for gap in _gaps(text, line, taken[number])]
    return found, structure


def _places(text: str, token: Token, lines: Sequence[Range],
            taken: dict[int, list[Range]]) -> Iterator[Range]:
    """Yield for each line of a content its start there and in the document, while it is found."""
    assert token.map is not None
    offset = 0
    for number, line in enumerate(token.content.split("\n"), start=token.map[0]):
        if number >= len(lines):
            return
        start, end = lines[number]
        before = max((after for _, after in taken[number]), default=start)
        whole = text[start:end].rstrip()
        place = start + len(whole) - len(line.rstrip())
        if not whole.endswith(line.rstrip()) or place < before or "|" in whole:
            place = text.find(line.rstrip(), before, end)
        if place < 0:
            return
        taken[number].append((place, place + len(line.rstrip())))
        yield offset, place
        offset += len(line) + 1


def _gaps(text: str, line: Range, taken: Sequence[Range]) -> Iterator[Range]:
    """Yield the ranges of a line, without spaces around them, that are none of its contents."""
    done = line[0]
    for start, end in (*sorted(taken), (line[1], line[1])):
        gap = text[done:start]
        left = done + len(gap) - len(gap.lstrip())
        right = left + len(gap.strip())
        task = _TASK.match(text, start, end) if _LIST.search(gap.strip()) else None
        if task:
            right = task.end() - 1
        if right > left:
            yield left, right
        done = max(done, end)
