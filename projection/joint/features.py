"""The features of candidates: the evidence of each view, and how their text compares."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.interface import Links, TextPair
from crosslabel.projection.joint.candidates import Candidates, candidates_of, log_odds
from crosslabel.projection.joint.rules import rule_targets
from crosslabel.projection.joint.texts import SideTexts
from crosslabel.projection.joint.units import FragmentUnit, units_of
from crosslabel.projection.joint.views import View, views_of

Floats = NDArray[np.float64]

DIRECTIONS = ("forward", "backward")
_EXPERIENCED = 6.0
"""Decimal logarithm of the number of sentence pairs from which more would teach nothing new."""


@dataclass(frozen=True, slots=True)
class UnitEvidence:
    """All evidence on the units of some pairs.

    Attributes:
        units: the fragments to find targets for.
        candidates: the ranges that may be their targets.
        names: names of the columns of ``features``.
        features: (candidates, features).
        absent_names: names of the columns of ``absent``.
        absent: (units, features) the evidence for and against no target.
    """

    units: list[FragmentUnit]
    candidates: Candidates
    names: tuple[str, ...]
    features: Floats
    absent_names: tuple[str, ...]
    absent: Floats


def gather(
    pairs: Sequence[TextPair], links: Mapping[str, Sequence[Links]],
) -> UnitEvidence:
    """Collect the evidence on all spans of some pairs.

    Args:
        links: by link source, the links of each pair.
    """
    units = units_of(pairs)
    by_source = {source: views_of(pairs, units, by_pair) for source, by_pair in links.items()}
    views = {
        f"{source}.{direction}": view
        for source, both in by_source.items()
        for direction, view in zip(DIRECTIONS, both, strict=True)
    }
    sources = [SideTexts(pair.source) for pair in pairs]
    translations = [SideTexts(pair.target) for pair in pairs]
    candidates = candidates_of(
        pairs, units, list(by_source.values()), translations, sources)
    columns: dict[str, Floats] = {}
    lengths = np.array([unit.length for unit in units], np.float64)
    for name, view in views.items():
        seen = _view_features(candidates, view, lengths)
        columns |= {f"{name}.{feature}": values for feature, values in seen.items()}
    absent: dict[str, Floats] = {}
    for source, by_pair in links.items():
        targets_by_rule = rule_targets(pairs, units, by_pair)
        agreed = _rule_features(candidates, targets_by_rule)
        columns |= {f"{source}.{feature}": values for feature, values in agreed.items()}
        absent[f"{source}.rule_none"] = (targets_by_rule[:, 0] < 0).astype(np.float64)
    columns |= _text_features(candidates, units, sources, translations)
    absent |= _absent_features(candidates, columns, views, lengths)
    for source, by_pair in links.items():
        if any(each.learned_from is not None for each in by_pair):
            inexperience = np.array([_inexperience(by_pair[unit.pair]) for unit in units])
            columns |= _weighed(columns, inexperience[candidates.unit], source)
            absent |= _weighed(absent, inexperience, source)
    return UnitEvidence(
        units, candidates, tuple(columns), np.stack(list(columns.values()), axis=1),
        tuple(absent), np.stack(list(absent.values()), axis=1),
    )


def _inexperience(links: Links) -> float:
    """Return how little the source of some links has learned from: 1 for one pair, 0 for a million.
    """
    return 1.0 - math.log10(max(links.learned_from or 1, 1)) / _EXPERIENCED


def _weighed(columns: Mapping[str, Floats], factor: Floats, source: str) -> dict[str, Floats]:
    """Return the columns times a factor: every weight may depend on it."""
    return {f"{name} by few {source}": values * factor for name, values in columns.items()}


def _view_features(candidates: Candidates, view: View, lengths: Floats) -> dict[str, Floats]:
    """Return the features of each candidate in one view.

    ``odds`` is the sum of the log odds that its words belong to the unit; ``dense`` and ``foreign``
    are the shares of its words that belong to the unit and to other units, ``strangers`` is the
    number of the latter; ``kept`` is the share of the unit's words within it, ``lost`` the number
    of those outside it; ``covered`` is the share of the source words with a link into it. The other
    features concern the words at both ends and just outside.
    """
    inside, other = candidates.sums(view.inside), candidates.sums(view.other)
    whole = candidates.totals(view.inside)[candidates.unit]
    length, words = candidates.length, lengths[candidates.unit]
    left, right = candidates.first, candidates.end - 1
    return {
        "odds": candidates.sums(log_odds(view.inside)),
        "dense": inside / length,
        "kept": inside / np.maximum(whole, 1e-3),
        "lost": whole - inside,
        "foreign": other / length,
        "strangers": other,
        "covered": np.minimum(candidates.sums(view.mass) / words, 1.0),
        "covered_first": np.minimum(candidates.sums(view.first), 1.0),
        "covered_last": np.minimum(candidates.sums(view.last), 1.0),
        "left_own": candidates.at(view.inside, left),
        "left_other": candidates.at(view.other, left),
        "right_own": candidates.at(view.inside, right),
        "right_other": candidates.at(view.other, right),
        "before_own": candidates.at(view.inside, left - 1),
        "before_other": candidates.at(view.other, left - 1),
        "after_own": candidates.at(view.inside, right + 1),
        "after_other": candidates.at(view.other, right + 1),
    }


def _rule_features(candidates: Candidates, targets: NDArray[np.int64]) -> dict[str, Floats]:
    """Return whether each candidate begins and ends where the rules place the target."""
    ruled = targets[candidates.unit]
    left = (candidates.first == ruled[:, 0]).astype(np.float64)
    right = (candidates.end == ruled[:, 1]).astype(np.float64)
    return {"rule_left": left, "rule_right": right, "rule": left * right}


def _text_features(
    candidates: Candidates, units: Sequence[FragmentUnit],
    sources: Sequence[SideTexts], targets: Sequence[SideTexts],
) -> dict[str, Floats]:
    """Return how letters (romanised), digits and lengths of a candidate compare with its unit."""
    ours = [sources[unit.pair].joined(unit.first, unit.end) for unit in units]
    theirs = [
        targets[units[unit].pair].joined(first, end)
        for unit, first, end in zip(
            candidates.unit.tolist(), candidates.first.tolist(), candidates.end.tolist(),
            strict=True,
        )
    ]
    alike = _similarity([ours[unit] for unit in candidates.unit], theirs)
    digits = [_digits(text) for text in ours]
    words = np.array([unit.length for unit in units], np.float64)[candidates.unit]
    letters = _log_ratio([len(text) for text in theirs],
                         np.array([len(text) for text in ours], np.float64)[candidates.unit], 2.0)
    longer = _log_ratio(candidates.length, words, 0.5)
    same = [_digits(text) == digits[u] for u, text in zip(candidates.unit, theirs, strict=True)]
    return {
        "alike": alike, "alike3": alike**3, "equal": (alike == 1.0).astype(np.float64),
        "digits": np.array(same, np.float64),
        "longer": longer, "longer2": longer**2, "other_length": np.abs(longer),
        "same_length": (candidates.length == words).astype(np.float64),
        "letters": letters, "letters2": letters**2,
    }


def _absent_features(
    candidates: Candidates, columns: Mapping[str, Floats], views: Mapping[str, View],
    lengths: Floats,
) -> dict[str, Floats]:
    """Return the evidence for no target at all, per unit."""
    absent = {
        "one": np.ones(len(lengths)), "words": lengths,
        "no_candidate": (np.diff(candidates.starts) == 0).astype(np.float64),
        "alike": candidates.most(columns["alike"]),
    }
    for name in views:
        absent[f"{name}.dense"] = candidates.most(columns[f"{name}.dense"])
        absent[f"{name}.covered"] = candidates.most(columns[f"{name}.covered"])
    return absent


def _similarity(ours: list[str], theirs: list[str]) -> Floats:
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cpdist

    scorer = Levenshtein.normalized_similarity
    alike: Floats = cpdist(ours, theirs, scorer=scorer, dtype=np.float64)
    return alike


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _log_ratio(theirs: object, ours: Floats, smoothing: float) -> Floats:
    ratio: Floats = np.log((np.asarray(theirs, np.float64) + smoothing) / (ours + smoothing))
    return ratio
