"""The search over all hypotheses, against scores from tables of random numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.projection.constrained.forced import Extension, Scored, Stored
from crosslabel.projection.constrained.search import Marking, SearchOptions, search
from crosslabel.projection.constrained.template import Closing, Opening, Template

MARKING = Marking((1, 2), (90, 91), (95,), 99)
EVERYTHING = SearchOptions(best=3, budget=10**9)


class Tables:
    """A language model whose log-probabilities depend on the whole text before, by a hash."""

    def __init__(self, seed: int, flat: float) -> None:
        self._seed, self._flat = seed, flat
        self.texts: list[tuple[int, ...]] = []
        self.fed = 0

    def after(self, source: int, text: tuple[int, ...], token: int) -> float:
        rng = np.random.default_rng(abs(hash((self._seed, source, text, token))))
        return float(-rng.exponential(self._flat))

    def extend(self, extensions: Sequence[Extension], watched: int) -> list[Scored]:
        found = []
        for one in extensions:
            before = self.texts[one.parent.row][:one.keep] if one.parent else ()
            texts = [(*before, *one.ids[:n + 1]) for n in range(len(one.ids))]
            following = [self.after(one.source, text, token)
                         for text, token in zip(texts, (*one.ids[1:], one.final), strict=True)]
            watching = [self.after(one.source, text, watched) for text in texts]
            self.texts.append(texts[-1])
            self.fed += len(one.ids)
            found.append(Scored(np.array(following, np.float32), np.array(watching, np.float32),
                                Stored((), len(self.texts) - 1)))
        return found

    def score(self, source: int, text: Sequence[int]) -> float:
        return sum(self.after(source, tuple(text[:n]), text[n]) for n in range(2, len(text)))


def words(count: int) -> Template:
    """A text of one token per word."""
    ids = tuple(range(10, 10 + count))
    return Template(ids, tuple(
        Opening(slot, slot, ids[slot:],
                tuple(Closing(end - slot, end) for end in range(slot + 1, count + 1)))
        for slot in range(count)
    ))


def ranked(tables: Tables, source: int, template: Template) -> list[tuple[tuple[int, int], float]]:
    """All hypotheses, best first."""
    scores = {
        (opening.first, closing.end): tables.score(source, [
            *MARKING.begin, *template.ids[:opening.slot], *MARKING.opening,
            *opening.rest[:closing.tokens], *MARKING.closing, *opening.rest[closing.tokens:],
            MARKING.end,
        ])
        for opening in template.openings for closing in opening.closings
    }
    return sorted(scores.items(), key=lambda item: -item[1])


cases = st.tuples(st.integers(0, 10**6), st.sampled_from([0.05, 0.5, 3.0]),
                  st.lists(st.integers(1, 7), min_size=1, max_size=4))


@given(cases, st.integers(1, 4))
def test_the_best_are_those_of_trying_all(
    case: tuple[int, float, list[int]], width: int
) -> None:
    seed, flat, lengths = case
    tables, templates = Tables(seed, flat), [words(length) for length in lengths]
    options = SearchOptions(best=3, budget=10**9, width=width)
    found = search(tables, templates, MARKING, options)
    for source, (template, own) in enumerate(zip(templates, found, strict=True)):
        expected = ranked(tables, source, template)[:3]
        assert own.proved_exact
        assert [(one.first, one.end) for one in own.hypotheses] == [place for place, _ in expected]
        assert [one.score for one in own.hypotheses] == pytest.approx([s for _, s in expected],
                                                                      rel=1e-5)


@given(cases, st.integers(1, 120), st.none() | st.integers(1, 3))
def test_what_is_said_to_be_proved_is_right(
    case: tuple[int, float, list[int]], budget: int, openings: int | None
) -> None:
    seed, flat, lengths = case
    tables, templates = Tables(seed, flat), [words(length) for length in lengths]
    options = SearchOptions(best=2, budget=budget, width=2, openings=openings)
    for source, (template, own) in enumerate(
        zip(templates, search(tables, templates, MARKING, options), strict=True)
    ):
        assert own.hypotheses
        expected = ranked(tables, source, template)
        known = dict(expected)
        for one in own.hypotheses:
            assert one.score == pytest.approx(known[one.first, one.end], rel=1e-5)
        if own.proved_exact:
            best = [place for place, _ in expected[:2]]
            assert [(one.first, one.end) for one in own.hypotheses] == best


def test_a_budget_ends_the_search_and_nothing_is_proved() -> None:
    tables = Tables(3, 0.05)
    [own] = search(tables, [words(7)], MARKING, SearchOptions(best=3, budget=1, width=1))
    assert own.hypotheses and not own.proved_exact


def test_positions_are_what_the_decoder_was_fed() -> None:
    tables = Tables(5, 0.5)
    found = search(tables, [words(6), words(3)], MARKING, EVERYTHING)
    assert sum(own.positions for own in found) == tables.fed


def test_bounds_save_most_of_the_work() -> None:
    """With a model that is nearly sure of the text, wrong markers are cut off early."""
    class Sure(Tables):
        def after(self, source: int, text: tuple[int, ...], token: int) -> float:
            open_here, close_here = text[-1] == 12, text[-1] == 13 and 90 in text
            right = {90: open_here, 95: close_here}.get(token, not (open_here or close_here))
            return -0.01 if right else -9.0

    tables = Sure(0, 1.0)
    [own] = search(tables, [words(12)], MARKING, SearchOptions(best=1, budget=10**9, width=1))
    assert own.proved_exact and own.hypotheses[0][:2] == (3, 4)
    assert own.positions < 14 + 3 * 15


def test_a_text_without_places_has_no_hypotheses() -> None:
    [own] = search(Tables(1, 1.0), [Template((10, 11), ())], MARKING, EVERYTHING)
    assert own.hypotheses == () and own.proved_exact
