"""Every projection method on every gold set, side by side.

Run from the root of a checkout, with the data sets in $CROSSLABEL_DATA:

    python -m benchmarks.projection.projection [--methods NAME ...] [--sets NAME ...]

writes benchmarks/results/projection.json, benchmarks/results/projection.svg and
benchmarks/projection/projection.md. Only the named sets are measured again, by the cascade and the
named methods; all others keep their figures, without the difference to a cascade that has changed.
eflomal, an optional extra, is the baseline if it is installed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.paths import ENCODER, HERE, RESULTS, TRANSLATION
from benchmarks.projection.projection_page import page
from benchmarks.projection.projection_sets import GoldSet, gold_sets
from crosslabel.pipeline.aligner.training import sides
from crosslabel.pipeline.methods.projectors import ProjectorOptions, evidence, projector
from crosslabel.pipeline.methods.target_sources import TARGET_SOURCES
from crosslabel.pipeline.storage.shipped import CALIBRATOR
from crosslabel.projection.evaluation.comparison import compare_systems
from crosslabel.projection.evaluation.picture import draw
from crosslabel.projection.evaluation.report import Report, evaluate
from crosslabel.projection.files.pairs import PairRow
from crosslabel.projection.interface import Projector
from crosslabel.projection.joint.calibrator import Calibrator
from crosslabel.projection.joint.projector import JointProjector
from crosslabel.projection.links.statistical import StatisticalAligner
from training.calibrator.fitting_rows import bitext as public_bitext

WITHOUT = "cascade, links alone"
"""The cascade without the phrase scores of a translation model."""
METHODS = ("cascade", WITHOUT, "statistical", "softmax", "inter", "itermax", "translation",
           "candidates", "markers", "constrained", "eflomal")
TRANSLATED = ("de", "es")
SEARCHED = ("europarl-ner.en-de", "localization-xml.en-de")
"""The only sets on which constrained decoding, the slowest method, is run."""
LONG = ("xquad",)
"""Sets with texts too long for the translation model, so that it cannot mark them."""
PICTURED = "europarl-ner.en-de"
BASELINE = ("europarl-ner", "uner-pud")
"""The only sets on which eflomal is run: it takes most of the time."""

Bitext = list[tuple[tuple[str, ...], tuple[str, ...]]]


def main() -> None:
    """Measure, then write the results and their page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--methods", nargs="*", default=METHODS, choices=METHODS)
    parser.add_argument("--sets", nargs="*", default=(), help="Beginnings of the names of sets.")
    given = parser.parse_args()
    for gold in gold_sets(given.sets):
        asked = [name for name in methods_for(gold) if name in ("cascade", *given.methods)]
        _add(gold.name, measure(gold, asked))


def _add(name: str, measured: dict[str, Any]) -> None:
    """Add a set to the results, keeping the sets of other runs that ended meanwhile."""
    sets = _earlier()["sets"]
    names = {system["name"] for system in measured["systems"]}
    kept = [earlier for earlier in sets.get(name, {"systems": []})["systems"]
            if earlier["name"] not in names]
    for system in kept:
        system.pop("difference", None)
    calibrator = Calibrator.load(CALIBRATOR).id
    measured["systems"] += kept
    measured["calibrator"] = calibrator
    results = {
        "model": ENCODER, "translation": TRANSLATION, "calibrator": calibrator,
        "sets": dict(sorted((sets | {name: measured}).items())),
    }
    text = json.dumps(results, indent=1, sort_keys=True) + "\n"
    (RESULTS / "projection.json").write_text(text, "utf-8")
    (HERE / "projection" / "projection.md").write_text(page(results), "utf-8")


def _earlier() -> dict[str, Any]:
    path = RESULTS / "projection.json"
    results: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return results if "calibrator" in results else {"sets": {}}


def measure(gold: GoldSet, methods: Sequence[str]) -> dict[str, Any]:
    """Return the figures of methods on one set; the others are compared with the first."""
    rows, texts = gold.rows(), bitext(gold.language)
    reports: dict[str, Report] = {}
    seconds: dict[str, float] = {}
    with aligner_file(rows, texts) as (path, training):
        for method in methods:
            options = ProjectorOptions(device="cpu", statistical=path, bitext=texts)
            chosen = _projector(method, options)
            started = time.perf_counter()
            reports[method] = evaluate(rows, _projected(chosen, rows))
            seconds[method] = time.perf_counter() - started
            print(f"{gold.name} {method}: {100 * reports[method].evaluation.micro().f1:.1f}",
                  file=sys.stderr, flush=True)
    if gold.name == PICTURED:
        with (RESULTS / "projection.svg").open("wb") as file:
            draw(reports, file, "svg")
    values = compare_systems(reports).as_values()
    for system in values["systems"]:
        system.pop("coverage")
        system["seconds"] = round(seconds[system["name"]], 2)
    spans = sum(len(row.pair.spans) for row in rows)
    return values | {"spans": spans, "bitext": len(texts), "training_seconds": round(training, 1)}


def methods_for(gold: GoldSet) -> list[str]:
    """Return the methods that can be run on a set here."""
    out = set() if gold.language in TRANSLATED else {WITHOUT, "translation", *TARGET_SOURCES}
    if not gold.name.startswith(SEARCHED):
        out.add("constrained")
    if gold.name.startswith(LONG):
        out.add("markers")
    if find_spec("eflomal") is None or not gold.name.startswith(BASELINE):
        out.add("eflomal")
    return [method for method in METHODS if method not in out]


def _projector(method: str, options: ProjectorOptions) -> Projector:
    if method == WITHOUT:
        return JointProjector(evidence(options), Calibrator.load(CALIBRATOR))
    return projector(method, options)


def _projected(projector: Projector, rows: Sequence[PairRow]) -> list[Any]:
    return projector.project([row.pair for row in rows])


@contextmanager
def aligner_file(rows: Sequence[PairRow], texts: Bitext) -> Iterator[tuple[Path, float]]:
    """Train a statistical aligner on the set and the bitext; yield its file and the seconds."""
    words = [(row.pair.source.surface(), row.pair.target.surface()) for row in rows]
    started = time.perf_counter()
    aligner = StatisticalAligner.train([*dict.fromkeys(words), *texts])
    seconds = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        aligner.save(Path(folder) / "aligner.safetensors")
        yield Path(folder) / "aligner.safetensors", seconds


def bitext(language: str) -> Bitext:
    """Return public sentence pairs of English and a language, as words."""
    texts = sides(public_bitext(language), "en", language)
    return [(a.surface(), b.surface()) for a, b in texts]


if __name__ == "__main__":
    main()
