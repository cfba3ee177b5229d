"""The page of the comparison of fine-tuned systems."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.finetuning import filter_page
from benchmarks.paths import RESULTS


def test_the_page_says_what_the_results_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = tmp_path / "results"
    results.mkdir()
    for file in RESULTS.glob("filter_*.json"):
        (results / file.name).write_bytes(file.read_bytes())
    page = filter_page.PAGE.read_text("utf-8")
    monkeypatch.setattr(filter_page, "PAGE", tmp_path / "filter.md")
    monkeypatch.setattr(filter_page, "RESULTS", results)
    filter_page.write_page()
    assert (tmp_path / "filter.md").read_text("utf-8") == page
    assert (results / "filter.svg").read_text("utf-8").count("<svg") == 1
