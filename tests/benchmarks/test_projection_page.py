"""The page about projection holds what the kept figures say."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.projection.projection_page import page

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def test_the_page_in_the_repository_is_that_of_its_figures() -> None:
    results = json.loads((BENCHMARKS / "results" / "projection.json").read_text("utf-8"))
    assert (BENCHMARKS / "projection" / "projection.md").read_text("utf-8") == page(results)


def test_every_set_has_its_row_with_the_best_method_in_bold_in_both_forms() -> None:
    results = json.loads((BENCHMARKS / "results" / "projection.json").read_text("utf-8"))
    bitext, alone = page(results).split("## Without bitext")
    assert len(results["sets"]) > 10
    for name, entry in results["sets"].items():
        for form, text in (("with", bitext), ("without", alone)):
            row = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
            systems = entry["forms"][form]["systems"]
            best = max(system["micro"]["f1"] for system in systems
                       if system["name"] != "cascade before")
            assert f"**{100 * best:.1f}**" in row


def test_the_picture_has_every_method() -> None:
    picture = (BENCHMARKS / "results" / "projection.svg").read_text("utf-8")
    results = json.loads((BENCHMARKS / "results" / "projection.json").read_text("utf-8"))
    names = {system["name"] for entry in results["sets"].values()
             for form in entry["forms"].values() for system in form["systems"]}
    assert len(names) > 8
    for name in names:
        assert f">{name}</text>" in picture
