"""How many tags survive a translation: `python -m training.evaluate_markers [FOLDER]`.

Phrases of Tatoeba dev and of the held-out news whose word links are consistent are marked; the
aligner that links them has seen training text too. Writes `benchmarks/results/markers.json`.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.bitext import evenly
from pipeline.marker_tuning.examples import LinkedBitext
from pipeline.marker_tuning.feed import Direction
from pipeline.marker_tuning.measuring import COUNTS, Survival, survival, tagged
from projection.markers import CONVENTIONS
from training.corpus import NTREX_TRAIN, TRANSLATED, ntrex, tatoeba
from training.markers import CONVENTION
from training.paths import MODELS, RESULTS, TRANSLATION
from training.translate import PackedTranslator

MARKER_RESULTS = RESULTS.with_name("markers.json")
_SEEN = 30_000
"""Pairs of training text that help the aligner."""


def measure_markers(folder: Path) -> dict[str, Any]:
    """Tag survival of the model in `folder`, in per cent, by direction, test and number of tags."""
    translator = PackedTranslator(folder)
    results: dict[str, Any] = {"markers": CONVENTION, "beam": 4}
    for other in TRANSLATED:
        everyday, news = tatoeba(other, "dev"), ntrex(other)[NTREX_TRAIN:]
        train = tatoeba(other, "train")
        seen = list(evenly(train, len(train), _SEEN))
        linked = LinkedBitext.align([*everyday, *news, *seen], "en", other)
        tests = {
            "tatoeba_dev": range(len(everyday)),
            "ntrex_held_out": range(len(everyday), len(everyday) + len(news)),
        }
        for source, target in (("en", other), (other, "en")):
            results[f"{source}-{target}"] = {
                test: _by_count(
                    translator, Direction(linked, numbers, source, target, source != "en")
                )
                for test, numbers in tests.items()
            }
    return results


def _by_count(translator: PackedTranslator, direction: Direction) -> dict[str, Any]:
    def translate(texts: list[str]) -> list[str]:
        return translator.translate(texts, direction.source_lang, direction.target_lang)

    return {
        str(count): _per_cent(survival(
            tagged(direction, count), CONVENTIONS[CONVENTION], lambda texts: translate([*texts])
        ))
        for count in COUNTS
    }  # fmt: skip


def _per_cent(found: Survival) -> dict[str, Any]:
    values = asdict(found)
    return {key: value if key == "sentences" else round(100 * value, 1)
            for key, value in values.items()}  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=MODELS / TRANSLATION)
    text = json.dumps(measure_markers(parser.parse_args().folder), indent=2) + "\n"
    MARKER_RESULTS.write_text(text, encoding="utf-8")
    print(text)
