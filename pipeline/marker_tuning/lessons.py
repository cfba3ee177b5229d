"""The directions to learn and to measure, from files of bitext."""

from __future__ import annotations

from collections.abc import Sequence

from crosslabel.pipeline.aligner.bitext import Bitext, evenly
from crosslabel.pipeline.marker_tuning.examples import LinkedBitext
from crosslabel.pipeline.marker_tuning.feed import BitextDirection
from crosslabel.pipeline.models.manifest import Manifest
from crosslabel.projection.errors import InputError

MAX_PAIRS = 200_000
"""Largest number of pairs of a file that are used, at even distances."""
LEAST_PAIRS = 20
HELD_OUT = 200
"""Number of pairs of a file kept for measuring, at most a tenth of them."""

Lessons = tuple[list[BitextDirection], list[BitextDirection]]


def lessons(bitexts: Sequence[Bitext], manifest: Manifest) -> Lessons:
    """Return the directions to learn, and the same directions with the held-out pairs.

    Every bitext is learned both ways if the model translates both ways.

    Raises:
        InputError: a file cannot be used, or the model does not translate between its languages.
    """
    learned: list[BitextDirection] = []
    held_out: list[BitextDirection] = []
    for bitext in bitexts:
        manifest.check(bitext.source_lang, bitext.target_lang)
    for bitext in bitexts:
        linked = _linked(bitext)
        kept = set(evenly(range(len(linked)), len(linked), min(HELD_OUT, len(linked) // 10)))
        rest = [number for number in range(len(linked)) if number not in kept]
        for directions, numbers in ((learned, rest), (held_out, sorted(kept))):
            directions += _directions(bitext, linked, numbers, manifest)
    return learned, held_out


def _linked(bitext: Bitext) -> LinkedBitext:
    usable = bitext.contents().usable
    if usable < LEAST_PAIRS:
        raise InputError(f"{bitext.path}: {usable} usable pairs, where at least {LEAST_PAIRS} are "
                         "needed; write source, tab, target on each line")
    texts = list(evenly(bitext.read(), usable, MAX_PAIRS))
    return LinkedBitext.align(texts, bitext.source_lang, bitext.target_lang)


def _directions(
    bitext: Bitext, linked: LinkedBitext, numbers: Sequence[int], manifest: Manifest
) -> list[BitextDirection]:
    there = BitextDirection(linked, numbers, bitext.source_lang, bitext.target_lang)
    try:
        manifest.route(bitext.target_lang, bitext.source_lang)
    except InputError:
        return [there]
    back = BitextDirection(
        linked, numbers, bitext.target_lang, bitext.source_lang, turned=True
    )
    return [there, back]
