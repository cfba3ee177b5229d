"""The checks for numbers and addresses, which a translation must repeat."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crosslabel.pipeline.quality.numerals.compare import Differences, differences
from crosslabel.pipeline.quality.texts import CheckedBatch, Problems

_WEB = r"(?:https?://|www\.)[^\s<>\"'，。、）]+"
_MAIL = r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_ADDRESS = re.compile(f"{_WEB}|{_MAIL}", re.IGNORECASE)
# "&#39;" is a quotation mark.
_NO_NUMBERS = re.compile(rf"{_ADDRESS.pattern}|&#\w+;", re.IGNORECASE)
_CLOSING = ".,;:!?)]}'\"»”’"
_NAMED = 3


def numbers(batch: CheckedBatch, wanted: bool) -> Problems:
    """Reject translations whose numbers are not those of the text.

    Numbers are compared by their value, in any script, grouping and words; see
    :func:`~crosslabel.pipeline.quality.numerals.compare.differences`. Addresses are left to the
    check for them.
    """
    return [
        _different(differences(_without_addresses(text.human), _without_addresses(text.machine),
                               batch.human_lang, batch.machine_lang))
        for text in batch.texts
    ]


def urls(batch: CheckedBatch, wanted: bool) -> Problems:
    """Reject translations that lack a web or e-mail address of the text; case does not count."""
    return [_lacking(_missing_urls(text.human, text.machine)) for text in batch.texts]


def _lacking(missing: Sequence[str]) -> str | None:
    return f"not in the translation: {_named(missing)}" if missing else None


def _different(found: Differences) -> str | None:
    kinds = (("not in the translation", found.missing), ("not in the text", found.invented),
             ("more often than in the text", found.repeated))
    return "; ".join(f"{kind}: {_named(items)}" for kind, items in kinds if items) or None


def _named(items: Sequence[str]) -> str:
    more = f" and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
    return f"{', '.join(items[:_NAMED])}{more}"


def _without_addresses(text: str) -> str:
    return _NO_NUMBERS.sub(lambda found: " " * len(found.group()), text)


def _missing_urls(human: str, machine: str) -> list[str]:
    given = [url.rstrip(_CLOSING) for url in _ADDRESS.findall(human)]
    return [url for url in dict.fromkeys(given) if url.lower() not in machine.lower()]
