"""Spans to fit on, from a parallel treebank: phrases that are phrases in both sentences of a pair.

A phrase is a word with all words that depend on it, so its borders come from the trees of both
sides, each annotated separately; links only tell which head words belong together. Phrases are
longer than names and slots, so a calibrator that learns from them holds for clauses and titles too.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crosslabel.projection.files.pairs import Labelled, PairRow
from crosslabel.projection.interface import GivenSpan, Links, LinkSource, Range, Side, TextPair
from crosslabel.projection.words import word_ranges

RELATIONS = frozenset({
    "nsubj", "nsubj:pass", "obj", "iobj", "obl", "nmod", "appos", "ccomp", "xcomp", "advcl", "acl",
    "acl:relcl", "amod", "nummod",
})
"""Relations of heads whose phrases are taken; both sides must have the same."""
LEADING = frozenset({"case", "cc", "mark", "punct"})
"""Relations left out at the start of a phrase: they tell how it is joined to the sentence."""
LONGEST = 20
"""Most words of a phrase."""
PER_PAIR = 2
"""Most phrases taken from a sentence pair."""
PAIRS = 150
"""Most sentence pairs used of a treebank: with more, UNER-PUD and xSID predict each other worse."""
SURE = 0.9
"""Lowest score of the link between two heads."""


@dataclass(frozen=True)
class Tree:
    """A parsed sentence.

    `ranges`: characters of each token; tokens of one written word share them. The words of `side`
    are cut by the tokenizer of crosslabel.
    """

    side: Side
    ranges: list[Range]
    heads: list[int]
    relations: list[str]


TreePair = tuple[TextPair, Tree, Tree]


def read_trees(path: Path) -> list[TreePair]:
    """Return all sentences of a parallel treebank, as pairs without spans and as trees."""
    pairs: list[TreePair] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for given in map(json.loads, lines):
            a, b = tree(given["source"]), tree(given["target"])
            pairs.append((TextPair(given["id"], a.side, b.side, ()), a, b))
    return pairs


def phrase_rows(trees: Sequence[TreePair], aligner: LinkSource) -> list[PairRow]:
    """Return the first sentence pairs with phrases that both sides have."""
    rows: list[PairRow] = []
    aligned = aligner.align([pair for pair, _, _ in trees])
    for (pair, a, b), links in zip(trees, aligned, strict=True):
        chosen = _chosen(pair.id, list(_phrases(a, b, links)))
        if chosen:
            spans = tuple(GivenSpan(str(n), f"P{n}", (ours,)) for n, (ours, _) in enumerate(chosen))
            gold = tuple(Labelled((theirs,), f"P{n}") for n, (_, theirs) in enumerate(chosen))
            rows.append(PairRow(len(rows) + 1, replace(pair, spans=spans), "characters", gold,
                                b.side.text, (), ()))
    return rows[:PAIRS]


def tree(given: dict[str, Any]) -> Tree:
    """Return a sentence of the treebank as a tree."""
    text, ranges, place = given["text"], [], 0
    groups = {start: (end, surface) for start, end, surface in given["mwt"]}
    token = 0
    while token < len(given["tokens"]):
        end, surface = groups.get(token, (token + 1, given["tokens"][token]))
        start = text.index(surface, place)
        place = start + len(surface)
        ranges += [(start, place)] * (end - token)
        token = end
    side = Side(text, word_ranges(text, given["lang"]), given["lang"])
    return Tree(side, ranges, given["heads"], given["deprels"])


def _phrases(a: Tree, b: Tree, links: Links) -> Iterator[tuple[Range, Range]]:
    """Yield the character ranges of phrases whose heads are linked and have the same relation."""
    heads_a, heads_b = (_heads(parsed) for parsed in (a, b))
    for (i, j), score in zip(links.pairs.tolist(), links.scores.tolist(), strict=True):
        if score < SURE or i not in heads_a or j not in heads_b:
            continue
        x, y = heads_a[i], heads_b[j]
        if a.relations[x] == b.relations[y] and a.relations[x] in RELATIONS:
            inside = _phrase(a, x), _phrase(b, y)
            # Whoever marks "Switzerland" does not mark the article of "die Schweiz".
            bare = not _has_article(a, inside[0]) or (x + y) % 2
            both = [
                _range(parsed, head, _without_article(parsed, tokens) if bare else tokens)
                for parsed, head, tokens in zip((a, b), (x, y), inside, strict=True)
            ]
            if both[0] and both[1]:
                yield both[0], both[1]


def _heads(parsed: Tree) -> dict[int, int]:
    """Return the token of each word that is exactly one token."""
    tokens: dict[Range, list[int]] = {}
    for number, place in enumerate(parsed.ranges):
        tokens.setdefault(place, []).append(number)
    return {
        word: tokens[place][0] for word, place in enumerate(parsed.side.words)
        if len(tokens.get(place, ())) == 1
    }


def _phrase(parsed: Tree, head: int) -> list[int]:
    """Return the tokens of a phrase."""
    inside = sorted(_below(parsed, head))
    while inside and parsed.relations[inside[0]] in LEADING:
        inside = inside[1:]
    while inside and parsed.relations[inside[-1]] == "punct":
        inside = inside[:-1]
    return inside


def _has_article(parsed: Tree, tokens: list[int]) -> bool:
    return bool(tokens) and parsed.relations[tokens[0]] == "det"


def _without_article(parsed: Tree, tokens: list[int]) -> list[int]:
    return tokens[1:] if _has_article(parsed, tokens) else tokens


def _range(parsed: Tree, head: int, inside: list[int]) -> Range | None:
    """Return the characters of a phrase, or `None` if it has a gap, is too long or cuts a word."""
    if head not in inside or len(inside) > LONGEST or len(inside) != inside[-1] - inside[0] + 1:
        return None
    first, last = inside[0], inside[-1]
    cut = ((first and parsed.ranges[first - 1] == parsed.ranges[first])
           or (last + 1 < len(parsed.ranges) and parsed.ranges[last + 1] == parsed.ranges[last]))
    return None if cut else (parsed.ranges[first][0], parsed.ranges[last][1])


def _below(parsed: Tree, head: int) -> set[int]:
    children: dict[int, list[int]] = {}
    for token, parent in enumerate(parsed.heads):
        children.setdefault(parent - 1, []).append(token)
    below, left = {head}, [head]
    while left:
        more = children.get(left.pop(), [])
        below.update(more)
        left += more
    return below


def _chosen(name: str, phrases: Sequence[tuple[Range, Range]]) -> list[tuple[Range, Range]]:
    """Choose phrases of different lengths, the same every time."""
    def order(phrase: tuple[Range, Range]) -> bytes:
        return hashlib.sha256(f"{name} {phrase}".encode()).digest()

    by_length: dict[int, list[tuple[Range, Range]]] = {}
    for phrase in dict.fromkeys(phrases):
        by_length.setdefault((phrase[0][1] - phrase[0][0]).bit_length(), []).append(phrase)
    kinds = sorted(by_length, key=lambda kind: hashlib.sha256(f"{name} {kind}".encode()).digest())
    return [min(by_length[kind], key=order) for kind in kinds[:PER_PAIR]]
