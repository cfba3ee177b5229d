"""The target of one fragment of a span: candidates, groups, winner."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from crosslabel.projection.interface import Range
from crosslabel.projection.spans.edges import cut_function_words, cut_marks, fill
from crosslabel.projection.spans.evidence import Evidence
from crosslabel.projection.spans.rules import SpanRules


@dataclass(frozen=True, slots=True)
class Fragment:
    """A fragment to place.

    Attributes:
        words: its source words, in order, at least one.
        held: target words that other spans hold.
        gap: the number of words that may be missing between two members of a group.
        several: whether it may become several fragments.
    """

    words: Sequence[int]
    held: Set[int]
    gap: int
    several: bool


def targets(fragment: Fragment, evidence: Evidence, rules: SpanRules) -> list[Range]:
    """Return the target words of a fragment as ranges of word indices, none if nothing is free."""
    scores = evidence.candidates(fragment.words)
    scores = {j: score for j, score in scores.items() if j not in fragment.held}
    first = evidence.strongest(scores) if rules.strongest else scores
    return _ranges(first, fragment, evidence, rules) or _ranges(scores, fragment, evidence, rules)


def _ranges(
    scores: dict[int, float], fragment: Fragment, evidence: Evidence, rules: SpanRules
) -> list[Range]:
    words = fragment.words
    groups = _groups(sorted(scores), fragment, evidence, rules)
    groups = [cut_marks(group, words, evidence, rules) for group in groups]
    chosen = _chosen([group for group in groups if group], scores, fragment, evidence, rules)
    ranges = []
    for number, group in enumerate(chosen):
        filled = group if number else fill(group, words, fragment.held, evidence, rules)
        kept = cut_function_words(filled, words, evidence, rules)
        kept = cut_marks(kept, words, evidence, rules)
        ranges.append((kept[0], kept[-1] + 1))
    return ranges


def _groups(
    candidates: Sequence[int], fragment: Fragment, evidence: Evidence, rules: SpanRules
) -> list[list[int]]:
    groups: list[list[int]] = []
    words = frozenset(fragment.words)
    for j in candidates:
        between = range(groups[-1][-1] + 1, j) if groups else range(0)
        if groups and _bridged(between, words, fragment, evidence, rules):
            groups[-1].append(j)
        else:
            groups.append([j])
    return groups


def _bridged(
    between: range, words: frozenset[int], fragment: Fragment, evidence: Evidence, rules: SpanRules
) -> bool:
    """Return whether two candidates belong together in spite of the words between them."""
    if len(between) > fragment.gap or not fragment.held.isdisjoint(between):
        return False
    if rules.bridge is None:
        return True
    return sum(evidence.linked_outside(j, words) for j in between) <= rules.bridge


def _chosen(
    groups: list[list[int]],
    scores: dict[int, float],
    fragment: Fragment,
    evidence: Evidence,
    rules: SpanRules,
) -> list[list[int]]:
    """Return the winning group, and the further groups that cover other source words, best first.
    """
    covered = [{i for i in fragment.words if not evidence.believed[i].keys().isdisjoint(group)}
               for group in groups]

    def rank(number: int) -> tuple[float, int, float, int]:
        group = groups[number]
        total = sum(scores[j] for j in group)
        most = {
            "content": sum(map(evidence.target.content, group)),
            "links": len(group),
            "score": total,
            "coverage": len(covered[number]),
        }[rules.winner]
        return -most, -len(group), -total, group[0]

    chosen: list[list[int]] = []
    done: set[int] = set()
    for number in sorted(range(len(groups)), key=rank):
        if not chosen or (fragment.several and not covered[number] <= done):
            chosen.append(groups[number])
            done |= covered[number]
    return chosen
