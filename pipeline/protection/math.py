r"""Formulas of LaTeX: ``$…$``, ``$$…$$``, ``\(…\)``, ``\[…\]`` and environments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crosslabel.pipeline.protection.enclosed import enclosed
from crosslabel.pipeline.protection.masks import covered
from crosslabel.pipeline.protection.parts import Part

KIND = "math"
_BEGIN = re.compile(r"\\begin\{([A-Za-z]{1,30}\*?)\}")
_END = re.compile(r"\\end\{([A-Za-z]{1,30}\*?)\}")
_DISPLAY = ((re.compile(r"(?<![\\$])\$\$(?!\$)"), re.compile(r"(?<![\\$])\$\$(?!\$)")),
            (re.compile(r"(?<!\\)\\\["), re.compile(r"(?<!\\)\\\]")))
_INLINE = ((re.compile(r"(?<!\\)\\\("), re.compile(r"(?<!\\)\\\)")),)
# As pandoc reads it: no space within the signs, no digit behind the closing one.
_DOLLAR_OPENS = re.compile(r"(?<![\w\\$])\$(?![\s${])")
_DOLLAR_CLOSES = re.compile(r"(?<![\s\\$])\$(?![\w${])")
_SIGN = re.compile(r"[\\^_={<>|]|\w\s*\+\s*\w|^\s*\(?[^\W\d_]'?\)?\s*$|^[^\W\d_]\s*[,(/]"
                   r"|^\d+(?:[.,]\d+)?[^\W\d_]$")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_PARAGRAPH = re.compile(r"\n[ \t]*\r?\n")
_LONGEST = 2000


def find_math(text: str) -> Iterator[Part]:
    """Yield the formulas of a text: those that stand by themselves as blocks, others as names."""
    if "$" not in text and "\\" not in text:
        return
    blocks = [Part(start, end, KIND, "block") for start, end in enclosed(text, _BEGIN, _END)]
    for opening, closing in _DISPLAY:
        seen = covered(text, blocks)
        blocks += [Part(start, end, KIND, "block")
                   for start, end in enclosed(seen, opening, closing)
                   if _is_math(seen[start + 2:end - 2])]
    yield from blocks
    seen = covered(text, blocks)
    names: list[Part] = []
    for opening, closing in _INLINE:
        names += [Part(start, end, KIND, "name") for start, end in enclosed(seen, opening, closing)
                  if _is_math(seen[start + 2:end - 2])]
    yield from names
    yield from _between_dollars(covered(seen, names))


def _between_dollars(text: str) -> Iterator[Part]:
    """Yield what stands between a dollar sign and the next one, if it can be a formula."""
    done = 0
    closings = [match.start() for match in _DOLLAR_CLOSES.finditer(text)]
    next_closing = 0
    for opening in _DOLLAR_OPENS.finditer(text):
        start = opening.start()
        while next_closing < len(closings) and closings[next_closing] <= start + 1:
            next_closing += 1
        if start < done or next_closing == len(closings):
            continue
        content = text[start + 1:closings[next_closing]]
        if "$" not in content and _is_math(content):
            done = closings[next_closing] + 1
            yield Part(start, done, KIND, "name")


def _is_math(content: str) -> bool:
    return (len(content) <= _LONGEST and not _PARAGRAPH.search(content)
            and bool(_SIGN.search(content)) and not _TAG.search(content))
