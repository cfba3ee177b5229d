"""The page about projection holds what the kept figures say."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.projection.projection_page import page

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def test_the_page_in_the_repository_is_that_of_its_figures() -> None:
    results = json.loads((BENCHMARKS / "results" / "projection.json").read_text("utf-8"))
    assert (BENCHMARKS / "projection" / "projection.md").read_text("utf-8") == page(results)


def test_every_set_has_its_row_with_the_best_method_in_bold() -> None:
    results = json.loads((BENCHMARKS / "results" / "projection.json").read_text("utf-8"))
    lines = page(results).splitlines()
    assert len(results["sets"]) > 10
    for name, own in results["sets"].items():
        row = next(line for line in lines if line.startswith(f"| {name} |"))
        best = max(system["micro"]["f1"] for system in own["systems"])
        assert f"**{100 * best:.1f}**" in row
