"""Every option of the rule, with a sentence that it decides."""

from __future__ import annotations

import pytest

from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Projection
from crosslabel.projection.spans import AlignmentProjector, SpanRules
from tests.projection.spans.rule_cases import ScoredLinks, make_pair, project, target_of, texts


def test_the_gap_counts_missing_words_not_the_extent() -> None:
    pair = make_pair("a b c", "a x b x c x x y", [(0, 3)])
    assert target_of(pair, "0-0 1-2 2-4", SpanRules(gap=1)) == ["a x b x c"]
    assert target_of(pair, "0-0 1-2 2-4", SpanRules(gap=0)) == ["a"]


@pytest.mark.parametrize("lang", ["zh", "ja-JP"])
def test_languages_without_spaces_have_their_own_gap(lang: str) -> None:
    rules = SpanRules(gap=0, spaceless_gap=1)
    pair = make_pair("a b", "甲 乙 丙", [(0, 2)], langs=f"xx-{lang}")
    assert target_of(pair, "0-0 1-2", rules) == ["甲 乙 丙"]
    pair = make_pair("a b", "甲 乙 丙", [(0, 2)])
    assert target_of(pair, "0-0 1-2", rules) == ["甲"]


def test_the_gap_of_the_projector_stands_in_for_both() -> None:
    for lang in ("xx", "zh"):
        pair = make_pair("a b", "a x b", [(0, 2)], langs=f"xx-{lang}")
        source = ScoredLinks({(0, 0): 1.0, (1, 2): 1.0})
        found: list[Projection] = AlignmentProjector(source, gap=0).project([pair])[0]
        assert texts(pair, found) == [["a"]]


def test_content_words_linked_outside_are_bridged_up_to_a_number() -> None:
    pair = make_pair("room service was bad", "servicio malo en habitación", [(0, 2)])
    links = "0-3 1-0 3-1"
    assert target_of(pair, links, SpanRules(bridge=0)) == ["servicio"]
    assert target_of(pair, links, SpanRules(bridge=1)) == ["servicio malo en habitación"]
    assert target_of(pair, links, SpanRules(bridge=None)) == ["servicio malo en habitación"]


def test_function_words_linked_outside_are_always_bridged() -> None:
    pair = make_pair("competition law of", "Derecho de competencia", [(0, 2)], langs="en-es")
    assert target_of(pair, "0-2 1-0 2-1") == ["Derecho de competencia"]


def test_a_stronger_link_elsewhere_counts_only_if_wanted() -> None:
    pair = make_pair("now Vienna", "jetzt Wien", [(1, 2)])
    links = {(0, 0): 0.9, (1, 0): 0.5, (1, 1): 0.8}
    assert target_of(pair, links) == ["Wien"]
    assert target_of(pair, links, SpanRules(strongest=False)) == ["jetzt Wien"]


GROUPS = make_pair("a b c", "de la 1 2 3 4 cosa 5 6 7 8 x z", [(0, 3)], langs="xx-es")
GROUP_LINKS = {(0, 0): 0.1, (0, 1): 0.1, (1, 6): 0.9, (2, 11): 0.2, (0, 12): 0.2}


@pytest.mark.parametrize(("winner", "target"), [("content", "x z"), ("score", "cosa")])
def test_the_winning_group(winner: str, target: str) -> None:
    rules = SpanRules(winner=winner, fill=0)
    assert target_of(GROUPS, GROUP_LINKS, rules) == [target]


def test_most_links_win_or_most_source_words() -> None:
    pair = make_pair("a b c", "x y z 1 2 3 4 v w", [(0, 3)])
    links = "0-0 0-1 0-2 1-7 2-8"
    assert target_of(pair, links, SpanRules(winner="links")) == ["x y z"]
    assert target_of(pair, links, SpanRules(winner="coverage")) == ["v w"]


def test_ties_go_to_the_score_and_then_to_the_left() -> None:
    pair = make_pair("a b", "a 1 2 3 4 b", [(0, 2)])
    assert target_of(pair, "0-0 1-5") == ["a"]
    assert target_of(pair, {(0, 0): 0.5, (1, 5): 0.75}) == ["b"]


def test_marks_at_the_ends_may_be_kept() -> None:
    pair = make_pair("( Foo )", '" Foo "', [(1, 2)])
    pair_with_marks = make_pair("( Foo )", '" Foo "', [(0, 3)])
    assert target_of(pair, "1-0 1-1 1-2") == ["Foo"]
    assert target_of(pair_with_marks, "0-0 1-1 2-2") == ['" Foo "']
    assert target_of(pair_with_marks, "0-0 1-1 2-2", SpanRules(punctuation="keep")) == ['" Foo "']


@pytest.mark.parametrize(
    ("function_words", "target"),
    [("counterpart", "decoración"), ("trim", "decoración"), ("keep", "La decoración")],
)
def test_an_article_without_counterpart(function_words: str, target: str) -> None:
    pair = make_pair("Decor is nice", "La decoración es agradable", [(0, 1)], langs="en-es")
    assert target_of(pair, "0-0 0-1 1-2 2-3", SpanRules(function_words=function_words)) == [target]


def test_a_function_word_with_a_counterpart_stays() -> None:
    pair = make_pair("the Beatles", "los Beatles", [(0, 2)], langs="en-es")
    assert target_of(pair, "0-0 1-1") == ["los Beatles"]
    assert target_of(pair, "0-0 1-1", SpanRules(function_words="trim")) == ["Beatles"]


def test_the_same_word_on_both_sides_is_a_counterpart() -> None:
    pair = make_pair("La Rosa", "La Rosa", [(0, 2)], langs="en-es")
    assert target_of(pair, "0-0 1-1") == ["La Rosa"]


def test_a_target_of_function_words_only_stays() -> None:
    pair = make_pair("home", "en la", [(0, 1)], langs="en-es")
    assert target_of(pair, "0-0 0-1") == ["en la"]


def test_long_function_words_are_believed_where_no_better_link_is() -> None:
    pair = make_pair("large shrimp", "grandes camarones", [(0, 2)], langs="en-es")
    assert target_of(pair, "0-0 1-1") == ["grandes camarones"]
    assert target_of(pair, "0-0 1-1", SpanRules(short_word=7, fill=0)) == ["camarones"]
    assert target_of(pair, "0-0 0-1 1-1") == ["camarones"]


def test_an_unlinked_word_beside_the_target_fills_in_for_an_unlinked_source_word() -> None:
    pair = make_pair("goat cheese", "queso de cabra fresco", [(0, 2)], langs="en-es")
    assert target_of(pair, "1-0") == ["queso de cabra"]
    assert target_of(pair, "1-0", SpanRules(fill=1)) == ["queso"]
    assert target_of(pair, "0-0 1-0") == ["queso"]


def test_a_word_linked_elsewhere_or_held_does_not_fill_in() -> None:
    pair = make_pair("goat cheese there", "queso cabra", [(0, 2)], langs="en-es")
    assert target_of(pair, "1-0 2-1") == ["queso"]
    pair = make_pair("goat cheese , cow milk", "queso , leche vaca", [(0, 2)], [(3, 5)])
    assert texts(pair, project(pair, "1-0 4-2")) == [["queso"], ["leche vaca"]]


def test_the_nearer_side_fills_in_and_the_right_of_two() -> None:
    pair = make_pair("goat cheese", "cabra queso", [(0, 2)], langs="en-es")
    assert target_of(pair, "1-1") == ["cabra queso"]
    pair = make_pair("goat cheese", "aqui queso cabra", [(0, 2)], langs="en-xx")
    assert target_of(pair, "1-1") == ["queso cabra"]
    pair = make_pair("goat cheese", "cabra queso de aqui", [(0, 2)], langs="en-es")
    assert target_of(pair, "1-1") == ["cabra queso"]


def test_a_target_that_is_long_enough_is_not_filled() -> None:
    source, target = "Member States contribute", "Mitgliedstaaten bezahlen"
    pair = make_pair(source, target, [(0, 2)], langs="en-de")
    assert target_of(pair, "1-0") == ["Mitgliedstaaten"]
    assert target_of(pair, "1-0", SpanRules(fill_to_length=False)) == [target]


def test_an_article_that_is_the_only_link_leads_to_its_noun() -> None:
    pair = make_pair("Fish was overcooked", "El pescado estaba hecho", [(0, 1)], langs="en-es")
    assert target_of(pair, "0-0 1-2 2-3") == ["pescado"]


def test_of_equal_spans_the_one_with_fewest_candidates_comes_first() -> None:
    pair = make_pair("ambiance atmosphere", "ambiente y atmósfera", [(0, 1)], [(1, 2)])
    links = "0-0 1-0 1-2"
    assert texts(pair, project(pair, links)) == [["ambiente"], ["atmósfera"]]
    found = project(pair, links, SpanRules(order="largest"))
    assert texts(pair, found) == [[], ["ambiente y atmósfera"]]
    assert found[0].reason == "lost to another span"


def test_two_spans_share_a_word_only_if_wanted() -> None:
    pair = make_pair("Spanish German", "beides", [(0, 1)], [(1, 2)])
    assert texts(pair, project(pair, "0-0 1-0")) == [["beides"], []]
    assert texts(pair, project(pair, "0-0 1-0", SpanRules(share=True))) == [["beides"], ["beides"]]


@pytest.mark.parametrize("fragments", ["all", frozenset({"X"})])
def test_far_groups_become_fragments_where_the_label_allows(fragments: object) -> None:
    pair = make_pair("switch off", "schalte 1 2 3 4 5 aus", [(0, 2)])
    assert target_of(pair, "0-0 1-6", SpanRules(fragments=fragments)) == ["schalte", "aus"]
    assert target_of(pair, "0-0 1-6") == ["schalte"]
    assert target_of(pair, "0-0 1-6", SpanRules(fragments=frozenset({"Y"}))) == ["schalte"]


def test_a_group_that_covers_no_other_source_word_is_no_fragment() -> None:
    pair = make_pair("switch off", "schalte 1 2 3 4 5 schalte aus", [(0, 2)])
    assert target_of(pair, "0-0 0-6 1-7", SpanRules(fragments="all")) == ["schalte aus"]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"gap": -1}, "span rule 'gap' is -1; give a whole number from 0"),
        ({"gap": True}, "span rule 'gap' is True; give a whole number from 0"),
        ({"bridge": 1.5}, "span rule 'bridge' is 1.5; give a whole number from 0 or none"),
        ({"share": 1}, "span rule 'share' is 1; give true or false"),
        ({"order": "x"}, "span rule 'order' is 'x'; give 'fewest' or 'largest'"),
        ({"fragments": ["X"]},
         "span rule 'fragments' is ['X']; give 'all', 'none' or a frozenset of labels"),
    ],
)
def test_an_option_that_cannot_be_says_what_can(option: dict, message: str) -> None:
    with pytest.raises(InputError) as error:
        SpanRules(**option)
    assert str(error.value) == message
