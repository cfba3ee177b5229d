"""Translations by people that the thresholds are set on; the benchmark measures on others."""

from __future__ import annotations

import gzip
import json

from training.paths import data_folder
from training.text.corpus import TRANSLATED, Pair, tatoeba

_OTHER_EVERYDAY = ("fr", "it", "ru", "tr")
_OTHER_NEWS = ("fr", "zh")
_DEV = 500
"""Lines of Tatoeba dev that thresholds may see in the languages of the shipped model."""
_TRAIN = 2000
"""Lines of Tatoeba train in other languages."""


def own_languages() -> dict[str, list[Pair]]:
    """Return pairs in the languages of the shipped model, which it was not trained on."""
    return {lang: [*tatoeba(lang, "dev")[:_DEV], *pud(lang)] for lang in TRANSLATED}


def all_languages() -> dict[str, list[Pair]]:
    """Return pairs of English and another language: everyday sentences, news and encyclopedia."""
    pairs = own_languages()
    for lang in _OTHER_EVERYDAY:
        pairs[lang] = tatoeba(lang, "train")[:_TRAIN]
    for lang in _OTHER_NEWS:
        pairs[lang] = [*pairs.get(lang, []), *pud(lang)]
    return pairs


def pud(language: str) -> list[Pair]:
    """Return the sentences of Parallel Universal Dependencies."""
    path = data_folder() / "pos" / f"pud.en-{language}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [(row["source"]["text"], row["target"]["text"]) for row in rows]
