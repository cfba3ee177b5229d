"""Compounds cut at hyphens, clitics cut at apostrophes."""

from __future__ import annotations

import pytest

from crosslabel.projection.interface import GivenSpan, TextPair
from crosslabel.projection.spans import SpanRules
from crosslabel.projection.words import side_from_tokens
from tests.projection.spans.rule_cases import make_pair, project, target_of, texts

COMPOUNDS = SpanRules(compounds="cut", fill=0)
CLITICS = SpanRules(clitics="cut", fill=0)
ARTICLE = "Knowledge Base article", "ein Knowledge-Base-Artikel"


def test_the_parts_of_a_compound_follow_the_words_they_stand_for() -> None:
    pair = make_pair(*ARTICLE, [(0, 2)], [(2, 3)])
    links = "0-1 1-1 2-1"
    assert texts(pair, project(pair, links, COMPOUNDS)) == [["Knowledge-Base"], ["Artikel"]]
    assert texts(pair, project(pair, links)) == [["Knowledge-Base-Artikel"], []]


def test_a_compound_stays_whole_where_the_parts_are_not_as_many_as_the_words() -> None:
    pair = make_pair(*ARTICLE, [(0, 1)])
    assert target_of(pair, "0-1 1-1", COMPOUNDS) == ["Knowledge-Base-Artikel"]


def test_a_span_of_a_part_of_a_word_becomes_the_same_part() -> None:
    source, target = ["pro-European", "views"], ["pro-europäische", "Ansichten"]
    pair = TextPair("p", side_from_tokens(source, "en"), side_from_tokens(target, "de"),
                    (GivenSpan("s", "X", ((4, 12),)),))
    assert target_of(pair, "0-0 1-1", COMPOUNDS) == ["europäische"]
    assert target_of(pair, "0-0 1-1") == ["pro-europäische"]


@pytest.mark.parametrize(
    ("source", "word", "stem", "clitic", "langs"),
    [
        ("of Europe", "d'Europe", "Europe", "d'", "en-fr"),
        ("of Europe", "dell’Europa", "Europa", "dell’", "en-it"),
        ("of art", "dell'arte", "arte", "dell'", "en-it"),
        ("in Ankara", "Ankara'da", "Ankara", "'da", "en-tr"),
    ],
)
def test_a_clitic_goes_with_the_function_word(
    source: str, word: str, stem: str, clitic: str, langs: str
) -> None:
    pair = make_pair(source, word, [(1, 2)], [(0, 1)], langs=langs)
    assert texts(pair, project(pair, "0-0 1-0", CLITICS)) == [[stem], [clitic]]
    assert texts(pair, project(pair, "1-0", CLITICS))[0] == [stem]
    both = make_pair(source, word, [(0, 2)], langs=langs)
    assert target_of(both, "0-0 1-0", CLITICS) == [word]


def test_a_function_word_alone_gets_the_whole_word() -> None:
    pair = make_pair("of Europe", "d'Europe", [(0, 1)], langs="en-fr")
    assert target_of(pair, "0-0", CLITICS) == ["d'Europe"]


def test_the_clitic_of_the_source_word_is_not_part_of_its_stem() -> None:
    pair = TextPair("p", side_from_tokens(["Bob's", "house"], "en"),
                    side_from_tokens(["Bobs'un", "ev"], "tr"), (GivenSpan("s", "X", ((0, 3),)),))
    assert target_of(pair, "0-0 1-1", CLITICS) == ["Bobs"]


def test_words_a_lost_span_may_be_are_counted_before_the_cut() -> None:
    pair = make_pair("a b", "A-B-C D x-y z", [(1, 2)])
    assert project(pair, "0-0 0-1", COMPOUNDS)[0].likely == (2, 3)
