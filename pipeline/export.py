"""The target side of a corpus as files other tools read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.corpus import languages, pairs
from pipeline.records import Example, Pair
from pipeline.writers import PARTIAL, WRITERS, Written
from projection.errors import InputError

_LOST = "a span was lost, and the format cannot say 'unknown'; jsonl can"
_ENDINGS = {"squad": "json"}


@dataclass(frozen=True, slots=True)
class Exported:
    """One written file."""

    path: Path
    written: Written


def export(folder: Path, format: str, output: Path) -> list[Exported]:
    """Write one file per language of a corpus: ``<output>/<language>.<format>``.

    JSON lines hold every row with the spans or word labels it has. Other formats cannot say that a
    span is unknown, so rows with a lost span are left out; they can say it of a word's label.

    Raises:
        InputError: there is no such corpus or format.
    """
    if format not in WRITERS:
        raise InputError(f"there is no format {format!r} to export; choose one of "
                         f"{', '.join(WRITERS)}")
    output.mkdir(parents=True, exist_ok=True)
    return [_export(folder, lang, format, output) for lang in languages(folder)]


def _export(folder: Path, lang: str, format: str, output: Path) -> Exported:
    path = output / f"{lang}.{_ENDINGS.get(format, format)}"
    lost: list[str] = []
    written = WRITERS[format](path, _known(pairs(folder, lang), format, lost))
    written.left_out += [(id, _LOST) for id in lost]
    return Exported(path, written)


def _known(pairs: Iterator[Pair], format: str, lost: list[str]) -> Iterator[Example]:
    """Side a of the pairs that the format may say; ids of the others are added to ``lost``."""
    for pair in pairs:
        complete = all(projection.status == "projected" for projection in pair.projections)
        if complete or pair.a.task == "words" or format in PARTIAL:
            yield pair.a
        else:
            lost.append(pair.a.id)
