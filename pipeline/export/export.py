"""The target side of a corpus as files other tools read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from crosslabel.pipeline.corpus.reading import pairs, read_manifest
from crosslabel.pipeline.corpus.records import Example, Pair
from crosslabel.pipeline.export.predictions import write_predictions
from crosslabel.pipeline.export.writers import ALTERNATIVES, PARTIAL, WRITERS, WrittenRows
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.errors import InputError

_LOST = "a span was lost, and the format cannot say 'unknown'; jsonl can"
_ENDINGS = {"squad": "json", "predictions": "jsonl"}
PREDICTIONS = "predictions"
FORMATS = (*WRITERS, PREDICTIONS)
"""What can be exported. Predictions are those of a labeller on the translations of the rows."""


@dataclass(frozen=True, slots=True)
class Exported:
    """One written file."""

    path: Path
    written: WrittenRows


def export(folder: Location, format: str, output: Path) -> list[Exported]:
    """Write one file per language of a corpus: ``<output>/<language>.<format>``.

    JSON lines hold every row with the spans or word labels it has. Other formats cannot say that a
    span is unknown, so rows with a lost span are left out; they can say it of a word's label. Of
    several answers to a question one is enough.

    Raises:
        InputError: there is no such corpus or format.
    """
    if format not in FORMATS:
        raise InputError(f"there is no format {format!r} to export; choose one of "
                         f"{', '.join(FORMATS)}")
    manifest = read_manifest(folder)
    if format == PREDICTIONS and "labeller" not in manifest["models"]:
        raise InputError(f"{folder}: no model labelled it, so it predicts nothing; build it with a "
                         "recipe that has 'label'")
    output.mkdir(parents=True, exist_ok=True)
    return [_export(folder, lang, format, output, manifest["labels"])
            for lang in manifest["languages"]]


def _export(
    folder: Location, lang: str, format: str, output: Path, labels: Sequence[str]
) -> Exported:
    path = output / f"{lang}.{_ENDINGS.get(format, format)}"
    if format == PREDICTIONS:
        return Exported(path, write_predictions(path, pairs(folder, lang), labels))
    lost: list[str] = []
    written = WRITERS[format](path, _known(pairs(folder, lang), format, lost))
    written.left_out += [(id, _LOST) for id in lost]
    return Exported(path, written)


def _known(pairs: Iterator[Pair], format: str, lost: list[str]) -> Iterator[Example]:
    """Side a of the pairs that the format may say; ids of the others are added to ``lost``."""
    for pair in pairs:
        if pair.a.task == "words" or format in PARTIAL or _complete(pair, format):
            yield pair.a
        else:
            lost.append(pair.a.id)


def _complete(pair: Pair, format: str) -> bool:
    known = [projection.status == "projected" for projection in pair.projections]
    return all(known) or (format in ALTERNATIVES and any(known))
