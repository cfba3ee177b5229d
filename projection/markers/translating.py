"""Phrases of a text translated within it: marked, translated, found again between their markers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Range
from crosslabel.projection.markers.convention import Markers
from crosslabel.projection.markers.marking import mark
from crosslabel.projection.markers.reading import has_markers
from crosslabel.projection.markers.restoring import restore

OWN_MARKERS = "the text itself has what could be markers"


@dataclass(frozen=True, slots=True)
class Translated:
    """One translated text.

    Attributes:
        text: the translation; ``None`` when there is none.
        score: mean log-probability per target token.
        reason: why there is no translation.
    """

    text: str | None
    score: float | None = None
    reason: str | None = None


class MarkedTextTranslator(Protocol):
    """Anything that translates texts and keeps the markers in them."""

    @property
    def markers(self) -> Markers:
        """The convention it keeps."""
        ...

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Translated]:
        """Translate texts from ``source`` into ``target`` (BCP-47 tags), in order.

        Raises:
            InputError: it does not translate in this direction.
        """
        ...


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A text with the ranges whose translations are wanted, not empty and within the text."""

    text: str
    ranges: tuple[Range, ...]
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Where the translation of a range stands in a translation of its text.

    Attributes:
        text: the translation, without markers.
        range: characters of it; ``None`` if the markers did not survive.
        fault: what is wrong with the markers, or why there is no translation.
        score: mean log-probability per token of the translation with its markers.
    """

    text: str
    range: Range | None
    fault: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    """Ranges of one text that are marked together."""

    owner: int
    numbers: tuple[int, ...]


def translate_phrases(
    translator: MarkedTextTranslator, texts: Sequence[Unmarked]
) -> list[tuple[Phrase, ...]]:
    """Translate every text with its ranges marked, and find each of them in what comes out.

    Markers that say which range they belong to go into one text; where some of them come back at
    fault, those ranges are tried again, each in a text of its own. Markers without identity are put
    into one text per range from the start, for a translation may change the order of its phrases.
    Distinct marked texts are translated once.

    Returns:
        Per text one phrase per range, in order.
    """
    found: list[dict[int, Phrase]] = [{} for _ in texts]
    if translator.markers.identify:
        together = [_Job(n, tuple(range(len(text.ranges)))) for n, text in enumerate(texts)]
        _run(translator, texts, [job for job in together if job.numbers], found)
    alone = [
        _Job(owner, (number,))
        for owner, text in enumerate(texts)
        for number in range(len(text.ranges))
        if _worth_trying(found[owner].get(number), len(text.ranges))
    ]
    _run(translator, texts, alone, found)
    return [
        tuple(own[number] for number in range(len(text.ranges)))
        for text, own in zip(texts, found, strict=True)
    ]


def _worth_trying(phrase: Phrase | None, ranges: int) -> bool:
    return phrase is None or (phrase.range is None and ranges > 1 and phrase.fault != OWN_MARKERS)


def _run(
    translator: MarkedTextTranslator,
    texts: Sequence[Unmarked],
    jobs: Sequence[_Job],
    found: Sequence[dict[int, Phrase]],
) -> None:
    """Enter the phrases of all jobs in ``found``."""
    markers = translator.markers
    routes: dict[tuple[str, str], dict[str, list[_Job]]] = {}
    for job in jobs:
        own = texts[job.owner]
        if has_markers(own.text, len(job.numbers), markers):
            found[job.owner].update(dict.fromkeys(job.numbers, Phrase("", None, OWN_MARKERS)))
            continue
        marked = mark(own.text, [own.ranges[number] for number in job.numbers], markers)
        by_text = routes.setdefault((own.source, own.target), {})
        by_text.setdefault(marked, []).append(job)
    for (source, target), by_text in routes.items():
        translated = _translate(translator, list(by_text), source, target)
        for translation, own_jobs in zip(translated, by_text.values(), strict=True):
            phrases = _phrases(translation, len(own_jobs[0].numbers), markers, target)
            for job in own_jobs:
                found[job.owner].update(zip(job.numbers, phrases, strict=True))


def _translate(
    translator: MarkedTextTranslator, texts: list[str], source: str, target: str
) -> list[Translated]:
    """Translations; if the translator does not know the languages, each with that as reason."""
    try:
        return translator.translate(texts, source, target)
    except InputError as error:
        return [Translated(None, reason=str(error))] * len(texts)


def _phrases(
    translation: Translated, count: int, markers: Markers, lang: str
) -> list[Phrase]:
    if translation.text is None:
        return [Phrase("", None, translation.reason or "no translation")] * count
    restored = restore(translation.text, count, markers, lang)
    return [
        Phrase(restored.text, range_, fault, translation.score)
        for range_, fault in zip(restored.ranges, restored.faults, strict=True)
    ]
