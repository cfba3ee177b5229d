"""The rows of a shard with their translations and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crosslabel.pipeline.corpus.records import Reject
from crosslabel.pipeline.planning.language import LanguagePlan
from crosslabel.pipeline.planning.marked_segments import mark_segments
from crosslabel.pipeline.planning.placement import Place
from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.planning.rows import SourceRow
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
    chosen = iter(_chosen(plan, lang, shard, source, chooser))
    assembled: list[tuple[SourceRow, Assembled, _Restored] | Reject] = []
    for row in source:
        if isinstance(row, Reject):
            assembled.append(row)
        else:
            kept = [next(chosen) for _ in row.segments]
            joined = assemble(row, [segment.translation for segment in kept], lang)
            assembled.append((row, joined, _restored(joined, kept)))
    good = [row for row in assembled if not isinstance(row, Reject)]
    words_a = iter(_words([t.fields for _, t, _ in good], lang))
    words_b = iter(_words([r.example.fields for r, *_ in good], plan.recipe.source.lang))
    return [
        row if isinstance(row, Reject)
        else Parallel(row[0].number, row[0].example, row[1], lang, next(words_a),
                      next(words_b) | own_words(row[0].example.words), row[2],
                      place=(row[0].file, row[0].row))
        for row in assembled
    ]


def _restored(joined: Assembled, chosen: Sequence[Chosen]) -> _Restored:
    """Return spans known from markers, by id, on the whole fields; none without a translation."""
    if joined.reasons:
        return {}
    return {
        span: tuple((start + segment.a[0], end + segment.a[0]) for start, end in fragments)
        for segment, kept in zip(joined.segments, chosen, strict=True)
        for span, fragments in kept.spans.items()
    }


def _chosen(
    plan: Plan,
    lang: str,
    shard: int,
    source: Sequence[SourceRow | Reject],
    chooser: Chooser | None,
) -> list[Chosen]:
    """Return the kept translation of each segment."""
    language = plan.languages[lang]
    parts = {slot: language.memory.rows(language.parts[slot])
             for slot in plan.shards[lang][shard].slots}
    rows = [row for row in source if isinstance(row, SourceRow)]
    texts = [text for row in rows for text in row.texts()]
    plain = [_at(language, parts, text, place)
             for text, place in zip(texts, language.places(shard), strict=True)]
    if chooser is None or plan.markers is None:
        return [Chosen(translation) for translation in plain]
    marked = [segment for row in rows for segment in mark_segments(row, plan.markers)]
    tagged = [_at(language, parts, segment.text, place) if segment and place else None
              for segment, place in zip(marked, language.marked_places(shard), strict=True)]
    return chooser.choose(list(map(Candidate, texts, plain, marked, tagged)))


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


def _words(texts: Sequence[Mapping[str, str]], lang: str) -> list[WordsByField]:
    from crosslabel.projection.words import word_ranges_batch

    flat = iter(word_ranges_batch([t for fields in texts for t in fields.values()], lang))
    return [{name: next(flat) for name in fields} for fields in texts]
