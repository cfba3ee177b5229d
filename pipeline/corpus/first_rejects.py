"""The rejects that are shown to a person: the first of each kind, then the first of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crosslabel.pipeline.corpus.records import Reject
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.errors import at
from crosslabel.projection.plain import one_line

SHOWN = 3
"""Rejects that are shown of a language."""
_QUOTED = 80
"""Most characters of a sentence in a line."""

Shown = dict[str, Any]
"""``file``, ``row``, ``id``, ``reasons`` and ``sentence`` of a reject, as a marker holds them."""


def shown(reject: Reject) -> Shown:
    """Return what is shown of a reject."""
    return {"file": reject.file, "row": reject.row, "id": reject.id,
            "reasons": list(reject.reasons), "sentence": reject.sentence}


def first(rejects: Iterable[Shown]) -> list[Shown]:
    """Return the first reject of each kind, where the kind is the code of the first reason, and as
    many of the others as make up :data:`SHOWN`; in order.

    The first of several lists is the first of their own firsts.
    """
    by_code: dict[str, int] = {}
    given = list(rejects)
    for number, reject in enumerate(given):
        by_code.setdefault(reject["reasons"][0].partition(":")[0], number)
    chosen = set(by_code.values())
    others = (number for number in range(len(given)) if number not in chosen)
    chosen.update(number for number, _ in zip(others, range(SHOWN - len(chosen)), strict=False))
    return [given[number] for number in sorted(chosen)]


def lines(rejects: Sequence[Shown]) -> list[str]:
    """Return a line for each of the first rejects: file, row, id, reasons and sentence."""
    return [_line(reject) for reject in rejects[:SHOWN]]


def _line(reject: Shown) -> str:
    id = f" ({reject['id']})" if reject["id"] is not None else ""
    sentence = str(reject["sentence"])
    cut = sentence if len(sentence) <= _QUOTED else f"{sentence[:_QUOTED]}…"
    quoted = f": “{cut}”" if sentence else ""
    return one_line(f"{at(reject['file'], reject['row'])}{id}: "
                    f"{'; '.join(reject['reasons'])}{quoted}")


def reject_lines(folder: Location, languages: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return lines for a person: the first rejects of a corpus and where all are; none without any.

    Args:
        folder: of the corpus.
        languages: of its manifest.
    """
    having = {lang: counts for lang, counts in languages.items() if counts["rejected"]}
    if not having:
        return []
    by_line: dict[str, list[str]] = {}
    for lang, counts in having.items():
        for line in lines(counts.get("first_rejects", ())):
            by_line.setdefault(line, []).append(lang)
    files = ", ".join(rejects_place(folder, lang) for lang in having)
    return [*(f"rejected in {', '.join(langs)}: {line}" for line, langs in by_line.items()),
            f"all rejects, with their texts: {files}, and corpus.rejects() in Python"]


def rejects_place(folder: Location, lang: str) -> str:
    """Return where the rejects of a language are."""
    return f"{folder / lang}/*.rejects.jsonl"
