"""The effect of a tuning: quality of plain text, and survival of tags in translations."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from crosslabel.pipeline.marker_tuning.examples import MarkedPair
from crosslabel.pipeline.marker_tuning.feed import BitextDirection
from crosslabel.projection.markers import Markers, restore

Translate = Callable[[Sequence[str]], Sequence[str]]
"""Translates texts in order; a text without a translation gives an empty one."""
COUNTS = (1, 2, 3)
"""Numbers of tags per text with which survival is measured."""


@dataclass(frozen=True, slots=True)
class TranslationQuality:
    """BLEU and chrF of sacreBLEU, 0 to 100."""

    bleu: float
    chrf: float


@dataclass(frozen=True, slots=True)
class Survival:
    """The survival of the tags of texts.

    Attributes:
        sentences: number of texts that were translated.
        survived: share of the texts with every marker exactly once, in order, and no other.
        spans: share of the spans with both markers exactly once and in order.
        exact: share of the spans whose translation equals the reference's, case aside.
    """

    sentences: int
    survived: float
    spans: float
    exact: float


def quality(translations: Sequence[str], references: Sequence[str]) -> TranslationQuality | None:
    """Return BLEU and chrF, or ``None`` if sacreBLEU is not installed."""
    if find_spec("sacrebleu") is None:
        return None
    import sacrebleu

    bleu, chrf = (
        measure(list(translations), [list(references)]).score
        for measure in (sacrebleu.corpus_bleu, sacrebleu.corpus_chrf)
    )
    return TranslationQuality(bleu, chrf)


def tagged(direction: BitextDirection, count: int) -> list[MarkedPair]:
    """Return the pairs with ``count`` phrases to mark, always with the same phrases."""
    rng = random.Random(count)
    marked = [direction.bitext.marked(number, rng, count) for number in direction.numbers]
    return [direction.way(pair) for pair in marked if len(pair.ranges) == count]


def survival(pairs: Sequence[MarkedPair], markers: Markers, translate: Translate) -> Survival:
    """Translate texts with markers and count intact translations; all pairs have ranges."""
    translations = translate([pair.written(markers)[0] for pair in pairs])
    survived = spans = exact = 0
    for pair, translation in zip(pairs, translations, strict=True):
        restored = restore(translation, len(pair.ranges), markers)
        survived += not any(restored.faults) and not restored.leftovers
        for (_, (start, end)), span in zip(pair.ordered(), restored.ranges, strict=True):
            spans += span is not None
            if span:
                translated = restored.text[slice(*span)]
                exact += translated.casefold() == pair.target[start:end].casefold()
    total = max(sum(len(pair.ranges) for pair in pairs), 1)
    return Survival(len(pairs), survived / max(len(pairs), 1), spans / total, exact / total)


@dataclass(frozen=True, slots=True)
class Measured:
    """The measurements of one direction, on pairs that were not learned from.

    Attributes:
        quality: of plain text; ``None`` if sacreBLEU is not installed.
        survival: by number of tags; left out if no text has so many phrases.
    """

    source_lang: str
    target_lang: str
    quality: TranslationQuality | None
    survival: dict[int, Survival]


def measure(direction: BitextDirection, translate: Translate, markers: Markers) -> Measured:
    """Translate the pairs of a direction plain, and with one, two and three tags."""
    pairs = [direction.way(direction.bitext.plain(number)) for number in direction.numbers]
    translations = translate([pair.source for pair in pairs])
    by_count = {count: tagged(direction, count) for count in COUNTS}
    return Measured(
        direction.source_lang, direction.target_lang,
        quality(translations, [pair.target for pair in pairs]),
        {count: survival(marked, markers, translate)
         for count, marked in by_count.items() if marked},
    )  # fmt: skip
