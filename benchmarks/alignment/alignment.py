"""Alignment error rate of every source of links on gold sets aligned by hand.

Run from the root of a checkout, with the data sets in $CROSSLABEL_DATA:

    python -m benchmarks.alignment.alignment

writes benchmarks/results/alignment.json and benchmarks/alignment/alignment.md. Statistical sources
learn from the bitext of `benchmarks.alignment.bitext` and the sentences of the set itself, without
its links.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from benchmarks.alignment.bitext import Sentences, bitext
from benchmarks.page import table
from benchmarks.paths import DATA, ENCODER, HERE, RESULTS, TRANSLATION
from crosslabel.pipeline.methods.link_sources import LinkOptions, link_source
from crosslabel.pipeline.models.find import locate
from crosslabel.pipeline.models.languages import find
from crosslabel.pipeline.models.manifest import describe
from crosslabel.projection.files.pairs import PairRow, read_pairs
from crosslabel.projection.interface import LinkSource
from crosslabel.projection.links.error_rate import ErrorRate
from crosslabel.projection.links.statistical import StatisticalAligner

FOLDERS = ("alignment", "restricted/alignment")
LARGEST = 450
"""Most pairs of a set that are used, from its beginning."""
TUNED_ON = "en-de.smultron-sample"
"""The set on which the layer and the defaults of `translation` were chosen."""


@dataclass(frozen=True)
class GoldSet:
    """Pairs of English and one other language, aligned by hand."""

    name: str
    rows: tuple[PairRow, ...]

    @property
    def language(self) -> str:
        """The language that is not English."""
        return self.rows[0].pair.target.lang

    def sentences(self) -> list[Sentences]:
        """Return the words of both sides of each pair."""
        return [(row.pair.source.surface(), row.pair.target.surface()) for row in self.rows]

    def learnt_from(self) -> list[Sentences]:
        """Return the text that a statistical source learns from: bitext, then the set itself."""
        return [*bitext(self.language), *self.sentences()]


Aligner = Callable[[GoldSet], LinkSource | None]


@cache
def _loaded(source: str) -> LinkSource:
    return link_source(source, LinkOptions(device="cpu"))


def _encoded(source: str, model: str, gold: GoldSet) -> LinkSource | None:
    """Return the source, or ``None`` if its model does not know the language."""
    known = describe(locate(model)).manifest.languages.target
    return _loaded(source) if find(gold.language, known) else None


def _eflomal(gold: GoldSet) -> LinkSource:
    return link_source("eflomal", LinkOptions(bitext=bitext(gold.language)))


ALIGNERS: Mapping[str, Aligner] = {
    "inter": partial(_encoded, "inter", ENCODER),
    "itermax": partial(_encoded, "itermax", ENCODER),
    "softmax": partial(_encoded, "softmax", ENCODER),
    "translation": partial(_encoded, "translation", TRANSLATION),
    "simalign": partial(_encoded, "simalign", ENCODER),
    "statistical": lambda gold: StatisticalAligner.train(gold.learnt_from()),
    "eflomal": _eflomal,
}
"""Functions that make each source for a set, or ``None`` if it does not know the language."""


def main() -> None:
    """Measure, then write the results and their page."""
    given = _options()
    sets, skipped = gold_sets()
    path = RESULTS / "alignment.json"
    before = json.loads(path.read_text("utf-8"))["sets"] if given.only else {}
    results: dict[str, Any] = {
        "encoder": ENCODER, "translation": TRANSLATION, "tuned_on": TUNED_ON, "largest": LARGEST,
        "skipped": skipped, "sets": {},
    }
    for gold in sets:
        by_source = before.get(gold.name, {}).get("aligners", {})
        by_source |= measure(gold, given.only or tuple(ALIGNERS))
        results["sets"][gold.name] = {
            "pairs": len(gold.rows), "bitext": len(bitext(gold.language)),
            "aligners": {name: by_source[name] for name in ALIGNERS if name in by_source},
        }
    path.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    (HERE / "alignment" / "alignment.md").write_text(page(results), "utf-8")


def gold_sets() -> tuple[list[GoldSet], dict[str, str]]:
    """Return the sets whose language the encoder knows, and why each other set is left out."""
    known = describe(locate(ENCODER)).manifest.languages.target
    sets, skipped = [], {}
    for path in (path for folder in FOLDERS for path in sorted((DATA / folder).glob("*.gz"))):
        gold = GoldSet(path.name.removesuffix(".jsonl.gz"), usable_rows(path))
        if find(gold.language, known):
            sets.append(gold)
        else:
            skipped[gold.name] = f"{ENCODER} does not know {gold.language}"
    return sorted(sets, key=lambda gold: gold.language), skipped


def usable_rows(path: Path) -> tuple[PairRow, ...]:
    """Return the first rows of a set, or stop with an error at a bad row."""
    rows = []
    for row in read_pairs(path):
        if not isinstance(row, PairRow):
            raise SystemExit(str(row))
        rows.append(row)
        if len(rows) == LARGEST:
            break
    return tuple(rows)


def measure(gold: GoldSet, names: Sequence[str]) -> dict[str, dict[str, float] | None]:
    """Return the figures of every source on one set, ``None`` if it does not know the language."""
    by_source = {}
    for name in names:
        start = time.perf_counter()
        source = ALIGNERS[name](gold)
        by_source[name] = figures(gold, source) if source else None
        print(f"{gold.name} {name}: {time.perf_counter() - start:.1f} s", flush=True)
    return by_source


def figures(gold: GoldSet, source: LinkSource) -> dict[str, float]:
    """Return error rate, precision and recall of one source on one set."""
    counts = ErrorRate()
    links = source.align([row.pair for row in gold.rows])
    for row, aligned in zip(gold.rows, links, strict=True):
        counts.add([(i, j) for i, j in aligned.pairs.tolist()], row.sure, row.possible)
    values = {"aer": counts.rate, "precision": counts.precision, "recall": counts.recall}
    return {name: round(value, 4) for name, value in values.items()}


def page(results: dict[str, Any]) -> str:
    """Return the tables as Markdown."""
    lines = [
        "# Alignment error rate", "",
        "Error rate in percent (Och and Ney 2003; possible links include the sure ones), lower is "
        "better; the lowest of a set is bold. Then precision and recall.",
        f"`inter`, `itermax`, `softmax` and `simalign` run on `{results['encoder']}`, "
        f"`translation` on the encoder of `{results['translation']}` (German and Spanish only; "
        f"its defaults were chosen on {results['tuned_on']} alone). `softmax` has the defaults "
        "that were best for spans on the fitting data of the calibrator. `statistical` and "
        "`eflomal` learn from so many pairs of bitext (Tatoeba train, NTREX, Europarl sample) and "
        "the sentences of the set itself; Chinese has none, because that bitext is not cut into "
        "words.",
        f"Sets are cut off after {results['largest']} pairs.",
        "Made by `python -m benchmarks.alignment.alignment`.", "",
    ]
    rows = [_row(name, entry) for name, entry in results["sets"].items()]
    lines += [*table(["set", "pairs", "bitext", *ALIGNERS], rows), ""]
    rows = [_row(name, entry, "precision", "recall") for name, entry in results["sets"].items()]
    lines += [*table(["set", "pairs", "bitext", *(f"{name} P / R" for name in ALIGNERS)], rows), ""]
    left_out = "; ".join(f"{name} ({why})" for name, why in results["skipped"].items())
    lines += [f"Left out: {left_out}."] if left_out else []
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(name: str, entry: dict[str, Any], *keys: str) -> list[str]:
    rates = [scores["aer"] for scores in entry["aligners"].values() if scores]
    cells = (_cell(entry["aligners"].get(source), keys, min(rates)) for source in ALIGNERS)
    return [name, str(entry["pairs"]), f"{entry['bitext']:,}", *cells]


def _cell(scores: dict[str, float] | None, keys: Sequence[str], lowest: float) -> str:
    if scores is None:
        return "–"
    if keys:
        return " / ".join(f"{100 * scores[key]:.1f}" for key in keys)
    shown = f"{100 * scores['aer']:.1f}"
    return f"**{shown}**" if scores["aer"] == lowest else shown


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Alignment error rate of every source of links.")
    parser.add_argument("--only", action="append", choices=list(ALIGNERS), metavar="SOURCE",
                        help="measure this source again and keep the others; may be repeated")
    return parser.parse_args()


if __name__ == "__main__":
    main()
