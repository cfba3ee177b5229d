"""E-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.protection.urls import with_brackets

KIND = "emails"
_EMAIL = re.compile(r"(?<![\w.+@/\-])[\w](?:[\w.+\-]{0,62}[\w+\-])?@"
                    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}(?![\w@])")


def find_emails(text: str) -> Iterator[Part]:
    """Yield the e-mail addresses of a text."""
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield Part(*with_brackets(text, *match.span()), KIND, "name")
