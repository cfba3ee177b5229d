"""Placeholders that a program fills in: ``{x}``, ``{{x}}``, ``${x}``, ``%s``, ``<%= x %>``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crosslabel.pipeline.protection.parts import Part

KIND = "placeholders"
_NAME = r"[\w.\-\[\]]*"
_FORMAT = r"(?:![rsa])?(?::[^{}\s]*)?"
_PATTERNS = (
    # Templates; as long as they may be, so that {{{x}}} is one.
    re.compile(r"\{\{\{[^{}]{0,200}\}\}\}|\{\{[^{}]{0,200}\}\}|\{%[^{}%]{0,200}%\}|\{#[^{}#]{0,200}#\}"),
    re.compile(r"[$#%@]\{[^{}\n]{1,200}\}"),
    re.compile(rf"\{{[ ]?{_NAME}{_FORMAT}[ ]?\}}(?!\}})"),
    re.compile(r"<%(?:(?!%>|<%).){0,500}%>", re.DOTALL),
    # %s, %1$s, %(name)d, %-10s: but "5%d" is none, nor "10 %-ig".
    re.compile(r"(?<![\d%])%(?:\d+\$)?(?:\(\w+\))?(?:[+#0]|-(?=\d))*\d*(?:\.(?:\d+|\*))?"
               r"(?:hh?|ll?|[zjtLq])?[diouxXeEfFgGcs@](?![A-Za-z0-9])"),
    re.compile(r"(?<![\w%])(?<!\d )%(?:L?[1-9](?!\d|[.,]\d|%)|n(?!\w))(?!\w)"),
    re.compile(r"(?<![\w%])%[A-Za-z][\w.]{1,40}%(?!\w)"),
)
_MESSAGE = re.compile(r"\{\s*\w+\s*,\s*(?:plural|select|selectordinal|number|date|time|spellout|"
                      r"ordinal|duration|choice)\b")
_BRACE = re.compile(r"[{}]")


def find_placeholders(text: str) -> Iterator[Part]:
    """Yield the placeholders of a text; a message with cases is one, if its braces are balanced."""
    if "{" not in text and "%" not in text:
        return
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield Part(match.start(), match.end(), KIND, "name")
    if "," in text:
        yield from _messages(text)


def _messages(text: str) -> Iterator[Part]:
    """Yield messages such as ``{n, plural, one {# tree} other {# trees}}``."""
    closings = _closings(text)
    for match in _MESSAGE.finditer(text):
        end = closings.get(match.start())
        if end is not None:
            yield Part(match.start(), end, KIND, "name")


def _closings(text: str) -> dict[int, int]:
    """Return for each opening brace that is closed the place behind its closing one."""
    closings: dict[int, int] = {}
    opened: list[int] = []
    for brace in _BRACE.finditer(text):
        if brace.group() == "{":
            opened.append(brace.start())
        elif opened:
            closings[opened.pop()] = brace.end()
    return closings
