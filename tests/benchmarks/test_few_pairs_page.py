"""The page about few pairs holds what the kept figures say."""

from __future__ import annotations

import json

from benchmarks.paths import HERE, RESULTS
from benchmarks.projection.few_pairs import NUMBERS, page


def test_the_page_in_the_repository_is_that_of_its_figures() -> None:
    results = json.loads((RESULTS / "few_pairs.json").read_text("utf-8"))
    text = page(results)
    assert (HERE / "projection" / "few_pairs.md").read_text("utf-8") == text
    for name, entry in results.items():
        row = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
        assert all(f"{entry[number]['f1']:.1f}" in row for number in NUMBERS if number in entry)
