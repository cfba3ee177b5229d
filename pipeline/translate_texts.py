"""Translation of texts that belong to no corpus, by the steps of a build."""

from __future__ import annotations

from collections.abc import Sequence

from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.planning.rows import SourceRow
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.pipeline.stages.shard_texts import Assembled, assemble
from crosslabel.pipeline.text.segments import segment
from crosslabel.pipeline.translation.translator import load_translator


def translate_texts(
    texts: Sequence[str], source_lang: str, lang: str, model: Model, decoding: TranslationSection,
    engine: Engine,
) -> list[Assembled]:
    """Translate texts sentence by sentence, in order; an empty text stays empty.

    Returns:
        Per text an :class:`Assembled` whose field ``text`` is the translation.

    Raises:
        InputError: the model cannot be used for these languages.
    """
    translator = load_translator(model, engine)
    translator.model.manifest.check(source_lang, lang)
    examples = [
        Example(id=str(number), task="text", lang=source_lang, fields={"text": text})
        for number, text in enumerate(texts, start=1)
    ]
    rows = [
        SourceRow(number, example, tuple(cuts))
        for number, (example, cuts) in enumerate(
            zip(examples, segment(examples, sentences=True), strict=True), start=1
        )
    ]
    distinct = list(dict.fromkeys(text for row in rows for text in row.texts()))
    translations = translator.translate(distinct, source_lang, lang, decoding)
    by_text = dict(zip(distinct, translations, strict=True))
    return [assemble(row, [by_text[text] for text in row.texts()], lang) for row in rows]
