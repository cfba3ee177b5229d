"""One part of one language: texts in, committed translations out."""

from __future__ import annotations

import time
from dataclasses import dataclass

from crosslabel.pipeline.planning.planned import Plan
from crosslabel.pipeline.translation.translator import load_translator


@dataclass(frozen=True, slots=True)
class PartRef:
    """A committed part; ``seconds`` is 0 if it was committed already."""

    lang: str
    key: str
    texts: int
    device: str
    compute_type: str
    seconds: float = 0.0


def run_part(plan: Plan, lang: str, slot: int) -> PartRef:
    """Translate and commit the part at position ``slot`` of the plan, unless it is committed.

    Raises:
        InputError: the model cannot be loaded.
    """
    language = plan.languages[lang]
    key = language.parts[slot]
    started = time.perf_counter()
    fresh = not language.memory.has(key)
    if fresh:
        assert plan.models.translator is not None
        translator = load_translator(plan.models.translator, plan.recipe.engine)
        texts = language.part_texts(slot)
        source = plan.recipe.source.lang
        translations = translator.translate(texts, source, lang, plan.recipe.translation)
        language.memory.commit(key, texts, translations, translator.computed)
    info = language.memory.info(key)
    seconds = time.perf_counter() - started if fresh else 0.0
    return PartRef(lang, key, info["rows"], info["device"], info["compute_type"], seconds)
