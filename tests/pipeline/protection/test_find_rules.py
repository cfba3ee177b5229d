"""Rules: only those that are asked for, lists of terms, own patterns and their time limit."""

from __future__ import annotations

import pytest

from crosslabel.pipeline.protection.find import Finder
from crosslabel.pipeline.protection.rules import RULES, Rules
from crosslabel.pipeline.recipe.protect import RULE_NAMES
from tests.pipeline.protection.finding import found, marked

_ONE_OF_EACH = ("see `x` $y$ <b> {z} http://a.org a@b.org @c d.txt e_fg +49 421 123456 🎻 "
                "Acme 12 %")


@pytest.mark.parametrize("name", RULES)
def test_a_rule_finds_its_kind_and_no_other(name: str) -> None:
    finder = Finder(Rules((name,), terms=("Acme",)))
    assert {kind for kind, _, _ in found(_ONE_OF_EACH, finder)} == {name}


def test_rules_without_markup_find_code_and_formulas_in_any_order() -> None:
    finder = Finder(Rules(("code", "math"), patterns=("z+",)))
    assert marked("$x$ `y` $a_z$ $$b$$ zz `c`", finder) == (
        "⟦$x$⟧ ⟦`y`⟧ ⟦$a_z$⟧ ⟪$$b$$⟫ ⟦zz⟧ ⟦`c`⟧")


def test_no_rules_find_nothing() -> None:
    assert found(_ONE_OF_EACH, Finder(Rules())) == []


def test_an_unknown_rule_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no rule is named 'url'; there are code, math"):
        Rules(("urls", "url"))


def test_numbers_with_their_signs() -> None:
    finder = Finder(Rules(("numbers",)))
    text = "He paid $1,234.56 or € 7.50 for 12.5 % of 3,000 shares, −5 in G8 in 2021."
    assert [part for _, _, part in found(text, finder)] == [
        "$1,234.56", "€ 7.50", "12.5 %", "3,000", "−5", "2021"]


def test_terms_are_whole_words_and_the_longest_wins() -> None:
    finder = Finder(Rules(("terms",), terms=("Acme", "Acme Cloud", "京都", "C++", " R&D ")))
    assert marked("Acme Cloud, Acme's Acmeist in 東京都 uses C++ (R&D) at AcmeCloud.", finder) == (
        "⟦Acme Cloud⟧, ⟦Acme⟧'s Acmeist in 東⟦京都⟧ uses ⟦C++⟧ (⟦R&D⟧) at AcmeCloud.")


def test_a_term_within_a_tag_is_part_of_the_tag() -> None:
    finder = Finder(Rules(("terms", "markup"), terms=("Acme",)))
    assert marked('<a title="Acme">Acme</a>', finder) == '0⟨<a title="Acme">⟩⟦Acme⟧0⟨</a>⟩'


def test_an_own_pattern_wins_but_for_larger_parts() -> None:
    finder = Finder(Rules(("markup",), patterns=(r"<<\w+>>", r"\d+")))
    assert marked("<<name>> <h1>5 x</h1>", finder) == "⟦<<name>>⟧ 0⟨<h1>⟩⟦5⟧ x0⟨</h1>⟩"


def test_an_own_pattern_that_takes_a_mark_leaves_its_partner_alone() -> None:
    finder = Finder(Rules(("markup",), patterns=(r"x</b>",)))
    assert marked("<b>x</b>", finder) == "⟨<b>⟩⟦x</b>⟧"


def test_an_own_pattern_that_runs_out_of_time_is_named_and_the_others_go_on() -> None:
    slow = r"(?:a|a)*[xy]"
    finder = Finder(Rules(("emails",), patterns=(slow, "zz")))
    assert [part for _, _, part in found("a" * 40 + "b x zz a@b.org", finder)] == ["zz", "a@b.org"]
    assert finder.timed_out == {slow: 1}
    assert found("ax", finder) == [("patterns", "name", "ax")]
    assert finder.timed_out == {slow: 1}


def test_what_is_no_regular_expression_is_named() -> None:
    with pytest.raises(ValueError, match=r"'\(a' is no regular expression: missing \)"):
        Finder(Rules(patterns=("(a",)))


def test_what_cannot_be_said_is_looked_for_by_the_rule_emoji_alone() -> None:
    def nothing(texts: object) -> list[list[tuple[int, int]]]:
        return [[(0, 3)]]

    assert found("abc", Finder(Rules(("emoji",)), nothing)) == [("emoji", "name", "abc")]
    assert found("abc", Finder(Rules(("urls",)), nothing)) == []


def test_recipes_know_every_rule() -> None:
    """But for capitals, which are no parts, and terms, which bring their list."""
    assert {*RULE_NAMES} - {"capitals"} == {*RULES} - {"terms"}
