"""Every projection method on every gold set, side by side, with bitext and without.

Run from the root of a checkout, with the data sets in $CROSSLABEL_DATA:

    python -m training.calibrator.calibrator --left-out out/left_out
    python -m benchmarks.projection.projection --left-out out/left_out
        [--forms with without] [--methods NAME ...] [--sets NAME ...] [--before FOLDER]

writes benchmarks/results/projection.json, benchmarks/results/projection.svg and
benchmarks/projection/projection.md. Only the named sets, forms and methods are measured again, with
the cascade beside them; all others keep their figures, without the difference to a cascade that has
changed. *Without* bitext the statistical aligner learns from the texts of the set alone, as a build
does. The sentences of UNER-PUD are projected by calibrators that were fitted without them. eflomal,
an optional extra, is the baseline if it is installed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.paths import ENCODER, HERE, RESULTS, TRANSLATION
from benchmarks.projection.cross_fitted import CrossFitted
from benchmarks.projection.percents import percents
from benchmarks.projection.projection_page import page
from benchmarks.projection.projection_picture import draw_methods
from benchmarks.projection.projection_sets import GoldSet, gold_sets
from crosslabel.pipeline.aligner.training import sides
from crosslabel.pipeline.methods.projectors import ProjectorOptions, evidence, projector
from crosslabel.pipeline.methods.target_sources import TARGET_SOURCES
from crosslabel.pipeline.storage.shipped import CALIBRATOR
from crosslabel.projection.evaluation.comparison import compare_systems
from crosslabel.projection.evaluation.gold import read_beside
from crosslabel.projection.evaluation.report import Report, evaluate, evaluate_predicted
from crosslabel.projection.files.pairs import PairRow
from crosslabel.projection.interface import Projector
from crosslabel.projection.joint.calibrator import Calibrator
from crosslabel.projection.joint.projector import JointProjector
from crosslabel.projection.links.statistical import StatisticalAligner
from training.calibrator.fitting_rows import bitext as public_bitext

FORMS = ("with", "without")
CASCADE = "cascade"
BEFORE = "cascade before"
METHODS = (CASCADE, "statistical", "softmax", "inter", "itermax", "translation",
           "candidates", "markers", "constrained", "eflomal")
LEARNING = (CASCADE, "statistical", "eflomal")
"""The methods whose figures differ by form."""
TRANSLATED = ("de", "es")
SEARCHED = ("europarl-ner.en-de", "localization-xml.en-de")
"""The only sets on which constrained decoding, the slowest method, is run."""
LONG = ("xquad",)
"""Sets with texts too long for the translation model, so that it cannot mark them."""
BASELINE = ("europarl-ner", "uner-pud")
"""The only sets on which eflomal is run: it takes most of the time."""

Bitext = list[tuple[tuple[str, ...], tuple[str, ...]]]


def main() -> None:
    """Measure, then write the results and their page."""
    given = _arguments()
    calibrators = CrossFitted(given.left_out)
    for gold in gold_sets(given.sets):
        for form in given.forms:
            asked = [name for name in methods_for(gold, form)
                     if name in (CASCADE, *given.methods)]
            _add(gold.name, form, measure(gold, form, asked, calibrators, given.before))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--left-out", type=Path, required=True,
                        help="Folder of the calibrators that were fitted without some sentences.")
    parser.add_argument("--forms", nargs="*", default=FORMS, choices=FORMS)
    parser.add_argument("--methods", nargs="*", default=METHODS, choices=METHODS)
    parser.add_argument("--sets", nargs="*", default=(), help="Beginnings of the names of sets.")
    parser.add_argument("--before", type=Path, help="Folder of what another version projected: "
                        "SET.FORM.jsonl for each set and form.")
    return parser.parse_args()


def _add(name: str, form: str, measured: dict[str, Any]) -> None:
    """Add a set in one form to the results, keeping those of other runs that ended meanwhile."""
    sets = _earlier()["sets"]
    forms = sets.setdefault(name, {"forms": {}})["forms"]
    names = {system["name"] for system in measured["systems"]}
    kept = [earlier for earlier in forms.get(form, {"systems": []})["systems"]
            if earlier["name"] not in names]
    for system in kept:
        system.pop("difference", None)
    measured["systems"] += kept
    forms[form] = measured
    results = {"model": ENCODER, "translation": TRANSLATION,
               "calibrator": Calibrator.load(CALIBRATOR).id, "sets": dict(sorted(sets.items()))}
    text = json.dumps(results, indent=1, sort_keys=True) + "\n"
    (RESULTS / "projection.json").write_text(text, "utf-8")
    draw_methods(results, RESULTS / "projection.svg")
    (HERE / "projection" / "projection.md").write_text(page(results), "utf-8")


def _earlier() -> dict[str, Any]:
    path = RESULTS / "projection.json"
    results: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return results if "calibrator" in results else {"sets": {}}


def measure(
    gold: GoldSet, form: str, methods: Sequence[str], calibrators: CrossFitted,
    before: Path | None,
) -> dict[str, Any]:
    """Return the figures of methods on one set; the others are compared with the first."""
    rows = gold.rows()
    texts = bitext(gold.language) if form == "with" else []
    reports: dict[str, Report] = {}
    seconds: dict[str, float] = {}
    with aligner_file(rows, texts) as (path, training):
        for method in methods:
            options = ProjectorOptions(device="cpu", statistical=path, bitext=texts)
            project = _project(method, options, gold, calibrators)
            started = time.perf_counter()
            reports[method] = evaluate(rows, project(rows))
            seconds[method] = time.perf_counter() - started
            print(f"{gold.name} {form} {method}: "
                  f"{100 * reports[method].evaluation.micro().f1:.1f}", file=sys.stderr, flush=True)
    if before is not None and (path := before / f"{gold.name}.{form}.jsonl").is_file():
        reports[BEFORE] = evaluate_predicted(rows, read_beside(rows, path).predicted)
    values = compare_systems(reports).as_values()
    for system in values["systems"]:
        system.pop("coverage")
        if system["name"] in seconds:
            system["seconds"] = round(seconds[system["name"]], 2)
    values["percents"] = percents(reports[CASCADE].outcomes)
    spans = sum(len(row.pair.spans) for row in rows)
    return values | {"spans": spans, "bitext": len(texts), "training_seconds": round(training, 1),
                     "calibrator": Calibrator.load(CALIBRATOR).id}


def methods_for(gold: GoldSet, form: str) -> list[str]:
    """Return the methods that can be run on a set here."""
    out = set() if gold.language in TRANSLATED else {"translation", *TARGET_SOURCES}
    if not gold.name.startswith(SEARCHED):
        out.add("constrained")
    if gold.name.startswith(LONG):
        out.add("markers")
    if find_spec("eflomal") is None or not gold.name.startswith(BASELINE):
        out.add("eflomal")
    if form == "without":
        out |= {"translation", *TARGET_SOURCES, "eflomal"}
    return [method for method in METHODS if method not in out]


def _project(
    method: str, options: ProjectorOptions, gold: GoldSet, calibrators: CrossFitted
) -> Callable[[Sequence[PairRow]], list[Any]]:
    if method != CASCADE:
        chosen = projector(method, options)
        return lambda rows: _projected(chosen, rows)
    sources = evidence(options)
    return calibrators.projecting(
        gold, lambda calibrator: JointProjector(sources, calibrator)
    )


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
