"""Strict span F1 of projection by alignment on public data sets.

Run from the root of a checkout, with the data sets in $CROSSLABEL_DATA:

    python -m benchmarks.projection

writes benchmarks/results/projection.json and benchmarks/projection.md.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.paths import DATA, ENCODER, HERE, RESULTS
from pipeline.models import encoder_model
from projection.evaluation.scoring import FileScore, as_values
from projection.evaluation.strict import Evaluation
from projection.files.jsonl import RowError
from projection.files.pairs import PairRow, read_pairs
from projection.files.predictions import projected_spans
from projection.links.embedding import EmbeddingAligner
from projection.links.encoder import TransformerEncoder
from projection.links.matching import METHODS
from projection.spans import AlignmentProjector

SETS = ("europarl-ner.en-de", "europarl-ner.en-es", "uner-pud.en-de", "xsid.en-de")


def main() -> None:
    """Measure every set with every method and write both files."""
    model = encoder_model(ENCODER)
    encoder = TransformerEncoder(str(model.path))
    results: dict[str, Any] = {
        "model": ENCODER, "fingerprint": model.fingerprint, "layer": encoder.layer, "gap": 3,
        "sets": {},
    }
    for name in SETS:
        rows = usable_rows(DATA / "projection" / f"{name}.jsonl.gz")
        results["sets"][name] = {
            method: measure(rows, AlignmentProjector(EmbeddingAligner(encoder, method), gap=3))
            for method in METHODS
        }
    write(results)


def usable_rows(path: Path) -> list[PairRow]:
    """The rows of a set, all of which must be good."""
    rows = []
    for row in read_pairs(path):
        if isinstance(row, RowError):
            raise SystemExit(str(row))
        rows.append(row)
    return rows


def measure(rows: list[PairRow], projector: AlignmentProjector) -> dict[str, Any]:
    """Figures of one projector on one set."""
    evaluation = Evaluation()
    reasons: Counter[str] = Counter()
    for row, found in zip(rows, projector.project([row.pair for row in rows]), strict=True):
        reasons.update(projection.reason for projection in found if projection.reason)
        labels = [span.label for span in row.pair.spans]
        evaluation.add(row.gold or (), projected_spans(row, found), labels)
    values = as_values(FileScore(evaluation, len(rows), (), (), ()))
    kept = ("pairs", "micro", "errors", "ceiling")
    return {key: values[key] for key in kept} | {"lost": dict(sorted(reasons.items()))}


def write(results: dict[str, Any]) -> None:
    """Write the figures, and the table that people read."""
    text = json.dumps(results, indent=1, sort_keys=True) + "\n"
    (RESULTS / "projection.json").write_text(text, "utf-8")
    (HERE / "projection.md").write_text(table(results), "utf-8")


def table(results: dict[str, Any]) -> str:
    """Markdown table of the figures."""
    lines = [
        "# Projection by alignment",
        "",
        f"Strict span scores (same boundaries and label, micro) of `{results['model']}`, layer "
        f"{results['layer']}, spans bridged over at most {results['gap']} words. *Ceiling*: F1 if "
        "every source label were projected perfectly.",
        "Made by `python -m benchmarks.projection`.",
        "",
        "| set | method | P | R | F1 | ceiling | boundary | label | missed | spurious |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, methods in results["sets"].items():
        for method, figures in methods.items():
            lines.append(table_row(name, method, figures))
    return "\n".join(lines) + "\n"


def table_row(name: str, method: str, figures: dict[str, Any]) -> str:
    """One line of the table."""
    micro, errors = figures["micro"], figures["errors"]
    rates = [micro["precision"], micro["recall"], micro["f1"], figures["ceiling"]["f1"]]
    kinds = [errors[kind] for kind in ("boundary", "label", "missed", "spurious")]
    cells = [name, method, *(f"{100 * rate:.1f}" for rate in rates), *map(str, kinds)]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
