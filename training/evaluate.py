"""Measure the shipped models and write `benchmarks/results/models.json`."""

import json
import re
from pathlib import Path
from typing import Any

import sacrebleu

from projection.embedding import EmbeddingAligner
from projection.encoder import TransformerEncoder
from projection.interface import Links
from projection.matching import METHODS
from projection.pairs import PairRow, read_pairs
from training.copy_test import copy_sentences
from training.corpus import LANGUAGES, NTREX_TRAIN, Pair, ntrex, tatoeba, training_corpora
from training.names import Names
from training.paths import ENCODER, MODELS, RESULTS, TRANSLATION, data_folder
from training.translate import PackedTranslator

BUCKETS = ((1, 10), (11, 20), (21, 30), (31, 1000))
"""Lengths of the English side in white-space words."""


def main() -> None:
    """Evaluate both models and print what is written."""
    results = {"translation": _translation(), "encoder": _encoder()}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, ensure_ascii=False, indent=2) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


def _translation() -> dict[str, Any]:
    translator = PackedTranslator(MODELS / TRANSLATION)
    seen = _seen_words()
    results: dict[str, Any] = {"steps": _steps(MODELS / TRANSLATION), "beam": 4}
    for language in LANGUAGES:
        news = ntrex(language)[NTREX_TRAIN:]
        results[language] = {
            "tatoeba_dev": _quality(translator, tatoeba(language, "dev"), language),
            "ntrex_held_out": _quality(translator, news, language),
            "ntrex_by_words": {
                f"{low}-{high}" if high < 1000 else f"{low}+": _quality(
                    translator, [p for p in news if low <= len(p[0].split()) <= high], language
                )
                for low, high in BUCKETS
            },
            "copied_names": _copies(translator, language, seen),
        }
    return results


def _quality(translator: PackedTranslator, pairs: list[Pair], language: str) -> dict[str, Any]:
    output = translator.translate([english for english, _ in pairs], language)
    references = [[other for _, other in pairs]]
    return {
        "sentences": len(pairs),
        "bleu": round(sacrebleu.corpus_bleu(output, references).score, 1),
        "chrf": round(sacrebleu.corpus_chrf(output, references).score, 1),
    }


def _seen_words() -> set[str]:
    """Words of the training text and of the name lists."""
    names = Names()
    texts = [text for c in training_corpora() for pair in c.pairs for text in pair]
    texts += [*names.people, *names.places, *names.organisations]
    return {word for text in texts for word in re.findall(r"[^\W\d_]+", text)}


def _copies(translator: PackedTranslator, language: str, seen: set[str]) -> dict[str, Any]:
    sentences = copy_sentences(seen)
    output = translator.translate([s.text for s in sentences], language)
    hits = [[n in out for n in s.names] for s, out in zip(sentences, output, strict=True)]
    flat = [hit for row in hits for hit in row]
    return {
        "sentences": len(sentences),
        "names": len(flat),
        "copied_exactly": round(100 * sum(flat) / len(flat), 1),
        "sentences_with_all": round(100 * sum(all(row) for row in hits) / len(hits), 1),
    }


def _encoder() -> dict[str, Any]:
    """Alignment error rate (Och and Ney 2003) on the hand-aligned pairs."""
    folder = MODELS / ENCODER
    encoder = TransformerEncoder(str(folder))
    rows = list(read_pairs(data_folder() / "alignment" / "en-de.simalign-sample.jsonl.gz"))
    pairs = [row for row in rows if isinstance(row, PairRow)]
    results: dict[str, Any] = {"steps": _steps(folder), "pairs": len(pairs)}
    for method in METHODS:
        found = EmbeddingAligner(encoder, method).align([row.pair for row in pairs])
        results[f"aer_{method}"] = round(_error_rate(pairs, found), 3)
    return results


def _error_rate(rows: list[PairRow], found: list[Links]) -> float:
    hits = size = 0
    for row, links in zip(rows, found, strict=True):
        guessed = {(int(i), int(j)) for i, j in links.pairs}
        sure, possible = set(row.sure), set(row.sure) | set(row.possible)
        hits += len(guessed & sure) + len(guessed & possible)
        size += len(guessed) + len(sure)
    return 1 - hits / size


def _steps(folder: Path) -> int:
    manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    return int(manifest["steps"])


if __name__ == "__main__":
    main()
