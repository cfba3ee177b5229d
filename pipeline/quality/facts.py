"""The checks for numbers and addresses, which a translation must repeat."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from crosslabel.pipeline.quality.texts import CheckedBatch, Problems

_WEB = r"(?:https?://|www\.)[^\s<>\"'，。、）]+"
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_ADDRESS = re.compile(f"{_WEB}|{_MAIL}", re.IGNORECASE)
_CLOSING = ".,;:!?)]}'\"»”’"
# Digits in groups of three with spaces between them, or with points and the like inside.
_SPACED = r"(?<!\d)\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+(?!\d)"
_JOINED = re.compile(rf"{_SPACED}|\d+(?:[.,'’٫٬·]\d+)*")
_DIGITS = re.compile(r"\d+")
_NAMED = 3


def numbers(batch: CheckedBatch, wanted: bool) -> Problems:
    """Reject translations that lack a number of two digits or more.

    Numbers are equal if their digits are, in any script and grouping (``1,250.5`` and ``1 250,5``);
    a number is not missing either if all its groups are in the translation.
    """
    return [_lacking(_missing_numbers(text.human, text.machine)) for text in batch.texts]


def urls(batch: CheckedBatch, wanted: bool) -> Problems:
    """Reject translations that lack a web or e-mail address of the text; case does not count."""
    return [_lacking(_missing_urls(text.human, text.machine)) for text in batch.texts]


def _lacking(missing: Sequence[str]) -> str | None:
    if not missing:
        return None
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    return f"not in the translation: {', '.join(missing[:_NAMED])}{more}"


def _missing_urls(human: str, machine: str) -> list[str]:
    given = [url.rstrip(_CLOSING) for url in _ADDRESS.findall(human)]
    return [url for url in dict.fromkeys(given) if url.lower() not in machine.lower()]


def _missing_numbers(human: str, machine: str) -> list[str]:
    text = _ADDRESS.sub(" ", human)
    given = [number for number in dict.fromkeys(_JOINED.findall(text)) if len(_digits(number)) > 1]
    if not given:
        return []
    present = {_digits(number)
               for number in (*_JOINED.findall(machine), *_DIGITS.findall(machine))}
    return [number for number in given if not _is_present(number, present)]


def _is_present(number: str, present: set[str]) -> bool:
    if _digits(number) in present:
        return True
    return all(_digits(group) in present for group in _DIGITS.findall(number))


def _digits(number: str) -> str:
    """Return the digits of a number as ASCII."""
    return "".join(str(unicodedata.decimal(c)) for c in number if c.isdecimal())
