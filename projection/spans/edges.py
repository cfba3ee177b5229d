"""The ends of a target: which words are cut off and which are added."""

from __future__ import annotations

from collections.abc import Sequence, Set

from crosslabel.projection.spans.evidence import Evidence
from crosslabel.projection.spans.rules import SpanRules


def cut_marks(
    members: list[int], words: Sequence[int], evidence: Evidence, rules: SpanRules
) -> list[int]:
    """Return a group without the marks at its ends that the source span does not have there."""
    if rules.punctuation == "keep":
        return members
    mark = evidence.target.mark
    first, end = 0, len(members)
    if not evidence.source.mark[words[0]]:
        while first < end and mark[members[first]]:
            first += 1
    if not evidence.source.mark[words[-1]]:
        while first < end and mark[members[end - 1]]:
            end -= 1
    return members[first:end]


def cut_function_words(
    members: list[int], words: Sequence[int], evidence: Evidence, rules: SpanRules
) -> list[int]:
    """Return a group without the function words at its ends that are not believed."""
    if rules.function_words == "keep" or not any(map(evidence.target.content, members)):
        return members
    kept = list(members)
    for end in (0, -1):
        while _is_doubtful(kept[end], kept, words, evidence, rules):
            del kept[end]
    return kept


def _is_doubtful(
    word: int, members: list[int], words: Sequence[int], evidence: Evidence, rules: SpanRules
) -> bool:
    if not evidence.target.function[word]:
        return False
    return rules.function_words == "trim" or not any(
        _vouches(i, word, members, evidence, rules) for i in words if word in evidence.believed[i]
    )


def _vouches(
    i: int, word: int, members: list[int], evidence: Evidence, rules: SpanRules
) -> bool:
    """Return whether a source word linked to a function word is its counterpart."""
    form = evidence.target.forms[word]
    if evidence.source.function[i] or evidence.source.forms[i] == form:
        return True
    better = any(j in evidence.believed[i] and evidence.target.content(j) for j in members)
    return len(form) > rules.short_word and not better


def fill(
    members: list[int], words: Sequence[int], held: Set[int], evidence: Evidence, rules: SpanRules
) -> list[int]:
    """Return a group extended to the unlinked words that unlinked source words may have become."""
    filled = list(members)
    expected = evidence.length_ratio * sum(
        len(evidence.source.forms[i]) for i in words if evidence.source.content(i)
    )
    for _ in evidence.missing(words) if rules.fill else ():
        first, end = filled[0], filled[-1] + 1
        if rules.fill_to_length and evidence.target.content_letters(first, end) >= expected:
            break
        right = _nearest(range(end, len(evidence.sources)), held, evidence, rules.fill)
        left = _nearest(range(first - 1, -1, -1), held, evidence, rules.fill)
        if not right and not left:
            break
        if right and (not left or len(right) <= len(left)):
            filled.append(right[-1])
        else:
            filled.insert(0, left[-1])
    return filled


def _nearest(way: range, held: Set[int], evidence: Evidence, steps: int) -> range:
    """Return the way through free, unlinked words to the first content word, or an empty range."""
    for number, word in enumerate(way[:steps], start=1):
        if evidence.sources[word] or evidence.target.mark[word] or word in held:
            break
        if evidence.target.content(word):
            return way[:number]
    return way[:0]
