"""Quality checks: how many good translations they reject, and how many broken ones.

Good ones are those of people; those of the shipped model are of both kinds.
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
    """Translates back, every text once."""

    def __init__(self, translator: Translator, lang: str, decoding: TranslationSection) -> None:
        self._translator, self._lang, self._decoding = translator, lang, decoding
        self._known: dict[str, Translation] = {}

    def __call__(self, texts: Sequence[str]) -> list[Translation]:
        """The English translations of texts."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        found = self._translator.translate(new, self._lang, "en", self._decoding)
        self._known.update(zip(new, found, strict=True))
        return [self._known[text] for text in texts]


def rejected(batch: CheckedBatch, check: str, threshold: Any) -> float | None:
    """Share of the texts of a batch that a check has something against; None for no texts."""
    found = CHECKS[check](batch, threshold)
    return sum(problem is not None for problem in found) / len(found) if found else None


def measure(engine: Engine, langs: Sequence[str]) -> dict[str, Any]:
    """All figures of the page."""
    decoding = TranslationSection(model=TRANSLATION)
    translator = load_translator(translation_model(TRANSLATION), engine)
    lines = {lang: both_kinds(lang) for lang in langs}
    batches: dict[str, dict[str, CheckedBatch]] = {}
    models = {
        lang: translated(own, translator.translate([line.english for line in own], "en", lang,
                                                   decoding))
        for lang, own in lines.items()
    }
    for lang, own in lines.items():
        back = Reversed(translator, lang, decoding)
        people = [whole(line.english, line.other) for line in own]
        kinds = {"people": people, "model": models[lang], **_broken(models, lang)}
        batches[lang] = {
            kind: CheckedBatch(texts, "en", lang, language.candidates(_CANDIDATES), back)
            for kind, texts in kinds.items()
        }
    return {
        "machine": machine(translator.device), "model": TRANSLATION, "usual": USUAL,
        "thresholds": {
            lang: {check: {str(value): _shares(own, check, value) for value in values}
                   for check, values in OTHERS.items()}
            for lang, own in batches.items()
        },
        "checks": {lang: _table(own) for lang, own in batches.items()},
        "people": _people(),
        "identifier": {"version": language.fingerprint(), "languages": _identified()},
    }


def _broken(models: Mapping[str, Sequence[CheckedText]], lang: str) -> dict[str, list[CheckedText]]:
    found = {name: change(models[lang]) for name, change in BROKEN.items()}
    return found | {OTHER_LANGUAGE: [
        whole(text.human, text.machine)
        for name, texts in models.items() if name != lang for text in texts
    ]}


def _shares(batches: Mapping[str, CheckedBatch], check: str, threshold: Any) -> dict[str, float | None]:
    return {kind: rejected(batch, check, threshold) for kind, batch in batches.items()
            if check != "score" or kind == "model"}


def _table(batches: Mapping[str, CheckedBatch]) -> dict[str, dict[str, Any]]:
    """By kind of text: number, share rejected by each check, and by any but the dear one."""
    found: dict[str, dict[str, Any]] = {}
    for kind, batch in batches.items():
        problems = {check: CHECKS[check](batch, value) for check, value in USUAL.items()
                    if check != "score" or kind == "model"}
        cheap = [own for check, own in problems.items() if check != "round_trip_chrf"]
        count = len(batch.texts)
        shares = {check: sum(p is not None for p in own) / count
                  for check, own in problems.items()}
        either = sum(any(row) for row in zip(*cheap, strict=True)) / count
        found[kind] = {"texts": count, **shares, "any, without a way back": either}
    return found


def _people() -> list[dict[str, Any]]:
    """Share of translations by people that each cheap check rejects, by data set and language."""
    rows = []
    for (name, lang), lines in human_lines(1000).items():
        texts = [whole(line.english, line.other) for line in lines]
        batch = CheckedBatch(texts, "en", lang)
        shares = {check: rejected(batch, check, value) for check, value in USUAL.items()
                  if check not in ("round_trip_chrf", "score")}
        rows.append({"data": name, "lang": lang, "texts": len(texts), **shares})
    return rows


def _identified() -> list[dict[str, Any]]:
    """Accuracy among all languages, and share kept at the usual threshold, by length."""
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
    best = sum(own[0][0] == lang for own in ranked)
    kept = sum(dict(own)[lang] >= USUAL["language"] for own in ranked)
    return {"best": best / len(texts), "kept": kept / len(texts)}


def main() -> None:
    """Measure, and write figures and page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=0)
    found = measure(Engine(threads=parser.parse_args().threads), ("de", "es"))
    _write(RESULTS / "quality.json", json.dumps(found, indent=1) + "\n")
    _write(HERE / "quality" / "quality.md", page(found))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
