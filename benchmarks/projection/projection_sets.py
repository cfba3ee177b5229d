"""Gold sets for projection, read as pair rows."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.paths import DATA
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.jsonl import RowError
from crosslabel.projection.files.pairs import PairRow, parse_pair, read_pairs
from training.calibrator.fitting_rows import is_fitted


@dataclass(frozen=True)
class GoldSet:
    """A data set: its name, its file, and a function that reads the rows to measure."""

    name: str
    path: str
    read: Callable[[str], list[PairRow]]

    @property
    def language(self) -> str:
        """The language that is not English."""
        return self.name.partition("en-")[2][:2]

    def rows(self) -> list[PairRow]:
        """Return the rows to measure."""
        return self.read(self.path)


def usable_rows(path: Path) -> list[PairRow]:
    """Return the rows of a pair file, or stop with an error at a bad row."""
    return list(_usable(read_pairs(path)))


def _all(path: str) -> list[PairRow]:
    return usable_rows(DATA / path)


def _unfitted(path: str) -> list[PairRow]:
    return [row for row in _all(path) if not is_fitted("xsid", row)]


def _usable(rows: Iterator[PairRow | RowError]) -> Iterator[PairRow]:
    for row in rows:
        if isinstance(row, RowError):
            raise SystemExit(str(row))
        yield row


def _answers(path: str) -> list[PairRow]:
    """Return rows of question answering: the contexts, with each question's answer as a span."""
    rows = []
    with gzip.open(DATA / path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            given = json.loads(line)
            sides = {side: _answer(given[side]) for side in ("source", "target")}
            try:
                rows.append(parse_pair({"id": given["id"]} | sides, number))
            except InputError as error:
                raise SystemExit(f"{path}, row {number}: {error}") from error
    return rows


def _answer(side: dict[str, Any]) -> dict[str, Any]:
    start = side["answer_start"]
    span = {"start": start, "end": start + len(side["answer_text"]), "label": "ANSWER"}
    return {"lang": side["lang"], "text": side["context"], "spans": [span]}


def gold_sets(only: Sequence[str] = ()) -> list[GoldSet]:
    """Return all sets, or the sets whose name begins with one of the given words."""
    return [gold for gold in SETS if not only or gold.name.startswith(tuple(only))]


def _family(
    name: str, folder: str, languages: Sequence[str], read: Callable[[str], list[PairRow]] = _all
) -> list[GoldSet]:
    return [
        GoldSet(f"{name}.en-{language}", f"{folder}/{name}.en-{language}.jsonl.gz", read)
        for language in languages
    ]


SETS = [
    *_family("europarl-ner", "projection", ("de", "es")),
    *_family("uner-pud", "projection", ("de", "pt", "zh")),
    *_family("xsid", "projection", ("de", "nl", "da", "zh"), _unfitted),
    *_family("localization-xml", "restricted/projection", ("de", "fr", "nl", "zh")),
    *_family("absa", "restricted/projection", ("es", "fr")),
    *_family("xquad", "qa", ("de", "es", "ar", "zh"), _answers),
]
