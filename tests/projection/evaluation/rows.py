"""Gold rows and predictions made by hand or by hypothesis."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from crosslabel.projection.evaluation.gold import PredictionFile, read_beside, read_gold_rows
from crosslabel.projection.evaluation.report import Report, evaluate, evaluate_predicted
from crosslabel.projection.files.pairs import Labelled, PairRow, parse_pair
from crosslabel.projection.interface import Projection

Spans = list[tuple[int, int, str]]
Sure = tuple[tuple[int, int, str], float | None]
TOKENS = [f"word{n}" for n in range(8)]

span_lists = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 4), st.sampled_from("AB")).map(
        lambda s: (s[0], s[0] + s[1], s[2])), max_size=6)
probabilities = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.7, 1.0])
sure_lists = span_lists.flatmap(lambda spans: st.tuples(*(
    st.tuples(st.just(span), probabilities) for span in spans)).map(list))
pair_lists = st.lists(st.tuples(span_lists, sure_lists), min_size=1, max_size=5)


def labelled(spans: Spans) -> list[Labelled]:
    return [Labelled(((start, end),), label) for start, end, label in spans]


def row_of(gold: Spans, number: int = 0) -> PairRow:
    """A row whose two sides are the same."""
    spans = [{"start": start, "end": end, "label": label} for start, end, label in gold]
    side = {"lang": "en", "tokens": TOKENS, "spans": spans}
    return parse_pair({"id": f"r{number}", "source": side, "target": side}, number + 1)


def projections(row: PairRow, found: Sequence[Sure]) -> list[Projection]:
    """Projected spans over the tokens of a row, each with a probability."""
    words = row.pair.target.words
    return [
        Projection(str(n), label, ((words[start][0], words[end - 1][1]),), "test", "projected",
                   probability=probability)
        for n, ((start, end, label), probability) in enumerate(found)
    ]


def report_of(pairs: Sequence[tuple[Spans, Sequence[Sure]]]) -> Report:
    """The report of a system on gold rows."""
    rows = [row_of(gold, n) for n, (gold, _) in enumerate(pairs)]
    return evaluate(rows, [projections(row, own) for row, (_, own) in
                           zip(rows, pairs, strict=True)])


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def gold_json(pair_id: str, **target: Any) -> dict[str, Any]:
    """A gold row of two tokens, the first a span."""
    span = {"start": 0, "end": 1, "label": "A"}
    side = {"lang": "en", "tokens": ["Sushi", "now."], "spans": [span]}
    return {"id": pair_id, "source": side, "target": side | target}


def prediction_json(
    pair_id: str, start: int | None, end: int | None, **more: Any
) -> dict[str, Any]:
    return {"id": pair_id, "spans": [{"start": start, "end": end, "label": "A"}]} | more


def measured(gold: Path, pred: Path) -> tuple[Report, PredictionFile]:
    """A prediction file measured against a gold file."""
    rows = read_gold_rows(gold).rows
    file = read_beside(rows, pred)
    return evaluate_predicted(rows, file.predicted), file
