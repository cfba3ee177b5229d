"""Code of Markdown: fenced blocks and spans between backticks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.protection.words import is_letter

KIND = "code"
_FENCE = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?"
                    r"(?P<fence>`{3,}|~{3,})(?P<info>[^\r\n]*)\r?$", re.MULTILINE)
_RUN = re.compile(r"`+")
_PARAGRAPH = re.compile(r"\n[ \t]*\r?\n")


def find_code(text: str) -> Iterator[Part]:
    """Yield the fenced code blocks of a text and its code spans."""
    if "`" not in text and "~~~" not in text:
        return
    done = 0
    for block in _fenced(text):
        yield from _spans(text, done, block.start)
        yield block
        done = block.end
    yield from _spans(text, done, len(text))


def _fenced(text: str) -> Iterator[Part]:
    """Yield the blocks between two fences; a fence that is not closed is text."""
    opened: re.Match[str] | None = None
    for line in _FENCE.finditer(text):
        if opened is None:
            if not (line["fence"][0] == "`" and "`" in line["info"]):
                opened = line
        elif line["fence"].startswith(opened["fence"]) and not line["info"].strip():
            yield Part(opened.start("fence"), line.end("fence"), KIND, "block")
            opened = None


def _spans(text: str, start: int, end: int) -> Iterator[Part]:
    """Yield the code spans in a range of a text, none of which goes beyond its paragraph."""
    for paragraph in _paragraphs(text, start, end):
        runs = list(_RUN.finditer(text, *paragraph))
        last = {len(run.group()): number for number, run in enumerate(runs)}
        number = 0
        while number < len(runs):
            length = len(runs[number].group())
            closing = number + 1
            while closing <= last[length] and len(runs[closing].group()) != length:
                closing += 1
            if closing <= last[length] and _is_code(text, runs[number], runs[closing]):
                yield Part(runs[number].start(), runs[closing].end(), KIND, "name")
                number = closing
            number += 1


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for gap in _PARAGRAPH.finditer(text, start, end):
        yield start, gap.start()
        start = gap.end()
    yield start, end


def _is_code(text: str, opening: re.Match[str], closing: re.Match[str]) -> bool:
    """Tell code from ``quotes of LaTeX'' and from the apostrophes of she`s and `tis."""
    content = text[opening.end():closing.start()]
    if not content.strip() or ("''" in content and len(opening.group()) == 2):
        return False
    before = text[opening.start() - 1:opening.start()]
    if len(opening.group()) == 1 and is_letter(before):
        return False
    after = text[closing.end():closing.end() + 1]
    return not (content[-1].isspace() and not content[0].isspace() and after.isalnum())
