"""The rows of a shard with their translations and words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from crosslabel.pipeline.corpus.records import Reject, SideName
from crosslabel.pipeline.planning.carried_segments import (
    carried_segments,
    carried_texts,
    plain_texts,
)
from crosslabel.pipeline.planning.language import LanguagePlan
from crosslabel.pipeline.planning.marked_segments import mark_segments
from crosslabel.pipeline.planning.placement import Place
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.planning.rows import SourceRow
from crosslabel.pipeline.stages.shard_carried import CarriedRow, carried_row
from crosslabel.pipeline.stages.shard_choice import Candidate, Chooser, Chosen
from crosslabel.pipeline.stages.shard_sides import Parallel, WordsByField, own_words
from crosslabel.pipeline.stages.shard_texts import Assembled, assemble
from crosslabel.pipeline.translation.translator import Translation
from crosslabel.projection.errors import DamagedError
from crosslabel.projection.interface import Range

_Restored = dict[str, tuple[Range, ...]]


def shard_rows(
    plan: Plan, lang: str, shard: int, chooser: Chooser | None = None
) -> list[Parallel | Reject]:
    """Return the rows of a shard with their translations as side a, in input order.

    Args:
        lang: language of the translations.
        chooser: chooses between translations with and without markers, if there are both.
    """
    source = plan.source.rows(shard)
    read = _Translated(plan, lang, shard, [row for row in source if isinstance(row, SourceRow)])
    chosen, by_text = iter(read.chosen(chooser)), read.carried()
    assembled = [row if isinstance(row, Reject) else _assembled(plan, lang, row, chosen, by_text)
                 for row in source]
    good = [row for row in assembled if not isinstance(row, Reject)]
    parallel = iter(parallel_rows(good, lang, plan.recipe.source.lang))
    return [row if isinstance(row, Reject) else next(parallel) for row in assembled]


def parallel_rows(
    rows: Sequence[AssembledRow], lang: str, source_lang: str
) -> list[Parallel]:
    """Return rows with the words of both sides."""
    words_a = _words([_of_sentences(row.joined.fields, row, "a") for row in rows], lang)
    words_b = _words([_of_sentences(row.row.example.fields, row, "b") for row in rows],
                     source_lang)
    return [
        Parallel(row.row.number, row.row.example, row.joined, lang, translated,
                 words | own_words(row.row.example.words), row.restored,
                 place=(row.row.file, row.row.row), carried=row.carried)
        for row, translated, words in zip(rows, words_a, words_b, strict=True)
    ]


class AssembledRow(NamedTuple):
    """A row as the model got it, and its translation."""

    row: SourceRow
    joined: Assembled
    restored: _Restored
    carried: CarriedRow | None = None


def _assembled(
    plan: Plan, lang: str, row: SourceRow, chosen: Iterator[Chosen],
    by_text: Mapping[str, Translation],
) -> AssembledRow:
    if plan.languages[lang].given:
        kept: list[Chosen | None] = [next(chosen) for _ in row.segments]
        texts = [segment.translation.text for segment in kept if segment]
        segments = carried_segments(row, texts)
    else:
        segments = carried_segments(row)
        kept = [None if segment else next(chosen) for segment in segments]
    if not any(segments):
        every = [segment for segment in kept if segment]
        joined = assemble(row, [segment.translation for segment in every], lang)
        return AssembledRow(row, joined, _restored(joined, every))
    translations = [segment.translation if segment else by_text for segment in kept]
    made, joined, carried = carried_row(row, segments, translations, lang)
    return AssembledRow(made, joined, {}, carried)


def _restored(joined: Assembled, chosen: Sequence[Chosen]) -> _Restored:
    """Return spans known from markers, by id, on the whole fields; none without a translation."""
    if joined.reasons:
        return {}
    return {
        span: tuple((start + segment.a[0], end + segment.a[0]) for start, end in fragments)
        for segment, kept in zip(joined.segments, chosen, strict=True)
        for span, fragments in kept.spans.items()
    }


class _Translated:
    """The translations that the rows of a shard need."""

    def __init__(self, plan: Plan, lang: str, shard: int, rows: Sequence[SourceRow]) -> None:
        self._plan, self._shard, self._rows = plan, shard, rows
        self._language = plan.languages[lang]
        self._parts = {slot: self._language.memory.rows(self._language.parts[slot])
                       for slot in plan.shards[lang][shard].slots}

    def carried(self) -> dict[str, Translation]:
        """Return the translations of what the model got for segments with protected parts."""
        places = self._language.carried_places(self._shard)
        return self._at(carried_texts(self._rows), places) if places else {}

    def chosen(self, chooser: Chooser | None) -> list[Chosen]:
        """Return the kept translation of each segment that the model got as it is."""
        language, markers = self._language, self._plan.markers
        texts = [text for row in self._rows
                 for text in (row.texts() if language.given else plain_texts(row))]
        plain = [_at(language, self._parts, text, place)
                 for text, place in zip(texts, language.places(self._shard), strict=True)]
        if chooser is None or markers is None:
            return [Chosen(translation) for translation in plain]
        carried = [segment for row in self._rows for segment in carried_segments(row)]
        marked = [segment for row in self._rows for segment in mark_segments(row, markers)]
        places = language.marked_places(self._shard)
        pairs = [(segment, place) for segment, place, other in
                 zip(marked, places, carried, strict=True) if other is None]
        tagged = [_at(language, self._parts, segment.text, place) if segment and place else None
                  for segment, place in pairs]
        return chooser.choose(list(map(Candidate, texts, plain, (s for s, _ in pairs), tagged)))

    def _at(self, texts: Iterable[str], places: Sequence[Place]) -> dict[str, Translation]:
        return {text: _at(self._language, self._parts, text, place)
                for text, place in zip(texts, places, strict=True)}


def _at(
    language: LanguagePlan,
    parts: Mapping[int, Sequence[tuple[str, Translation]]],
    text: str,
    place: Place,
) -> Translation:
    """Return the translation at a place, which must be a translation of the text.

    Raises:
        DamagedError: it is of another text; the index that named the place was damaged.
    """
    slot, row = place
    if not 0 <= row < len(parts[slot]) or parts[slot][row][0] != text:
        raise DamagedError(f"{language.folder}: places a text where another stands; remove this "
                           f"folder and {language.memory.index_file()}, which are made anew, then "
                           "run the same command again")
    return parts[slot][row][1]


def _of_sentences(fields: Mapping[str, str], row: AssembledRow, side: SideName) -> dict[str, str]:
    """Return texts with space where nothing is translated, such as tags beside a sentence."""
    if row.carried is None:
        return dict(fields)
    made = {}
    for name, text in fields.items():
        kept, done = [], 0
        for segment in row.joined.segments:
            if segment.field == name:
                start, end = segment.a if side == "a" else segment.b
                kept += [" " * (start - done), text[start:end]]
                done = end
        made[name] = "".join([*kept, " " * (len(text) - done)])
    return made


def _words(texts: Sequence[Mapping[str, str]], lang: str) -> list[WordsByField]:
    from crosslabel.projection.words import word_ranges_batch

    flat = iter(word_ranges_batch([t for fields in texts for t in fields.values()], lang))
    return [{name: next(flat) for name in fields} for fields in texts]
