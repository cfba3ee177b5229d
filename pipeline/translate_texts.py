"""Translation of texts that belong to no corpus, by the steps of a build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.planning.carried_segments import (
    carried_segments,
    carried_texts,
    plain_texts,
)
from crosslabel.pipeline.planning.models import encoder_of_marks
from crosslabel.pipeline.planning.protection import Protection
from crosslabel.pipeline.planning.rows import SourceRow, with_parts
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.pipeline.recipe.protect import ProtectRule
from crosslabel.pipeline.stages.shard_carried import carried_row
from crosslabel.pipeline.stages.shard_marks import has_marks, place_marks
from crosslabel.pipeline.stages.shard_projection import projectors_of_marks
from crosslabel.pipeline.stages.shard_restored import restored_rows
from crosslabel.pipeline.stages.shard_rows import AssembledRow, parallel_rows
from crosslabel.pipeline.stages.shard_texts import Assembled, assemble
from crosslabel.pipeline.text.segments import segment
from crosslabel.pipeline.translation.translator import Translation, load_translator


def translate_texts(
    texts: Sequence[str], source_lang: str, lang: str, model: Model, decoding: TranslationSection,
    engine: Engine, protect: Sequence[ProtectRule] | None = None,
) -> list[Assembled]:
    """Translate texts sentence by sentence, in order; an empty text stays empty.

    Args:
        protect: rules of what stays as it is; ``None`` for the default of a recipe.

    Returns:
        Per text an :class:`Assembled` whose field ``text`` is the translation.

    Raises:
        InputError: the model cannot be used for these languages.
    """
    translator = load_translator(model, engine)
    translator.model.manifest.check(source_lang, lang)
    rows = _rows(texts, source_lang, Protection(protect, model))
    asked = [text for row in rows for text in plain_texts(row)]
    distinct = list(dict.fromkeys([*asked, *carried_texts(rows)]))
    translations = translator.translate(distinct, source_lang, lang, decoding)
    by_text = dict(zip(distinct, translations, strict=True))
    made = [_translated(row, by_text, lang) for row in rows]
    carried = [number for number, row in enumerate(made) if row.carried]
    restored = iter(_restored([made[number] for number in carried], lang, source_lang, engine))
    return [next(restored) if row.carried else row.joined for row in made]


def _rows(texts: Sequence[str], source_lang: str, protection: Protection) -> list[SourceRow]:
    examples = [
        Example(id=str(number), task="text", lang=source_lang, fields={"text": text})
        for number, text in enumerate(texts, start=1)
    ]
    parts = protection.parts(examples)
    cuts = segment(examples, sentences=True, protected=parts)
    return [with_parts(SourceRow(number, example, tuple(ranges)), parts, protection)
            for number, (example, ranges) in enumerate(zip(examples, cuts, strict=True), start=1)]


def _translated(row: SourceRow, by_text: Mapping[str, Translation], lang: str) -> AssembledRow:
    segments = carried_segments(row)
    if not any(segments):
        return AssembledRow(row, assemble(row, [by_text[text] for text in row.texts()], lang), {})
    translations = [by_text if segment else by_text[text]
                    for text, segment in zip(row.texts(), segments, strict=True)]
    made, joined, carried = carried_row(row, segments, translations, lang)
    return AssembledRow(made, joined, {}, carried)


def _restored(
    rows: Sequence[AssembledRow], lang: str, source_lang: str, engine: Engine
) -> list[Assembled]:
    """Return translations with their protected parts."""
    if not rows:
        return []
    parallel = parallel_rows(rows, lang, source_lang)
    projectors = (projectors_of_marks(encoder_of_marks(), engine) if has_marks(parallel) else [])
    marks = place_marks(projectors, parallel)
    return [row.other for row, _ in restored_rows(parallel, [()] * len(rows), marks)]
