"""Export of the target side of a corpus as files that other tools read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.lost_spans import lost_in, masked_from
from crosslabel.pipeline.corpus.reading import pairs, read_manifest
from crosslabel.pipeline.corpus.records import CONTEXT, Example, Pair
from crosslabel.pipeline.export.predictions import write_predictions
from crosslabel.pipeline.export.writers import ALTERNATIVES, PARTIAL, WRITERS, WrittenRows
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.errors import InputError

_LOST = "a span was lost, and the format cannot mark it as unknown; jsonl can"
_RUINED = ("the translation of a sentence is ruined, and the format cannot mark its words as "
           "unknown; jsonl can")
_ENDINGS = {"squad": "json", "predictions": "jsonl"}
PREDICTIONS = "predictions"
FORMATS = (*WRITERS, PREDICTIONS)
"""Names of the export formats; ``predictions`` are by a labeller of the translated rows."""


@dataclass(frozen=True, slots=True)
class Exported:
    """One written file."""

    path: Path
    written: WrittenRows


def export(
    folder: Location, format: str, output: Path, languages: Sequence[str] | None = None
) -> list[Exported]:
    """Write one file per language of a corpus: ``<output>/<language>.<format>``.

    JSON lines hold every row with the spans or word labels it has, and mark its lost spans and
    ruined sentences. Other formats cannot, so rows with one of these are left out; unknown word
    labels are written. A question with several answers needs only one of them.

    Args:
        languages: of the corpus; by default all.

    Raises:
        InputError: the corpus or the format does not exist, or the format does not fit it.
    """
    if format not in FORMATS:
        raise InputError(f"there is no format {format!r} to export; choose one of "
                         f"{', '.join(FORMATS)}")
    manifest = read_manifest(folder)
    if format == PREDICTIONS and "labeller" not in manifest["models"]:
        raise InputError(f"{folder}: no model labelled it, so it has no predictions; build it with "
                         "a recipe that has 'label'")
    output.mkdir(parents=True, exist_ok=True)
    return [_export(folder, lang, format, output, manifest)
            for lang in languages or manifest["languages"]]


def _export(
    folder: Location, lang: str, format: str, output: Path, manifest: Mapping[str, Any]
) -> Exported:
    path = output / f"{lang}.{_ENDINGS.get(format, format)}"
    if format == PREDICTIONS:
        return Exported(path, write_predictions(path, pairs(folder, lang), manifest["labels"]))
    if format in PARTIAL:
        return Exported(path, WRITERS[format](path, _marked(pairs(folder, lang), manifest)))
    left_out: list[tuple[str, str]] = []
    written = WRITERS[format](path, _known(pairs(folder, lang), format, left_out))
    written.left_out += left_out
    return Exported(path, written)


def _marked(pairs: Iterator[Pair], manifest: Mapping[str, Any]) -> Iterator[Example]:
    """Yield side a of all pairs with its lost spans; of labelled words the lost ones have none."""
    mask_above = masked_from(manifest["recipe"])
    for pair in pairs:
        lost = lost_in(pair, mask_above) if pair.a.task != "words" else ()
        yield replace(pair.a, lost=lost)


def _known(
    pairs: Iterator[Pair], format: str, left_out: list[tuple[str, str]]
) -> Iterator[Example]:
    """Yield side a of the pairs that fit the format; add the ids of the others and why they do not
    to ``left_out``."""
    for pair in pairs:
        if pair.a.task == "words":
            yield pair.a
        elif not _complete(pair, format):
            left_out.append((pair.a.id, _LOST))
        elif _spoilt(pair, format):
            left_out.append((pair.a.id, _RUINED))
        else:
            yield pair.a


def _spoilt(pair: Pair, format: str) -> bool:
    """Return whether a segment is ruined where the format says that there is no span. Where an
    answer has a place, the context around it says nothing of the kind."""
    fields = {lost.field for lost in pair.a.lost}
    return bool(fields - {CONTEXT} if format in ALTERNATIVES and pair.a.spans else fields)


def _complete(pair: Pair, format: str) -> bool:
    projected = [projection.status == "projected" for projection in pair.projections]
    return all(projected) or (format in ALTERNATIVES and any(projected))
