"""Whatever comes in, every span gets a status and nothing raises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crosslabel.projection.interface import GivenSpan, Links, Projection, Range, Side, TextPair
from crosslabel.projection.joint.calibrator import Calibrator
from crosslabel.projection.joint.projector import JointProjector
from crosslabel.projection.links.embedding import EmbeddingAligner
from crosslabel.projection.links.statistical import TOO_LONG, StatisticalAligner
from crosslabel.projection.spans import NO_LINK, NO_WORD, OUTSIDE
from crosslabel.projection.words import side_from_tokens
from tests.projection.joint.joint_cases import Linked, TableSource, linked, sample


def check(pair: TextPair, found: Sequence[Projection]) -> None:
    """What holds of every projection, whatever the pair."""
    assert [(p.span_id, p.label) for p in found] == [(s.id, s.label) for s in pair.spans]
    edges = {edge for word in pair.target.words for edge in word}
    for span, projection in zip(pair.spans, found, strict=True):
        assert projection.status in ("projected", "abstained", "rejected")
        assert (projection.status == "projected") == bool(projection.fragments)
        assert (projection.reason is None) == bool(projection.fragments)
        ends = [end for fragment in projection.fragments for end in fragment]
        assert ends == sorted(set(ends)) and set(ends) <= edges
        inside = all(0 <= a < b <= len(pair.source.text) for a, b in span.fragments)
        assert (projection.reason == OUTSIDE) == (not inside)
        assert len(projection.mass) == len(projection.likely)
        assert all(0 <= word < len(pair.target.words) for word in projection.likely)
        assert all(0 < mass <= 1 for mass in projection.mass)


def half(links: Links, reason: str | None) -> Links:
    """Every other link with its directions swapped, or none and the reason why."""
    if reason is not None:
        return Links(links.pairs[:0], links.scores[:0], reason)
    assert links.directions is not None
    return Links(links.pairs[::2], links.scores[::2], None, links.directions[::2, ::-1])


@given(st.lists(linked(wild=True), max_size=4), st.sampled_from([None, "too long to align"]),
       st.sampled_from([None, 0.0, 0.95]), st.sampled_from([0.0, 0.85, 1.0]))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_span_gets_a_status_and_targets_lie_in_the_text(
    calibrator: Calibrator, cases: list[Linked], reason: str | None, precision: float | None,
    sure: float,
) -> None:
    pairs = [replace(pair, id=str(n)) for n, (pair, _) in enumerate(cases)]
    links = {str(n): own for n, (_, own) in enumerate(cases)}
    sources = [TableSource("statistical", links),
               TableSource("softmax", {n: half(own, reason) for n, own in links.items()})]
    found = JointProjector(sources, calibrator, precision, sure).project(pairs)
    assert len(found) == len(pairs)
    for pair, own in zip(pairs, found, strict=True):
        check(pair, own)


def pair_of(
    source: Sequence[str], target: Sequence[str], *spans: Sequence[Range], lang: str = "de"
) -> TextPair:
    given_spans = tuple(GivenSpan(str(n), "X", tuple(span)) for n, span in enumerate(spans))
    return TextPair("p", side_from_tokens(source, "en"), side_from_tokens(target, lang),
                    given_spans)


@pytest.fixture(scope="module")
def projector(
    calibrator: Calibrator, statistical: dict[str, StatisticalAligner], embedding: EmbeddingAligner
) -> JointProjector:
    """The whole cascade; the encoder is asked about every pair."""
    return JointProjector([statistical["de"], embedding], calibrator, sure=1.0)


def project(projector: JointProjector, pair: TextPair) -> list[Projection]:
    (found,) = projector.project([pair])
    check(pair, found)
    return found


@pytest.mark.parametrize("fragments", [
    [(0, 99)], [(-1, 4)], [(50, 60)], [(4, 4)], [(4, 2)], [(0, 4), (90, 99)],
])
def test_a_span_outside_its_text_is_rejected_and_the_others_go_on(
    projector: JointProjector, fragments: list[Range]
) -> None:
    pair = pair_of(["Anna", "sang"], ["Anna", "sang"], fragments, [(0, 4)])
    outside, inside = project(projector, pair)
    assert (outside.status, outside.reason) == ("rejected", OUTSIDE)
    assert inside.fragments == ((0, 4),)


@pytest.mark.parametrize("fragments", [[], [(4, 5)]])
def test_a_span_without_words_is_rejected(
    projector: JointProjector, fragments: list[Range]
) -> None:
    (found,) = project(projector, pair_of(["Anna", "sang"], ["Anna", "sang"], fragments))
    assert (found.status, found.reason) == ("rejected", NO_WORD)


@pytest.mark.parametrize("text", ["", "   "])
def test_a_target_without_words_has_no_target(projector: JointProjector, text: str) -> None:
    pair = pair_of(["Anna", "sang"], [], [(0, 4)])
    empty = replace(pair, target=Side(text, (), "de"))
    (found,) = project(projector, empty)
    assert (found.status, found.reason, found.likely) == ("abstained", NO_LINK, ())


@pytest.mark.parametrize("lang", ["de", "ja", "xx"])
def test_a_target_in_another_language_gets_a_status(projector: JointProjector, lang: str) -> None:
    source = ["Nobody", "knew", "that", "Tomasz", "Wolski", "had", "left", "early", "."]
    target = ["雨", "が", "降", "っ", "た", "の", "で", "家", "に", "い", "た", "。"]
    project(projector, pair_of(source, target, [(17, 30)], [(0, 6)], lang=lang))


def test_targets_that_are_no_translations_seldom_get_a_span(projector: JointProjector) -> None:
    pairs = [row.pair for row in sample("de")]
    moved = [replace(pair, target=other.target)
             for pair, other in zip(pairs, pairs[7:] + pairs[:7], strict=True)]
    right, wrong = (
        sum(p.status == "projected" for own in projector.project(given) for p in own)
        for given in (pairs, moved)
    )
    assert wrong < right / 2


def test_a_sentence_of_500_words(projector: JointProjector) -> None:
    words = [f"w{n}" for n in range(500)]
    spans = [[word] for word in side_from_tokens(words, "en").words[::25]]
    found = project(projector, pair_of(words, words, *spans))
    assert [list(p.fragments) for p in found] == spans


def test_a_sentence_too_long_to_align_statistically(
    calibrator: Calibrator, statistical: dict[str, StatisticalAligner]
) -> None:
    pair = pair_of(["word"] * 900, ["Wort"] * 4, [(0, 4)])
    (found,) = project(JointProjector([statistical["de"]], calibrator), pair)
    assert (found.status, found.reason) == ("abstained", TOO_LONG)
    assert (found.likely, found.mass) == ((0, 1, 2, 3), (1.0,) * 4)


def test_hundreds_of_spans(projector: JointProjector) -> None:
    words = ["Anna"] * 150
    spans = [[word] for word in side_from_tokens(words, "en").words]
    project(projector, pair_of(words, words, *spans))
    nested = [[(0, end)] for end in range(4, 700, 5)]
    project(projector, pair_of(words, words, *nested))


def test_identical_spans_go_to_the_same_target(projector: JointProjector) -> None:
    pair = pair_of(["Anna", "met", "Bob"], ["Anna", "traf", "Bob"], *[[(0, 4)]] * 200)
    assert {p.fragments for p in project(projector, pair)} == {((0, 4),)}


@pytest.mark.parametrize("target", [["?"], ["...", "!"], ["»", "«"]])
def test_punctuation_only(projector: JointProjector, target: list[str]) -> None:
    project(projector, pair_of([".", "!", "–"], target, [(0, 1)], [(0, 5)], [(2, 3)]))


@pytest.mark.parametrize("word", ["\u0301", "\u200b", "🙂", "\x00", "a" * 5000])
def test_odd_characters(projector: JointProjector, word: str) -> None:
    project(projector, pair_of([word, "is"], ["ist", word], [(0, len(word))]))


def test_no_pairs_and_no_spans(projector: JointProjector) -> None:
    assert projector.project([]) == []
    assert projector.project([pair_of(["Anna"], ["Anna"])]) == [[]]
