"""Translated segments put together into texts, with the range of each segment on both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crosslabel.pipeline.corpus.records import Segment
from crosslabel.pipeline.planning.rows import SourceRow
from crosslabel.pipeline.translation.translator import Translation
from crosslabel.projection.scripts import is_unspaced


@dataclass(frozen=True, slots=True)
class Assembled:
    """The translated fields of one example.

    If a segment has no translation, ``reasons`` says why, there are no fields, and the segments are
    empty on side a.

    Attributes:
        failed: the first segment without a translation; empty if all have one.
    """

    fields: Mapping[str, str]
    segments: tuple[Segment, ...]
    reasons: tuple[str, ...] = ()
    failed: str = ""


def assemble(row: SourceRow, translations: Sequence[Translation], lang: str) -> Assembled:
    """Join the translations of a row's segments in place of the source segments.

    Spaces and line breaks between segments are kept, except that a plain space is left out in
    languages written without spaces, and added if only the source is written without them.
    """
    missing = {text: t.reason for text, t in zip(row.texts(), translations, strict=True)
               if t.text is None and t.reason}
    if missing:
        empty = tuple(Segment(field, (0, 0), range_) for field, range_ in row.segments)
        return Assembled({}, empty, tuple(dict.fromkeys(missing.values())),
                         failed=next(iter(missing)))
    fields: dict[str, str] = {}
    segments: list[Segment] = []
    for name, text in row.example.fields.items():
        translated_segments = [
            (range_, translation)
            for (field, range_), translation in zip(row.segments, translations, strict=True)
            if field == name
        ]
        pieces: list[str] = []
        position = done = 0
        for (start, end), translation in translated_segments:
            gap = _gap(text[done:start], lang)
            if pieces and not gap and is_unspaced(row.example.lang) and not is_unspaced(lang):
                gap = " "
            translated = translation.text or ""
            begin = position + len(gap)
            pieces += [gap, translated]
            position = begin + len(translated)
            segments.append(Segment(name, (begin, position), (start, end), translation.score))
            done = end
        fields[name] = "".join([*pieces, text[done:]])
    return Assembled(fields, tuple(segments))


def _gap(gap: str, lang: str) -> str:
    return "" if gap == " " and is_unspaced(lang) else gap
