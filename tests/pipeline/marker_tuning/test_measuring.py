"""Tag survival counts what it says."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from crosslabel.pipeline.marker_tuning.examples import MarkedPair
from crosslabel.pipeline.marker_tuning.measuring import survival
from crosslabel.projection.markers import LETTERS

PAIRS = [
    MarkedPair("Anna sees Tom.", "Anna sieht Tom.", (((0, 4), (0, 4)), ((10, 13), (11, 14)))),
    MarkedPair("Tom left.", "Tom ging.", (((0, 3), (0, 3)), ((4, 8), (4, 8)))),
]


@pytest.mark.parametrize(("translations", "survived", "spans", "exact"), [
    (["<a> Anna </a> sieht <b> Tom </b> .", "<a> Tom </a> <b> ging </b> ."], 1, 1, 1),
    (["<a> ANNA </a> sieht <b> Thomas </b> .", "<b> ging </b> <a> Tom </a> ."], 1, 1, 0.75),
    (["<a> Anna </a> sieht <b> Tom .", "<a> Tom </a> <b> ging </b> ."], 0.5, 0.75, 0.75),
    (["<a> Anna </a> <a> sieht </a> <b> Tom </b>", "</a> Tom <a> <b> ging </b>"], 0, 0.5, 0.5),
    (["<a> Anna </a> <b> Tom </b> <c>", ""], 0, 0.5, 0.5),
])
def test_survival(
    translations: Sequence[str], survived: float, spans: float, exact: float
) -> None:
    asked: list[str] = []

    def translate(texts: Sequence[str]) -> Sequence[str]:
        asked.extend(texts)
        return translations

    found = survival(PAIRS, LETTERS, translate)
    assert asked == ["<a> Anna </a> sees <b> Tom </b> .", "<a> Tom </a> <b> left </b> ."]
    assert (found.sentences, found.survived, found.spans, found.exact) == (
        2, survived, spans, exact)
