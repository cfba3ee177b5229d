"""Names of programs and numbers of things: ``snake_case``, ``getUserName``, hashes, versions, ISBN.

Names that only look so stay text: McDonald, iPhone, YouTube, COVID-19, F-16, A_1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.protection.words import NOT_AFTER_WORD, NOT_BEFORE_WORD

KIND = "identifiers"
_SNAKE = (r"(?:_*(?:[^\W_]{2,}_+[^\W_]+|[^\W_]_+[^\W_]{2,}|[^\W_]_+[^\W_]_+[^\W_])(?:_+[^\W_]+)*_*"
          r"|__[a-z]\w*__)")
_CAMEL = r"(?:(?=\w*[A-Z][a-z]{3})[a-z]{2,}(?:[A-Z][a-z0-9]+){2,}|[a-z]{2,}\d+[A-Z][a-z]+\w*)"
_OWNER = r"(?:[A-Za-z]\w{0,60}(?:\.|::|->))"
_CODE = re.compile(
    rf"{NOT_AFTER_WORD}(?<![.@#/\\&$-])(?a:{_OWNER}{{0,8}}"
    rf"(?:(?:{_SNAKE}|{_CAMEL})(?!\w)(?:\(\))?|[A-Za-z]\w{{1,60}}\(\))){NOT_BEFORE_WORD}(?!@)")
_CODE_HINT = re.compile(r"_\w|[a-z0-9][A-Z]|\w\(\)")
_NUMBERS = re.compile(
    # UUID, MAC address
    rf"{NOT_AFTER_WORD}(?<!-)"
    r"(?:[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
    r"|(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}"
    # hashes, with letters and digits
    r"|0x[0-9a-fA-F]{2,64}"
    r"|(?=[a-f]*\d)(?=\d*[a-f])(?=(?:[a-f\d]*\d){2})[0-9a-f]{8,128}"
    # DOI, arXiv, ISBN, ISSN
    r"|(?:doi:\s?)?10\.\d{4,9}/[^\s<>\"\ufdd0]*[^\s<>\".,;:)\]\ufdd0]"
    r"|arXiv:\d{4}\.\d{4,5}(?:v\d+)?"
    r"|97[89](?:[- ]?\d){10}"
    r"|(?<=ISBN[ :])\d(?:[- ]?\d){8}[- ]?[\dX]"
    r"|(?<=ISSN[ :])\d{4}-\d{3}[\dX]"
    # versions, IP addresses
    r"|[vV]\d{1,4}(?:\.\d{1,6}){1,3}(?:[-+.]?(?:alpha|beta|rc|dev|post|a|b)[.\d]*\d)?"
    r"|\d{1,4}(?:\.\d{1,6}){1,3}[-+.]?(?:alpha|beta|rc|dev|post)[.\d]*\d"
    r"|(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:/\d{1,2})?"
    # AB-12345, CVE-2021-44228
    r"|[A-Z]{2,8}-(?!(?:19|20)\d\d(?!\d|-\d{3}))\d{4,10}(?:-\d{3,8})?|CVE-\d{4}-\d{4,8}"
    rf"){NOT_BEFORE_WORD}(?!-\w|\.\d)")
_NUMBERS_HINT = re.compile(r"\d[\w.:-]{4}|-\d{4}|[a-fvVx]\d")


def find_identifiers(text: str) -> Iterator[Part]:
    """Yield the identifiers of a text."""
    for hint, pattern in ((_CODE_HINT, _CODE), (_NUMBERS_HINT, _NUMBERS)):
        if hint.search(text):
            for match in pattern.finditer(text):
                yield Part(match.start(), match.end(), KIND, "name")
