"""Quality checks: the shares of good and of broken translations that they reject.

Translations by people are good; translations by the shipped model are of both kinds.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.paths import HERE, RESULTS, TRANSLATION
from benchmarks.quality.quality_page import page
from benchmarks.quality.quality_texts import (
    BROKEN,
    OTHER_LANGUAGE,
    both_kinds,
    human_lines,
    translated,
    whole,
)
from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.quality import language
from crosslabel.pipeline.quality.checks import CHECKS
from crosslabel.pipeline.quality.texts import CheckedBatch, CheckedText
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.pipeline.translation.translator import Translation, Translator, load_translator

USUAL: dict[str, Any] = {
    "length_ratio": 1.8, "language": 0.1, "copied": 0.4, "repetition": 3.0, "numbers": True,
    "round_trip_chrf": 15.0, "score": -1.5,
}
OTHERS: dict[str, tuple[float, ...]] = {
    "length_ratio": (1.5, 1.6, 1.8, 2.0, 2.5), "language": (0.02, 0.05, 0.1, 0.2, 0.5),
    "copied": (0.3, 0.4, 0.5, 0.6), "repetition": (2.0, 2.5, 3.0, 4.0),
    "round_trip_chrf": (15.0, 20.0, 25.0, 30.0, 40.0), "score": (-0.8, -1.0, -1.5, -2.0),
}
_CANDIDATES = ("en", "de", "es")
_FEWEST = 20
_WORDS = {"1-5 words": (1, 5), "6-10 words": (6, 10), "11 or more": (11, 10**9)}


class Reversed:
    """A translator back into English that translates every text once."""

    def __init__(self, translator: Translator, lang: str, decoding: TranslationSection) -> None:
        self._translator, self._lang, self._decoding = translator, lang, decoding
        self._known: dict[str, Translation] = {}

    def __call__(self, texts: Sequence[str]) -> list[Translation]:
        """Return the English translations of texts."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        translations = self._translator.translate(new, self._lang, "en", self._decoding)
        self._known.update(zip(new, translations, strict=True))
        return [self._known[text] for text in texts]


def rejected(batch: CheckedBatch, check: str, threshold: Any) -> float | None:
    """Return the share of texts in a batch that a check rejects, or ``None`` without texts."""
    problems = CHECKS[check](batch, threshold)
    return sum(problem is not None for problem in problems) / len(problems) if problems else None


def measure(engine: Engine, langs: Sequence[str]) -> dict[str, Any]:
    """Measure and return all figures of the page."""
    decoding = TranslationSection(model=TRANSLATION)
    translator = load_translator(translation_model(TRANSLATION), engine)
    lines = {lang: both_kinds(lang) for lang in langs}
    batches: dict[str, dict[str, CheckedBatch]] = {}
    models = {
        lang: translated(pairs, translator.translate([line.english for line in pairs], "en", lang,
                                                     decoding))
        for lang, pairs in lines.items()
    }
    for lang, pairs in lines.items():
        back = Reversed(translator, lang, decoding)
        people = [whole(line.english, line.other) for line in pairs]
        kinds = {"people": people, "model": models[lang], **_broken(models, lang)}
        batches[lang] = {
            kind: CheckedBatch(texts, "en", lang, language.candidates(_CANDIDATES), back)
            for kind, texts in kinds.items()
        }
    return {
        "machine": machine(translator.device), "model": TRANSLATION, "usual": USUAL,
        "thresholds": {
            lang: {check: {str(value): _shares(by_kind, check, value) for value in values}
                   for check, values in OTHERS.items()}
            for lang, by_kind in batches.items()
        },
        "checks": {lang: _table(by_kind) for lang, by_kind in batches.items()},
        "people": _people(),
        "identifier": {"version": language.fingerprint(), "languages": _identified()},
    }


def _broken(models: Mapping[str, Sequence[CheckedText]], lang: str) -> dict[str, list[CheckedText]]:
    changed = {name: change(models[lang]) for name, change in BROKEN.items()}
    return changed | {OTHER_LANGUAGE: [
        whole(text.human, text.machine)
        for name, texts in models.items() if name != lang for text in texts
    ]}


def _shares(
    batches: Mapping[str, CheckedBatch], check: str, threshold: Any
) -> dict[str, float | None]:
    return {kind: rejected(batch, check, threshold) for kind, batch in batches.items()
            if check != "score" or kind == "model"}


def _table(batches: Mapping[str, CheckedBatch]) -> dict[str, dict[str, Any]]:
    """Return by kind: number of texts, share rejected by each check, by any but the costly one."""
    figures: dict[str, dict[str, Any]] = {}
    for kind, batch in batches.items():
        problems = {check: CHECKS[check](batch, value) for check, value in USUAL.items()
                    if check != "score" or kind == "model"}
        cheap = [results for check, results in problems.items() if check != "round_trip_chrf"]
        count = len(batch.texts)
        shares = {check: sum(p is not None for p in results) / count
                  for check, results in problems.items()}
        either = sum(any(row) for row in zip(*cheap, strict=True)) / count
        figures[kind] = {"texts": count, **shares, "any, without a way back": either}
    return figures


def _people() -> list[dict[str, Any]]:
    """Return the share of human translations that each cheap check rejects, by set and language."""
    rows = []
    for (name, lang), lines in human_lines(1000).items():
        texts = [whole(line.english, line.other) for line in lines]
        batch = CheckedBatch(texts, "en", lang)
        shares = {check: rejected(batch, check, value) for check, value in USUAL.items()
                  if check not in ("round_trip_chrf", "score")}
        rows.append({"data": name, "lang": lang, "texts": len(texts), **shares})
    return rows


def _identified() -> list[dict[str, Any]]:
    """Return accuracy among all languages and the share kept at the usual threshold, by length."""
    known = language.candidates(lang for _, lang in [*human_lines(1), ("", "en")])
    rows = []
    for (name, lang), lines in human_lines(1000).items():
        for words, (fewest, most) in _WORDS.items():
            texts = [line.other for line in lines
                     if fewest <= len(line.english.split()) <= most]
            if len(texts) >= _FEWEST:
                rows.append({"data": name, "lang": lang, "words": words, "texts": len(texts),
                             "all": _accuracy(texts, lang, ()),
                             "few": _accuracy(texts, lang, known)})
    return rows


def _accuracy(texts: Sequence[str], lang: str, candidates: tuple[str, ...]) -> dict[str, float]:
    ranked = language.identify(texts, candidates)
    best = sum(ranking[0][0] == lang for ranking in ranked)
    kept = sum(dict(ranking)[lang] >= USUAL["language"] for ranking in ranked)
    return {"best": best / len(texts), "kept": kept / len(texts)}


def main() -> None:
    """Measure, then write the figures and the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=0)
    figures = measure(Engine(threads=parser.parse_args().threads), ("de", "es"))
    _write(RESULTS / "quality.json", json.dumps(figures, indent=1) + "\n")
    _write(HERE / "quality" / "quality.md", page(figures))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
