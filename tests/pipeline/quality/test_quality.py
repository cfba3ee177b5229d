"""Checks of translated texts, one by one."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.quality import repetition as repetition_module
from crosslabel.pipeline.quality.checks import CHECKS, problems
from crosslabel.pipeline.quality.repetition import repeats
from crosslabel.pipeline.quality.texts import CheckedBatch, CheckedText, characters
from crosslabel.pipeline.recipe.quality import QualitySection
from crosslabel.pipeline.translation.translator import Translation

WORDS = st.lists(st.text("abcdefgh", min_size=1, max_size=6), max_size=12).map(" ".join)


def _batch(
    *texts: CheckedText, back: Callable[..., Sequence[Translation]] | None = None
) -> CheckedBatch:
    return CheckedBatch(texts, "en", "de", ("de", "en", "es"), back)


def _problem(name: str, threshold: object, text: CheckedText) -> str | None:
    return CHECKS[name](_batch(text), threshold)[0]


def test_every_threshold_has_a_check_and_only_numbers_of_models_are_checked_by_themselves(
) -> None:
    assert QualitySection().thresholds(by_model=True) == {"numbers": True}
    assert QualitySection().thresholds(by_model=False) == {}
    given = QualitySection(length_ratio=2, language=0.1, copied=0.5, repetition=3, numbers=True,
                           urls=True, score=-1.5, round_trip_chrf=30, span_coverage=0.5,
                           back_model="x")
    assert set(given.thresholds(by_model=False)) == set(CHECKS)


def test_all_reasons_of_a_text_are_kept_under_their_codes() -> None:
    broken = CheckedText("Call 555 now.", "now now now now now now now now now now now")
    [found, none] = problems(_batch(broken, CheckedText("Yes.", "Ja.")),
                             {"length_ratio": 1.5, "repetition": 3.0, "numbers": True})
    assert [reason.split(": ")[0] for reason in found] == ["length-ratio", "repetition", "numbers"]
    assert none == ()


@given(st.text(max_size=40), st.text(max_size=40), st.floats(1.01, 5.0))
def test_length_ratio_treats_both_directions_alike(one: str, other: str, allowed: float) -> None:
    found = _problem("length_ratio", allowed, CheckedText(one, other))
    assert bool(found) == bool(_problem("length_ratio", allowed, CheckedText(other, one)))
    longer = max(characters(one), characters(other)) + 10
    assert bool(found) == (longer > allowed * (min(characters(one), characters(other)) + 10))


def test_a_chinese_character_counts_as_three_letters() -> None:
    english = "The committee published its annual report on Friday."
    assert _problem("length_ratio", 1.7, CheckedText(english, "委员会周五发布了年度报告。")) is None
    assert characters("报告 한국 ab") == 6 + 1 + 4 + 1 + 2


def test_numbers_that_differ_are_named() -> None:
    text = CheckedText("He paid $1,234.56 for 30 of 11, 12, 13 and 14.",
                       "Er zahlte 1,234 234 3.56 $ für 30 30.")
    assert _problem("numbers", True, text) == (
        "not in the translation: 1,234.56, 11, 12 and 2 more; not in the text: 1,234, 234, 3.56; "
        "more often than in the text: 30, 234")


def test_numbers_of_addresses_are_not_compared() -> None:
    text = CheckedText("See https://a.org/1234 or write to ann11@example.org &#39;now&#39;",
                       "Siehe 'dort'")
    assert _problem("numbers", True, text) is None


def test_addresses_stand_unchanged_but_for_case_and_what_closes_the_sentence() -> None:
    human = "Write to ann.b@example.org (or see https://Example.org/a?b=1)."
    kept = "Schreib an ann.b@example.org, oder lies https://example.org/a?b=1!"
    assert _problem("urls", True, CheckedText(human, kept)) is None
    found = _problem("urls", True, CheckedText(human, kept.replace("a?b", "a?c")))
    assert found == "not in the translation: https://Example.org/a?b=1"
    assert _problem("urls", True, CheckedText(human, kept.replace("@", " at ")))


def _slow_repeats(text: str) -> float:
    """By the definition: every start and every length of a piece."""
    text = " ".join(text.casefold().split()) + " "
    best = 1.0
    for length in range(1, len(text)):
        for start in range(len(text) - length):
            end = start
            while end + length < len(text) and text[end] == text[end + length]:
                end += 1
            whole = end - start + length
            if end - start >= length and characters(text[start:start + whole]) >= 8:
                best = max(best, whole / length)
    return best


@given(st.lists(st.text("ab 哈", max_size=25), max_size=4))
def test_repeats_are_those_of_the_definition(texts: list[str]) -> None:
    assert repeats(texts).tolist() == pytest.approx([_slow_repeats(text) for text in texts])


@given(st.lists(WORDS, max_size=6), st.integers(1, 60))
def test_repeats_are_the_same_in_groups_of_any_size(texts: list[str], at_once: int) -> None:
    expected = repeats(texts).tolist()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repetition_module, "_AT_ONCE", at_once)
        assert repeats(texts).tolist() == expected


@given(st.lists(WORDS, max_size=5), st.randoms())
def test_repeats_of_a_text_do_not_depend_on_the_others(
    texts: list[str], order: random.Random
) -> None:
    shuffled = order.sample(range(len(texts)), len(texts))
    alone = [float(repeats([texts[number]])[0]) for number in shuffled]
    assert repeats([texts[number] for number in shuffled]).tolist() == alone


@pytest.mark.parametrize(
    "loop", ["the ", "das ist gut, ", "嗯", "我们很好。", "jeje", "na-na-no! "]
)
def test_loops_of_words_and_characters_are_found(loop: str) -> None:
    looped = CheckedText("All is well with us here.", "Uns geht es " + loop * 9)
    assert _problem("repetition", 4.0, looped)
    same = CheckedText("We are " + loop * 10, looped.machine)
    assert _problem("repetition", 4.0, same) is None


def test_short_repetitions_are_no_loops() -> None:
    for text in ("Hahaha!", "Wow!!!!!", "Nein, nein, nein, danke.", "1.000.000 Euro"):
        assert _problem("repetition", 3.0, CheckedText("x", text)) is None


def test_copied_counts_words_outside_spans_that_are_no_names() -> None:
    text = "The weather in Southampton became steadily worse during lunch"
    assert _problem("copied", 0.5, CheckedText(text, text))
    german = "Das Wetter in Southampton wurde während des Essens immer schlechter"
    assert _problem("copied", 0.5, CheckedText(text, german)) is None
    half = "Das Wetter in Southampton wurde steadily worse during lunch"
    assert _problem("copied", 0.5, CheckedText(text, half))
    span = (text.index("steadily"), len(text))
    assert _problem("copied", 0.5, CheckedText(text, half, human_spans=(span,))) is None
    there = (half.index("steadily"), len(half))
    assert _problem("copied", 0.5, CheckedText(text, half, machine_spans=(there,))) is None


def test_one_word_in_common_is_no_copy() -> None:
    assert _problem("copied", 0.5, CheckedText("It is warm.", "Es ist warm.")) is None


def test_the_worst_segment_decides_the_score() -> None:
    text = CheckedText("a", "b", scores=(-0.2, -1.7))
    assert _problem("score", -1.5, text) == (
        "a segment has -1.70 nats per token, the lowest allowed is -1.5")
    assert _problem("score", -1.7, text) is None
    assert _problem("score", -1.7, CheckedText("a", "b")) is None


@given(st.integers(0, 9), st.integers(0, 9), st.floats(0.01, 1.0))
def test_span_coverage_is_a_share_of_what_is_given(
    one: int, other: int, lowest: float
) -> None:
    given, projected = max(one, other), min(one, other)
    found = _problem("span_coverage", lowest, CheckedText("a", "b", given=given,
                                                          projected=projected))
    assert bool(found) == (projected < lowest * given)


def test_round_trips_translate_each_distinct_segment_once_and_compare_whole_texts() -> None:
    asked: list[str] = []
    dictionary = {"Hallo.": "Hello.", "Gute Nacht.": "Good night.", "Pferd.": "Nothing at all",
                  "Ende": None}

    def back(texts: Sequence[str]) -> list[Translation]:
        asked.extend(texts)
        found = [dictionary[text] for text in texts]
        return [Translation(own, reason=None if own else "unfinished: no end") for own in found]

    two = ((0, 6), (7, 18))
    texts = (
        CheckedText("Hello. Good night.", "Hallo. Gute Nacht.",
                    segments=((two[0], two[0]), (two[1], two[1]))),
        CheckedText("Hello.", "Hallo.", segments=((two[0], two[0]),)),
        CheckedText("A horse.", "Pferd.", segments=(((0, 8), (0, 6)),)),
        CheckedText("End", "Ende", segments=(((0, 3), (0, 4)),)),
    )
    found = CHECKS["round_trip_chrf"](_batch(*texts, back=back), 30.0)
    assert asked == list(dictionary)
    assert found[:2] == [None, None]
    assert found[2] and found[2].startswith("chrF ")
    assert found[3] == "cannot be translated back: unfinished: no end"
