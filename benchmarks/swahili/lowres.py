"""Entities of Swahili text, a language that no shipped model knows: the walk-through, measured.

    python -m benchmarks.swahili.lowres --work out/swahili --translation out/swahili/mt-en-sw

``--translation`` is a model that ``python -m training.translation.lowres`` made, or a model of the
hub that translates both ways. The data is read from ``$CROSSLABEL_DATA``; nothing that is made here
leaves ``--work``.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

from benchmarks.paths import DATA, RESULTS
from benchmarks.swahili.lowres_page import write_page
from benchmarks.translate_test.translate_test import SEEDS, compare
from benchmarks.translate_test.translate_test_systems import Setting
from crosslabel.pipeline.models.find import locate
from crosslabel.pipeline.storage.files import read_json, write_json
from training.text.bitext import read_bitext
from training.translation.evaluate_translation import Test, quality
from training.translation.translate import PackedTranslator

LANG, GOLD = "sw", "masakhaner-sw"
_BITEXT = "restricted/lafand/lafand.en-swa.{}.tsv.gz"


def translation_quality(model: str, threads: int) -> dict[str, Any]:
    """Return BLEU and chrF of both directions on the development pairs."""
    translator = PackedTranslator(locate(model), threads)
    dev = Test.of(read_bitext(DATA / _BITEXT.format("dev")))
    scores = {f"{a}-{b}": quality(translator, dev, a, b) for a, b in (("en", LANG), (LANG, "en"))}
    stated = read_json(locate(model) / "model.json") or {}
    return {"steps": stated.get("steps"), "directions": scores}


def main() -> None:
    """Compare everything in Swahili and write the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--translation", required=True,
                        help="folder or hub name of the translation model")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    bitext = given.work / "lafand.tsv.gz"
    shutil.copy2(DATA / _BITEXT.format("train"), bitext)
    changes = (f"translation.model={given.translation}", f"engine.threads={given.threads}")
    setting = Setting(given.work, (GOLD,), changes, (f"machine.threads={given.threads}",))
    results = compare(setting, given.seeds)
    results["translation"] = translation_quality(given.translation, given.threads)
    results["pairs"] = len(read_bitext(bitext))
    write_json(RESULTS / "lowres.json", results)
    write_page()


if __name__ == "__main__":
    main()
