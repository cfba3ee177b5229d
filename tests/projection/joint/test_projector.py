"""The joint projection of the sample corpus with what ships."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import GivenSpan, Projection, TextPair
from crosslabel.projection.joint.calibrator import Calibrator
from crosslabel.projection.joint.projector import JointProjector
from crosslabel.projection.links.embedding import EmbeddingAligner
from crosslabel.projection.links.statistical import StatisticalAligner
from crosslabel.projection.spans import LOST
from crosslabel.projection.words import side_from_tokens
from tests.projection.joint.joint_cases import (
    LANGS,
    Tables,
    TableSource,
    both_sources,
    f1_of,
    links_of,
    sample,
)

BOTH = "joint-statistical+softmax"


def pairs_of(lang: str) -> list[TextPair]:
    return [row.pair for row in sample(lang)]


def with_spans(pair: TextPair, *spans: tuple[tuple[int, int], ...]) -> TextPair:
    """The pair with other spans, each given by its fragments."""
    return replace(pair, spans=tuple(
        GivenSpan(str(n), "X", fragments) for n, fragments in enumerate(spans)
    ))


@pytest.mark.parametrize("lang", LANGS)
def test_sample_corpus_is_projected(
    lang: str, calibrator: Calibrator, statistical: dict[str, StatisticalAligner],
    embedding: EmbeddingAligner,
) -> None:
    rows = sample(lang)
    projector = JointProjector([statistical[lang], embedding], calibrator)
    found = projector.project([row.pair for row in rows])
    assert f1_of(rows, found) > 0.88
    for row, projections in zip(rows, found, strict=True):
        assert [(p.span_id, p.label) for p in projections] == \
            [(span.id, span.label) for span in row.pair.spans]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("source", [0, 1])
def test_one_source_does_most_of_it(
    lang: str, source: int, calibrator: Calibrator, tables: Tables
) -> None:
    rows = sample(lang)
    projector = JointProjector([both_sources(tables, lang)[source]], calibrator)
    assert f1_of(rows, projector.project([row.pair for row in rows])) > 0.84


@pytest.mark.parametrize("sure", [0.85, 1.0])
def test_neither_order_nor_batches_change_results(
    sure: float, calibrator: Calibrator, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    projector = JointProjector(both_sources(tables, "de"), calibrator, sure=sure)
    pairs = pairs_of("de")
    together = projector.project(pairs)
    assert projector.project(pairs[::-1])[::-1] == together
    monkeypatch.setattr("crosslabel.projection.joint.projector._PAIRS_PER_BATCH", 5)
    assert projector.project(pairs) == together


def test_dear_evidence_is_asked_about_undecided_pairs_alone(
    calibrator: Calibrator, tables: Tables
) -> None:
    pairs = pairs_of("es")
    cheap, dear = both_sources(tables, "es")
    found = JointProjector([cheap, dear], calibrator).project(pairs)
    assert cheap.asked == [pair.id for pair in pairs if pair.spans]
    assert 0 < len(dear.asked) < len(cheap.asked)
    cheaply = JointProjector([cheap], calibrator).project(pairs)
    dearly = JointProjector(both_sources(tables, "es"), calibrator, sure=1.0).project(pairs)
    for pair, own, first, second in zip(pairs, found, cheaply, dearly, strict=True):
        assert own == (second if pair.id in dear.asked else first)


def test_sure_of_one_asks_about_every_pair(calibrator: Calibrator, tables: Tables) -> None:
    pairs = [pair for pair in pairs_of("de") if pair.spans]
    cheap, dear = both_sources(tables, "de")
    JointProjector([cheap, dear], calibrator, sure=1.0).project(pairs)
    assert dear.asked == [pair.id for pair in pairs]


def test_what_is_not_sure_enough_to_be_projected_is_asked_about(
    calibrator: Calibrator, tables: Tables
) -> None:
    pairs = pairs_of("de")
    cheap, dear = both_sources(tables, "de")
    JointProjector([cheap, dear], calibrator, 0.95, sure=0.5).project(pairs)
    alone = JointProjector([cheap], calibrator, 0.95).project(pairs)
    doubtful = {
        pair.id for pair, found in zip(pairs, alone, strict=True) for projection in found
        if projection.status == "abstained" and (projection.raw_score or 0.0) > 0.5
    }
    assert doubtful and doubtful <= set(dear.asked)


def test_more_precision_projects_fewer_spans(calibrator: Calibrator, tables: Tables) -> None:
    rows = sample("de")
    projected = []
    for precision in (None, 0.92, 0.94, 0.96):
        projector = JointProjector(both_sources(tables, "de"), calibrator, precision, sure=1.0)
        found = projector.project([row.pair for row in rows])
        projected.append(sum(p.status == "projected" for own in found for p in own))
    assert projected == sorted(projected, reverse=True) and projected[0] > projected[-1] > 50


def test_precision_out_of_reach_and_unknown_sources_are_refused(
    calibrator: Calibrator, tables: Tables
) -> None:
    cheap, dear = both_sources(tables, "de")
    with pytest.raises(InputError, match="ask for at most"):
        JointProjector([cheap], calibrator, precision=1.01)
    with pytest.raises(InputError, match=r"there are: softmax, .*, statistical\+softmax"):
        JointProjector([dear, cheap], calibrator)


def everything(calibrator: Calibrator, tables: Tables) -> list[tuple[TextPair, Projection]]:
    """Every projection of both sample corpora at a high precision, with its pair."""
    return [
        (pair, projection) for lang in LANGS
        for pair, own in zip(pairs_of(lang), JointProjector(
            both_sources(tables, lang), calibrator, precision=0.96).project(pairs_of(lang)),
            strict=True)
        for projection in own
    ]


def test_a_projected_span_has_words_and_a_probability(
    calibrator: Calibrator, tables: Tables
) -> None:
    found = [(pair, p) for pair, p in everything(calibrator, tables) if p.status == "projected"]
    assert len(found) > 100
    for pair, projection in found:
        starts, ends = zip(*pair.target.words, strict=True)
        assert all(a in starts and b in ends for a, b in projection.fragments)
        assert projection.probability is not None and 0 < projection.probability <= 1
        assert projection.calibrator == calibrator.id
        assert projection.method in ("joint-statistical", BOTH)
        assert (projection.reason, projection.likely, projection.mass) == (None, (), ())


def test_a_lost_span_says_which_words_it_may_have_become(
    calibrator: Calibrator, tables: Tables
) -> None:
    found = [(pair, p) for pair, p in everything(calibrator, tables) if p.status == "abstained"]
    assert len(found) > 20
    for pair, projection in found:
        assert projection.reason and projection.fragments == ()
        assert projection.probability is None and projection.calibrator == calibrator.id
        assert len(projection.mass) == len(projection.likely)
        assert list(projection.likely) == sorted(set(projection.likely))
        assert all(0 <= word < len(pair.target.words) for word in projection.likely)
        assert all(0 < mass <= 1 for mass in projection.mass)


def test_spans_within_spans_stay_within(calibrator: Calibrator, tables: Tables) -> None:
    nested = 0
    for lang in LANGS:
        pairs = [
            with_spans(pair, span.fragments, (words[0],))
            for pair in pairs_of(lang) for span in pair.spans
            if len(words := words_of_span(pair, span)) > 1
        ]
        for outer, inner in JointProjector(both_sources(tables, lang), calibrator).project(pairs):
            if outer.fragments and inner.fragments:
                nested += 1
                assert outer.fragments[0][0] <= inner.fragments[0][0]
                assert inner.fragments[-1][1] <= outer.fragments[-1][1]
    assert nested > 30


def words_of_span(pair: TextPair, span: GivenSpan) -> list[tuple[int, int]]:
    start, end = span.fragments[0]
    return [word for word in pair.source.words if start <= word[0] < end]


def test_fragments_of_a_span_go_where_they_would_go_alone(
    calibrator: Calibrator, tables: Tables
) -> None:
    cases = [(pair, [span.fragments[0] for span in pair.spans[:2]])
             for pair in pairs_of("de") if len(pair.spans) > 1]
    projector = JointProjector(both_sources(tables, "de"), calibrator, sure=1.0)
    apart = projector.project([with_spans(pair, *((own,) for own in two)) for pair, two in cases])
    together = projector.project([with_spans(pair, tuple(two)) for pair, two in cases])
    discontinuous = 0
    for (pair, _), (one, other), (whole,) in zip(cases, apart, together, strict=True):
        if not (one.fragments and other.fragments):
            assert whole.status == "abstained"
            continue
        discontinuous += len(whole.fragments) == 2
        assert target_words(pair, whole) == target_words(pair, one) | target_words(pair, other)
        assert whole.probability == pytest.approx(one.probability * other.probability, abs=1e-5)
    assert discontinuous > 20


def target_words(pair: TextPair, projection: Projection) -> set[tuple[int, int]]:
    return {word for word in pair.target.words for start, end in projection.fragments
            if start <= word[0] < end}


def one_word(calibrator: Calibrator, *spans: tuple[tuple[int, int], ...]) -> list[Projection]:
    """Spans of a source of two words, both linked to the one target word; any target is taken."""
    source, target = side_from_tokens(["Anna", "Boris"], "en"), side_from_tokens(["Anna"], "de")
    pair = with_spans(TextPair("p", source, target, ()), *spans)
    links = links_of([(0, 0), (1, 0)], np.full((2, 2), 0.6))
    model = replace(calibrator.of(["statistical"]), threshold=1e-6)
    source_of_links = TableSource("statistical", {"p": links})
    return JointProjector([source_of_links], Calibrator({"statistical": model})).project([pair])[0]


def test_a_word_that_two_spans_want_goes_to_one_and_the_other_says_so(
    calibrator: Calibrator,
) -> None:
    kept, lost = one_word(calibrator, ((0, 4),), ((5, 10),))
    assert kept.fragments == ((0, 4),)
    assert (lost.status, lost.reason, lost.likely) == ("abstained", LOST, (0,))
    assert 0 < lost.mass[0] < 1


def test_fragments_that_want_one_word_leave_the_span_without_target(
    calibrator: Calibrator,
) -> None:
    (lost,) = one_word(calibrator, ((0, 4), (5, 10)))
    assert (lost.status, lost.reason) == ("abstained", LOST)


def test_what_is_certain_is_still_asked_about_if_nothing_counts_as_sure(
    calibrator: Calibrator, tables: Tables
) -> None:
    model = calibrator.of(["statistical"])
    steep = replace(model, absent=replace(model.absent, weight=(-1e6,) * len(model.absent.weight)))
    models = {**calibrator.models, "statistical": steep}
    pairs = [pair for pair in pairs_of("de") if pair.spans]
    cheap, dear = both_sources(tables, "de")
    JointProjector([cheap, dear], Calibrator(models), sure=1.0).project(pairs)
    assert dear.asked == cheap.asked == [pair.id for pair in pairs]
