"""Translate loose texts: the steps of a build for text that belongs to no corpus."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.assemble import Assembled, assemble
from pipeline.recipe import Engine
from pipeline.recipe import Translation as Decoding
from pipeline.records import Example
from pipeline.segment import segment
from pipeline.source import SourceRow
from pipeline.translate import load_translator


def translate_texts(
    texts: Sequence[str], source_lang: str, lang: str, decoding: Decoding, engine: Engine
) -> list[Assembled]:
    """Translate texts sentence by sentence, in order; an empty text stays empty.

    Returns:
        Per text an :class:`Assembled` whose field ``text`` is the translation.

    Raises:
        InputError: the model cannot be used for these languages.
    """
    translator = load_translator(decoding, engine)
    translator.model.manifest.route(source_lang, lang)
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
    found = dict(zip(distinct, translations, strict=True))
    return [assemble(row, [found[text] for text in row.texts()], lang) for row in rows]
