"""The rule from links to spans, sentence by sentence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crosslabel.projection.interface import GivenSpan, TextPair
from crosslabel.projection.links.given import GivenLinks, parse_pharaoh
from crosslabel.projection.spans import AlignmentProjector, SpanRules
from crosslabel.projection.words import side_from_tokens
from tests.projection.spans.rule_cases import ScoredLinks, make_pair, project, texts


def test_a_span_takes_the_words_linked_to_its_words() -> None:
    pair = make_pair("I saw New York today", "heute sah ich New York", [(2, 4)])
    links = GivenLinks({"p": parse_pharaoh("0-2 1-1 2-3 3-4 4-0")})
    found = AlignmentProjector(links).project([pair])[0]
    assert texts(pair, found) == [["New York"]]
    assert found[0].method == "align-given" and found[0].raw_score == 1.0


def test_words_enclosed_by_a_small_gap_belong_to_the_target() -> None:
    pair = make_pair("human rights", "Rechte der ganzen armen Menschen hier", [(0, 2)])
    assert texts(pair, project(pair, "0-4 1-0")) == [["Rechte der ganzen armen Menschen"]]


def test_punctuation_at_the_ends_is_cut_off() -> None:
    pair = make_pair("the Foo Inc", '" Foo Inc " .', [(1, 3)])
    assert texts(pair, project(pair, "1-0 1-1 2-2 2-3")) == [["Foo Inc"]]


def test_punctuation_stays_where_the_source_span_has_it() -> None:
    pair = make_pair("at Foo Inc .", "bei Foo Inc . jetzt", [(1, 4)])
    assert texts(pair, project(pair, "1-1 2-2 3-3")) == [["Foo Inc ."]]


def test_a_link_between_a_word_and_punctuation_is_not_believed() -> None:
    pair = make_pair("Foo", ", dort", [(0, 1)])
    found = project(pair, "0-0")[0]
    assert (found.status, found.reason, found.likely) == ("abstained", "no link", (0,))


def test_a_word_with_a_stronger_link_elsewhere_is_left_out_while_others_remain() -> None:
    pair = make_pair("of Vienna now", "von Wien jetzt", [(1, 2)])
    assert texts(pair, project(pair, {(0, 0): 0.9, (1, 0): 0.5, (1, 1): 0.8})) == [["Wien"]]
    assert texts(pair, project(pair, {(0, 0): 0.9, (1, 0): 0.5})) == [["von"]]
    assert texts(pair, project(pair, {(0, 0): 0.9, (1, 0): 0.9, (1, 1): 0.8})) == [["von Wien"]]


def test_reordered_and_touching_spans_do_not_conflict() -> None:
    pair = make_pair("Anna Paris", "Paris Anna", [(0, 1)], [(1, 2)])
    assert texts(pair, project(pair, "0-1 1-0")) == [["Anna"], ["Paris"]]


def test_the_weaker_of_two_spans_shrinks_to_free_words() -> None:
    pair = make_pair("a b c", "A B C", [(0, 1)], [(1, 3)])
    links = {(0, 0): 0.9, (1, 0): 0.3, (1, 1): 0.5, (2, 2): 0.6}
    assert texts(pair, project(pair, links)) == [["A"], ["B C"]]


def test_the_weaker_span_abstains_when_nothing_is_left() -> None:
    pair = make_pair("a b", "AB x", [(0, 1)], [(1, 2)])
    first, second = project(pair, {(0, 0): 0.5, (1, 0): 0.9})
    assert (first.status, first.reason, first.likely) == ("abstained", "lost to another span", (0,))
    assert second.status == "projected"


def test_a_group_does_not_reach_over_the_words_of_another_span() -> None:
    pair = make_pair("a b c d", "a d b c", [(0, 3)], [(3, 4)])
    links = {(0, 0): 0.5, (1, 2): 0.5, (2, 3): 0.5, (3, 1): 0.9}
    assert texts(pair, project(pair, links)) == [["b c"], ["d"]]


def test_nested_spans_may_nest_on_the_target() -> None:
    pair = make_pair("University of Vienna", "Universität Wien", [(0, 3)], [(2, 3)])
    assert texts(pair, project(pair, "0-0 2-1")) == [["Universität Wien"], ["Wien"]]
    pair = make_pair("Vienna University", "Wien-Universität", [(0, 2)], [(0, 1)])
    assert texts(pair, project(pair, "0-0 1-0")) == [["Wien-Universität"]] * 2


def test_fragments_are_projected_one_by_one() -> None:
    pair = make_pair("turn the light off", "schalte das Licht jetzt bitte gleich noch aus",
                     [(0, 1), (3, 4)])
    assert texts(pair, project(pair, "0-0 1-1 2-2 3-7")) == [["schalte", "aus"]]


def test_fragments_that_meet_become_one() -> None:
    pair = make_pair("turn the light off", "ausschalten das Licht", [(0, 1), (3, 4)])
    assert texts(pair, project(pair, "0-0 3-0")) == [["ausschalten"]]


def test_part_of_a_word_projects_to_whole_words() -> None:
    pair = make_pair("a Berlin-based firm", "eine Firma aus Berlin")
    pair = TextPair("p", pair.source, pair.target, (GivenSpan("s", "LOC", ((2, 8),)),))
    assert texts(pair, project(pair, "1-3")) == [["Berlin"]]


def test_a_span_without_a_word_is_rejected() -> None:
    pair = TextPair("p", side_from_tokens(["a", "b"], "en"), side_from_tokens(["c"], "de"),
                    (GivenSpan("s", "X", ((1, 2),)),))
    found = project(pair, "0-0")[0]
    assert (found.status, found.reason, found.raw_score) == (
        "rejected", "the span covers no word", None)


def test_a_lost_span_without_links_may_be_any_free_word() -> None:
    pair = make_pair("a b", "A x y", [(1, 2)])
    assert project(pair, "0-0")[0].likely == (1, 2)


def test_the_reason_of_the_link_source_is_passed_on() -> None:
    pair = make_pair("a", "A", [(0, 1)])
    found = AlignmentProjector(ScoredLinks({}, "too long to align")).project([pair])[0][0]
    assert (found.status, found.reason) == ("abstained", "too long to align")


def test_the_score_is_the_mean_of_the_best_links_into_the_target() -> None:
    pair = make_pair("a b c", "A B 1 2 3 4 C", [(0, 3)])
    links = {(0, 0): 0.75, (0, 1): 0.5, (1, 1): 0.25, (2, 6): 1.0}
    assert project(pair, links)[0].raw_score == (0.75 + 0.25 + 0) / 3


cells = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 5)), st.sampled_from([0.25, 0.5, 1.0]), max_size=14
)
every_rule = st.builds(
    SpanRules,
    gap=st.integers(0, 3),
    bridge=st.sampled_from([None, 0, 1]),
    strongest=st.booleans(),
    winner=st.sampled_from(["content", "links", "score", "coverage"]),
    punctuation=st.sampled_from(["trim", "keep"]),
    function_words=st.sampled_from(["counterpart", "trim", "keep"]),
    fill=st.integers(0, 3),
    fill_to_length=st.booleans(),
    order=st.sampled_from(["fewest", "largest"]),
    fragments=st.sampled_from(["all", "none"]),
    compounds=st.sampled_from(["whole", "cut"]),
)
ranges = st.tuples(st.integers(0, 5), st.integers(1, 6)).filter(lambda r: r[0] < r[1])


@given(cells, st.lists(ranges, max_size=4), every_rule)
def test_every_span_gets_one_result_and_disjoint_spans_stay_disjoint(
    links: dict, spans: list[tuple[int, int]], rules: SpanRules
) -> None:
    pair = make_pair("the b , c d e", "A of C . D-D E", *([span] for span in spans), langs="en-en")
    found = project(pair, links, rules)
    assert [p.span_id for p in found] == [span.id for span in pair.spans]
    taken: list[tuple[tuple[int, int], set[int]]] = []
    for span, projection in zip(spans, found, strict=True):
        assert (projection.status == "projected") == bool(projection.fragments)
        assert (projection.reason is None) == bool(projection.fragments)
        own = {k for start, end in projection.fragments for k in range(start, end)}
        for other, words in taken:
            if span[0] >= other[1] or other[0] >= span[1]:
                assert own.isdisjoint(words)
        taken.append((span, own))
