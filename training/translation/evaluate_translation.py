"""Quality of the packed translation model: BLEU and chrF, by length, and copied names."""

import re
from dataclasses import dataclass
from typing import Any

import sacrebleu

from crosslabel.pipeline.models.manifest import describe
from training.paths import MODELS, TRANSLATION
from training.text.corpus import NTREX_TRAIN, TRANSLATED, ntrex, tatoeba, training_corpora
from training.text.names import Names
from training.translation.copy_test import copy_sentences
from training.translation.translate import PackedTranslator

BUCKETS = ((1, 10), (11, 20), (21, 30), (31, 1000))
"""Lengths of the English side in white-space words."""


@dataclass(frozen=True)
class Test:
    """English and other sentences, line by line."""

    english: list[str]
    other: list[str]

    @classmethod
    def of(cls, pairs: list[tuple[str, str]]) -> "Test":
        """Return the pairs as two lists."""
        return cls([english for english, _ in pairs], [other for _, other in pairs])

    def of_length(self, low: int, high: int) -> "Test":
        """Return the pairs whose English side has `low` to `high` words."""
        pairs = zip(self.english, self.other, strict=True)
        return self.of([p for p in pairs if low <= len(p[0].split()) <= high])


def measure_translation() -> dict[str, Any]:
    """Return the scores of every direction."""
    translator, seen = PackedTranslator(MODELS / TRANSLATION), _seen_words()
    extra = describe(MODELS / TRANSLATION).manifest.model_extra or {}
    results: dict[str, Any] = {"steps": extra["steps"], "beam": 4}
    for other in TRANSLATED:
        everyday, news = Test.of(tatoeba(other, "dev")), Test.of(ntrex(other)[NTREX_TRAIN:])
        for source, target in (("en", other), (other, "en")):
            results[f"{source}-{target}"] = {
                "tatoeba_dev": quality(translator, everyday, source, target),
                "ntrex_held_out": quality(translator, news, source, target),
                "ntrex_by_words": {
                    f"{low}-{high}" if high < 1000 else f"{low}+": quality(
                        translator, news.of_length(low, high), source, target
                    )
                    for low, high in BUCKETS
                },
                "copied_names": _copies(translator, source, target, seen),
            }
    return results


def quality(
    translator: PackedTranslator, test: Test, source: str, target: str
) -> dict[str, Any]:
    """Return BLEU and chrF of one direction."""
    texts, references = (
        (test.other, test.english) if target == "en" else (test.english, test.other)
    )
    output = translator.translate(texts, source, target)
    return {
        "sentences": len(texts),
        "bleu": round(sacrebleu.corpus_bleu(output, [references]).score, 1),
        "chrf": round(sacrebleu.corpus_chrf(output, [references]).score, 1),
    }


def _seen_words() -> set[str]:
    """Return the words of the training text and of the name lists."""
    names = Names()
    texts = [text for c in training_corpora() for pair in c.pairs for text in pair]
    texts += [*names.people, *names.places, *names.organisations]
    return {word for text in texts for word in re.findall(r"[^\W\d_]+", text)}


def _copies(
    translator: PackedTranslator, source: str, target: str, seen: set[str]
) -> dict[str, Any]:
    sentences = copy_sentences(source, seen)
    output = translator.translate([s.text for s in sentences], source, target)
    hits = [[n in out for n in s.names] for s, out in zip(sentences, output, strict=True)]
    flat = [hit for row in hits for hit in row]
    return {
        "sentences": len(sentences),
        "names": len(flat),
        "copied_exactly": round(100 * sum(flat) / len(flat), 1),
        "sentences_with_all": round(100 * sum(all(row) for row in hits) / len(hits), 1),
    }
