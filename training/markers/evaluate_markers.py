"""Plain quality and tag survival: `python -m training.markers.evaluate_markers --before FOLDER`.

The models before marker tuning (a folder) and after it (the shipped one) translate Tatoeba dev and
the held-out news, plain and with one, two and three marked phrases whose word links are consistent;
the aligner that links them has seen training text too. Writes `benchmarks/results/markers.json`.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from crosslabel.pipeline.aligner.bitext import evenly
from crosslabel.pipeline.marker_tuning.examples import LinkedBitext
from crosslabel.pipeline.marker_tuning.feed import BitextDirection
from crosslabel.pipeline.marker_tuning.measuring import COUNTS, Survival, survival, tagged
from crosslabel.projection.markers import CONVENTIONS
from training.markers.markers import CONVENTION
from training.paths import MARKER_RESULTS, MODELS, TRANSLATION
from training.text.corpus import NTREX_TRAIN, TRANSLATED, ntrex, tatoeba
from training.translation.evaluate_translation import Test, quality
from training.translation.translate import PackedTranslator

_SEEN = 30_000
"""Pairs of training text that help the aligner."""


def measure_markers(folder: Path) -> dict[str, Any]:
    """Return BLEU, chrF and tag survival in per cent, by direction and test."""
    translator = PackedTranslator(folder)
    results: dict[str, Any] = {}
    for other in TRANSLATED:
        texts = {"tatoeba_dev": tatoeba(other, "dev"), "ntrex_held_out": ntrex(other)[NTREX_TRAIN:]}
        train = tatoeba(other, "train")
        known = [pair for pairs in texts.values() for pair in pairs]
        linked = LinkedBitext.align([*known, *evenly(train, len(train), _SEEN)], "en", other)
        for source, target in (("en", other), (other, "en")):
            by_test: dict[str, Any] = {}
            first = 0
            for test, pairs in texts.items():
                numbers = range(first, first + len(pairs))
                way = BitextDirection(linked, numbers, source, target, source != "en")
                plain = quality(translator, Test.of(pairs), source, target)
                by_test[test] = plain | {"tags": _by_count(translator, way)}
                first += len(pairs)
            results[f"{source}-{target}"] = by_test
    return results


def _by_count(translator: PackedTranslator, direction: BitextDirection) -> dict[str, Any]:
    def translate(texts: Sequence[str]) -> list[str]:
        return translator.translate([*texts], direction.source_lang, direction.target_lang)

    return {
        str(count): _per_cent(survival(
            tagged(direction, count), CONVENTIONS[CONVENTION], translate
        ))
        for count in COUNTS
    }  # fmt: skip


def _per_cent(survived: Survival) -> dict[str, Any]:
    values = asdict(survived)
    return {key: value if key == "sentences" else round(100 * value, 1)
            for key, value in values.items()}  # fmt: skip


def write(before: Path | None, after: Path = MODELS / TRANSLATION) -> None:
    """Measure the model after tuning, and before if its folder is given; keep earlier results."""
    known = MARKER_RESULTS.is_file()
    results = json.loads(MARKER_RESULTS.read_text(encoding="utf-8")) if known else {}
    results |= {"markers": CONVENTION, "beam": 4}
    for name, folder in (("before", before), ("after", after)):
        if folder:
            results[name] = measure_markers(folder)
    text = json.dumps(results, indent=2) + "\n"
    MARKER_RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, help="folder of the model before marker tuning")
    write(parser.parse_args().before)
