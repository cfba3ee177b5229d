"""Marked translations as evidence for finished ones."""

from collections.abc import Sequence

from crosslabel.projection.interface import GivenSpan, PairTargets, TextPair
from crosslabel.projection.targets.marked_translation import MarkedTranslation
from crosslabel.projection.words import side_from_tokens
from tests.projection.markers.keeping_translator import KeepingTranslator

WORDS = {"Ana": "Ana", "left": "verließ", "saw": "sah", "Rome": "Rom", "old": "alte"}


def pair(
    source: str, target: str, *spans: Sequence[tuple[int, int]], lang: str = "de"
) -> TextPair:
    given = tuple(GivenSpan(str(n), "X", tuple(own)) for n, own in enumerate(spans))
    sides = side_from_tokens(source.split(), "en"), side_from_tokens(target.split(), lang)
    return TextPair("1", *sides, given)


def best(pair: TextPair, found: PairTargets) -> list[list[str | None]]:
    words = pair.target.surface()
    return [
        [" ".join(words[slice(*own.words[0])]) if len(own.words) else None for own in fragments]
        for fragments in found.by_span
    ]


def test_spans_are_found_in_a_finished_translation() -> None:
    translator = KeepingTranslator(WORDS)
    given = pair("Ana left old Rome", "Das alte Rom das Ana verließen",
                 [(9, 17)], [(0, 3)], [(0, 3), (4, 8)])
    found = MarkedTranslation(translator).find([given, given])
    assert best(given, found[0]) == [["alte Rom"], ["Ana"], ["Ana", "verließen"]]
    assert found[0].reason is None
    assert best(given, found[1]) == best(given, found[0])
    assert [len(batch) for batch in translator.batches] == [1]


def test_repeated_phrases_go_where_their_neighbours_are() -> None:
    given = pair("Ana saw Rome and Ana left", "Ana sah Rom und Ana ging", [(17, 20)], [(0, 3)])
    [found] = MarkedTranslation(KeepingTranslator(WORDS)).find([given])
    assert [own[0].words[0].tolist() for own in found.by_span] == [[4, 5], [0, 1]]


def test_what_has_no_place_gets_an_empty_ranking() -> None:
    def drop_rome(source: str, made: str) -> str:
        return made.replace("<b>", "").replace("<a> Rom", "Rom")

    given = pair("Ana left Rome", "Ana ging", [(0, 3)], [(9, 13)], [(2, 99)], [(3, 4)])
    [found] = MarkedTranslation(KeepingTranslator(WORDS, drop_rome)).find([given])
    assert best(given, found) == [["Ana"], [None], [None], [None]]
    assert found.reason is None


def test_a_pair_that_cannot_be_translated_says_why() -> None:
    french = pair("Ana left", "Ana est partie", [(0, 3)], lang="fr")
    long = pair("Ana left " * 9, "Ana ging", [(0, 3)])
    good, bare = pair("Ana left", "Ana ging", [(0, 3)]), pair("Ana left", "Ana ging")
    found = MarkedTranslation(KeepingTranslator(WORDS, limit=9)).find([french, long, good, bare])
    assert [own.reason for own in found] == [
        "does not translate en-fr", "over-limit: too many words", None, None]
    assert [best(own, f) for own, f in zip([french, long, good, bare], found, strict=True)] == [
        [[None]], [[None]], [["Ana"]], []]


def test_a_target_without_words_has_no_place() -> None:
    given = pair("Ana left", "", [(0, 3)])
    [found] = MarkedTranslation(KeepingTranslator(WORDS)).find([given])
    assert best(given, found) == [[None]]
