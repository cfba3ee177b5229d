"""E-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.protection.urls import with_brackets
from crosslabel.pipeline.protection.words import NOT_AFTER_WORD, NOT_BEFORE_WORD, UNSPACED

KIND = "emails"
_EMAIL = re.compile(rf"{NOT_AFTER_WORD}(?<![.+@/\-])"
                    rf"[^\W{UNSPACED}](?:[^\W{UNSPACED}]|[.+\-]){{0,63}}(?<!\.)@"
                    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+"
                    rf"[^\W\d_{UNSPACED}]{{2,24}}{NOT_BEFORE_WORD}(?!@)")


def find_emails(text: str) -> Iterator[Part]:
    """Yield the e-mail addresses of a text."""
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield Part(*with_brackets(text, *match.span()), KIND, "name")
