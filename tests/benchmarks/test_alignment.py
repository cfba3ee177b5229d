"""The table of error rates: what is measured, and what a reader sees of it."""

from __future__ import annotations

from benchmarks.alignment.alignment import ALIGNERS, GoldSet, figures, page
from crosslabel.projection.files.pairs import parse_pair
from crosslabel.projection.links.given import GivenLinks


def gold_set() -> GoldSet:
    sides = {"source": {"lang": "en", "tokens": ["a", "b"]},
             "target": {"lang": "de", "tokens": ["c", "d"]}}
    given = [{"id": "1", "sure": [[0, 0], [1, 1]], "possible": []},
             {"id": "2", "sure": [[0, 0]], "possible": [[1, 1]]}]
    return GoldSet("small", tuple(parse_pair(row | sides, n) for n, row in enumerate(given, 1)))


def test_figures_count_over_all_pairs_of_a_set() -> None:
    source = GivenLinks({"1": [(0, 0)], "2": [(0, 0), (1, 1), (1, 0)]})
    assert figures(gold_set(), source) == {
        "aer": round(1 - (2 + 3) / (4 + 3), 4), "precision": 0.75, "recall": 0.6667,
    }


def test_statistical_sources_learn_from_the_set_itself_too() -> None:
    gold = gold_set()
    assert gold.language == "de"
    assert gold.sentences() == [(("a", "b"), ("c", "d"))] * 2


def test_the_lowest_error_rate_is_bold_and_a_strange_language_is_a_dash() -> None:
    rates = {name: {"aer": 0.3, "precision": 0.6, "recall": 0.8} for name in ALIGNERS}
    rates |= {"softmax": rates["inter"] | {"aer": 0.25, "precision": 0.7}, "translation": None}
    text = page({
        "encoder": "enc", "translation": "mt", "tuned_on": "small", "largest": 450,
        "skipped": {"en-xx.other": "enc does not know xx"},
        "sets": {"small": {"pairs": 2, "bitext": 1000, "aligners": rates}},
    })
    first, second = (line for line in text.splitlines() if line.startswith("| small"))
    assert "| **25.0** | – |" in first and first.count("30.0") == len(ALIGNERS) - 2
    assert "| 70.0 / 80.0 | – |" in second and "**" not in second
    assert "Left out: en-xx.other (enc does not know xx)." in text
