"""Translation of phrases within their text: marked, translated, located between their markers."""

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

TEXT_HAS_MARKERS = "the text itself has what could be markers"


@dataclass(frozen=True, slots=True)
class Translated:
    """A translated text.

    Attributes:
        text: the translation; ``None`` if there is none.
        score: mean log-probability per target token.
        reason: why there is no translation.
    """

    text: str | None
    score: float | None = None
    reason: str | None = None


class MarkedTextTranslator(Protocol):
    """Protocol of everything that translates texts and keeps the markers in them."""

    @property
    def markers(self) -> Markers:
        """The convention of the markers that it keeps."""
        ...

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Translated]:
        """Translate texts from ``source`` into ``target`` (BCP-47 tags), in order.

        Raises:
            InputError: it does not translate in this direction.
        """
        ...


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A text with the ranges to translate, each of them not empty and within the text."""

    text: str
    ranges: tuple[Range, ...]
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """The translation of a range, located in a translation of its text.

    Attributes:
        text: the translation, without markers.
        range: its characters in ``text``; ``None`` if the markers did not survive.
        fault: the fault of the markers, or why there is no translation.
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
    """Translate every text with its ranges marked, and locate each range in the translation.

    Markers that identify their range go into one text; ranges whose markers come back with a fault
    are tried again, each in a separate text. Markers without identity are put into one text per
    range from the start, because a translation may change the order of its phrases. Each distinct
    marked text is translated once.

    Returns:
        Per text one phrase per range, in order.
    """
    phrases: list[dict[int, Phrase]] = [{} for _ in texts]
    if translator.markers.identify:
        together = [_Job(n, tuple(range(len(text.ranges)))) for n, text in enumerate(texts)]
        _run(translator, texts, [job for job in together if job.numbers], phrases)
    alone = [
        _Job(owner, (number,))
        for owner, text in enumerate(texts)
        for number in range(len(text.ranges))
        if _worth_trying(phrases[owner].get(number), len(text.ranges))
    ]
    _run(translator, texts, alone, phrases)
    return [
        tuple(by_number[number] for number in range(len(text.ranges)))
        for text, by_number in zip(texts, phrases, strict=True)
    ]


def _worth_trying(phrase: Phrase | None, ranges: int) -> bool:
    return phrase is None or (
        phrase.range is None and ranges > 1 and phrase.fault != TEXT_HAS_MARKERS
    )


def _run(
    translator: MarkedTextTranslator,
    texts: Sequence[Unmarked],
    jobs: Sequence[_Job],
    phrases: Sequence[dict[int, Phrase]],
) -> None:
    """Enter the phrases of all jobs in ``phrases``."""
    markers = translator.markers
    routes: dict[tuple[str, str], dict[str, list[_Job]]] = {}
    for job in jobs:
        text = texts[job.owner]
        if has_markers(text.text, len(job.numbers), markers):
            refused = Phrase("", None, TEXT_HAS_MARKERS)
            phrases[job.owner].update(dict.fromkeys(job.numbers, refused))
            continue
        marked = mark(text.text, [text.ranges[number] for number in job.numbers], markers)
        by_text = routes.setdefault((text.source, text.target), {})
        by_text.setdefault(marked, []).append(job)
    for (source, target), by_text in routes.items():
        translated = _translate(translator, list(by_text), source, target)
        for translation, text_jobs in zip(translated, by_text.values(), strict=True):
            results = _phrases(translation, len(text_jobs[0].numbers), markers, target)
            for job in text_jobs:
                phrases[job.owner].update(zip(job.numbers, results, strict=True))


def _translate(
    translator: MarkedTextTranslator, texts: list[str], source: str, target: str
) -> list[Translated]:
    """Return the translations; each has a reason instead if the languages are not known."""
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
