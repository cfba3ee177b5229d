"""Mentions of users and hash tags."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.protection.words import NOT_AFTER_WORD, UNSPACED

KIND = "mentions"
_MENTION = re.compile(rf"{NOT_AFTER_WORD}(?<![@/.#&$+\-=])"
                      rf"@(?:[^\W{UNSPACED}]{{1,50}}|[{UNSPACED}]{{1,50}})"
                      r"(?:\.\w+)*(?:@[\w-]+(?:\.[\w-]+)+)?(?!@)")
_TAG = re.compile(rf"{NOT_AFTER_WORD}(?<![&#/?=])[#＃](?=\d*[^\W\d])\w{{1,100}}")


def find_mentions(text: str) -> Iterator[Part]:
    """Yield the @mentions and #tags of a text."""
    if "@" in text:
        for match in _MENTION.finditer(text):
            yield Part(match.start(), match.end(), KIND, "name")
    if "#" in text or "＃" in text:
        for match in _TAG.finditer(text):
            yield Part(match.start(), match.end(), KIND, "name")
