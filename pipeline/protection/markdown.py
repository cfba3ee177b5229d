"""Marks of Markdown: emphasis, links and pictures in any text, lists and tables in documents."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crosslabel.pipeline.protection.markdown_blocks import Content, contents, is_document
from crosslabel.pipeline.protection.markdown_places import Mark, marks, reader
from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.protection.words import is_letter

KIND = "markup"
_HINT = re.compile(r"\A#+ |\*\S|_\S|\]\(|\]\[|\]:|~~|\[\^|\n *(?:[-+*>#|=]|\d+[.)] )|\|\n")
_PARAGRAPH = re.compile(r"\n[ ]*\n")
_FRONT_MATTER = re.compile(r"\A(?:---\n(?:(?!---)(?:[\w-]+:|[ -]).*\n|\n)++---"
                           r"|\+\+\+\n(?:[\w.\[].*\n|\n)++\+\+\+)(?=\n|\Z)")
_FOOTNOTE = re.compile(r"\[\^[\w-]{1,40}\](?::(?= ))?")
_ESCAPE = re.compile(r"\\[*_\[\]`#~|<>]")
# What an underscore that opens can stand behind; tags are covered by full stops.
_BEFORE = re.compile(r"[\s(\[{\"'“„«‘‹—–*_~!./]")
_CONTENT = re.compile(r"[^\W_]|\ufdd0|\.{3}")
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_TARGET = re.compile(r"[/.#:@\ufdd0]")


def may_have_signs(text: str) -> bool:
    """Tell whether it is worth while to look for Markdown in a text."""
    return bool(_HINT.search(text))


def find_markdown(text: str) -> Iterator[Part]:
    """Yield the marks of Markdown in a text in which code and tags are covered."""
    # Of the same length, and without what the reader would write in another way.
    plain = text.replace("\r\n", " \n").translate({13: "\n", 0: "\ufffd", 9: " "})
    front = _FRONT_MATTER.match(plain)
    if front:
        yield Part(0, front.end(), KIND, "block")
        plain = " " * front.end() + plain[front.end():]
    found = list(_marks(plain))
    yield from found
    yield from (Part(match.start(), match.end(), KIND, "mark")
                for match in _FOOTNOTE.finditer(plain))
    if found:
        yield from (Part(match.start(), match.end(), KIND, "mark")
                    for match in _ESCAPE.finditer(plain))


def _marks(text: str) -> Iterator[Part]:
    markdown = reader()
    if is_document(text):
        found, structure = contents(text, markdown.parse(text))
        yield from (Part(start, end, KIND, "block") for start, end in structure)
        for content in found:
            yield from _parts(text, content)
        return
    start = 0
    for end, after in [*(gap.span() for gap in _PARAGRAPH.finditer(text)), (len(text), len(text))]:
        if _HINT.search(text, start, end):
            tokens = markdown.inline.parse(text[start:end], markdown, {}, [])
            yield from _parts(text, Content(tokens, ((0, start),)))
        start = after


def _parts(text: str, content: Content) -> Iterator[Part]:
    for mark in marks(content.tokens):
        start, end = _range(content, mark.opening)
        closing = _range(content, mark.closing)
        if _is_mark(text, mark, (start, end), closing):
            pair = -1 - start  # Tags have the numbers from 0 on.
            yield Part(start, end, KIND, "mark", pair)
            yield Part(*closing, KIND, "mark", pair)


def _range(content: Content, place: tuple[int, int]) -> tuple[int, int]:
    return content.place(place[0]), content.place(place[1] - 1) + 1


def _is_mark(text: str, mark: Mark, opening: tuple[int, int], closing: tuple[int, int]) -> bool:
    """Tell marks from 2*3*4, f**k and s**t, index[1](2), __init__, [a]_[b]_[c] and ^_^."""
    if mark.tag in ("a", "img"):
        target = text[slice(*closing)]
        return not target.startswith("](") or bool(_TARGET.search(target))
    if text.startswith("__", opening[0]) and _WORD.fullmatch(text, opening[1], closing[0]):
        return False
    before = text[opening[0] - 1:opening[0]] or " "
    if text[opening[0]] == "_" and not _BEFORE.match(before):
        return False
    if not _CONTENT.search(text, opening[1], closing[0]):
        return False
    return not (is_letter(before) or is_letter(text[closing[1]:][:1]))
