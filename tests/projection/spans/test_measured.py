"""The default rule on public links and gold: at least the repaired rule of the literature."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from crosslabel.projection.evaluation.strict import Evaluation
from crosslabel.projection.files.jsonl import RowError
from crosslabel.projection.files.pairs import PairRow, read_pairs
from crosslabel.projection.files.predictions import projected_spans
from crosslabel.projection.links.given import GivenLinks
from crosslabel.projection.spans import AlignmentProjector


def f1(rows: list[PairRow], links: GivenLinks) -> float:
    evaluation = Evaluation()
    projected = AlignmentProjector(links).project([row.pair for row in rows])
    for row, found in zip(rows, projected, strict=True):
        labels = [span.label for span in row.pair.spans]
        evaluation.add(row.gold or (), projected_spans(row, found), labels)
    return 100 * evaluation.micro().f1


def good_rows(path: Path) -> list[PairRow]:
    return [row for row in read_pairs(path) if not isinstance(row, RowError)]


@pytest.mark.data
@pytest.mark.parametrize(
    ("lang", "split", "bar"),
    [("es", "train", 96.2), ("es", "test", 94.4), ("fr", "train", 95.7), ("fr", "test", 93.4)],
)
def test_opinion_targets_with_awesome_links(
    crosslabel_data: Path, lang: str, split: str, bar: float
) -> None:
    folder = crosslabel_data / "restricted"
    path = folder / "projection" / f"absa.en-{lang}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        wanted = {row["id"] for row in map(json.loads, lines) if row["meta"]["split"] == split}
    rows = [row for row in good_rows(path) if row.pair.id in wanted]
    links = folder / "peers" / f"absa.en-{lang}.easy-label-projection.jsonl.gz"
    assert f1(rows, GivenLinks.from_jsonl(links, "awesome")) > bar


@pytest.mark.data
def test_translate_test_with_transalign_links(crosslabel_data: Path) -> None:
    folder = crosslabel_data / "restricted"
    rows = good_rows(folder / "projection" / "masakhaner2-translate-test.en-bm.jsonl.gz")
    links = folder / "peers" / "masakhaner2-translate-test.en-bm.transalign.jsonl.gz"
    assert f1(rows, GivenLinks.from_jsonl(links, "transalign")) > 56.2
