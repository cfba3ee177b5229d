"""Spans to fit on from a parallel treebank: phrases of one sentence that are phrases of the other.

A phrase is a word with all that depends on it, so its borders come from the trees of both sides,
each annotated by itself; links only say which head words belong together. Phrases are longer than
names and slots: what a calibrator learns on them holds for clauses and titles too.
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
"""What is left out at the start of a phrase: it says how the phrase is joined to the sentence."""
LONGEST = 20
"""Words of a phrase."""
PER_PAIR = 2
"""Phrases taken of a sentence."""
PAIRS = 150
"""Sentence pairs of a treebank that are used: more spoil UNER-PUD and xSID for each other."""
SURE = 0.9
"""Lowest score of the link between two heads."""


@dataclass(frozen=True)
class Tree:
    """A parsed sentence.

    `ranges`: characters of each token; tokens of one written word share them. `words`: those of
    our own tokenizer.
    """

    side: Side
    ranges: list[Range]
    heads: list[int]
    relations: list[str]


TreePair = tuple[TextPair, Tree, Tree]


def read_trees(path: Path) -> list[TreePair]:
    """All sentences of a parallel treebank, as pairs without spans and as trees."""
    found: list[TreePair] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for given in map(json.loads, lines):
            a, b = tree(given["source"]), tree(given["target"])
            found.append((TextPair(given["id"], a.side, b.side, ()), a, b))
    return found


def phrase_rows(trees: Sequence[TreePair], aligner: LinkSource) -> list[PairRow]:
    """The first sentence pairs with phrases that both sides have."""
    rows: list[PairRow] = []
    aligned = aligner.align([pair for pair, _, _ in trees])
    for (pair, a, b), links in zip(trees, aligned, strict=True):
        chosen = _chosen(pair.id, list(_phrases(a, b, links)))
        if chosen:
            spans = tuple(GivenSpan(str(n), f"P{n}", (own,)) for n, (own, _) in enumerate(chosen))
            gold = tuple(Labelled((own,), f"P{n}") for n, (_, own) in enumerate(chosen))
            rows.append(PairRow(len(rows) + 1, replace(pair, spans=spans), "characters", gold,
                                b.side.text, (), ()))
    return rows[:PAIRS]


def tree(given: dict[str, Any]) -> Tree:
    """A sentence of the treebank."""
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
    """Character ranges of phrases whose heads are linked and joined to their sentences alike."""
    heads_a, heads_b = (_heads(own) for own in (a, b))
    for (i, j), score in zip(links.pairs.tolist(), links.scores.tolist(), strict=True):
        if score < SURE or i not in heads_a or j not in heads_b:
            continue
        x, y = heads_a[i], heads_b[j]
        if a.relations[x] == b.relations[y] and a.relations[x] in RELATIONS:
            inside = _phrase(a, x), _phrase(b, y)
            # Who marks "Switzerland" does not mark the article of "die Schweiz".
            bare = not _has_article(a, inside[0]) or (x + y) % 2
            both = [
                _range(own, head, _without_article(own, tokens) if bare else tokens)
                for own, head, tokens in zip((a, b), (x, y), inside, strict=True)
            ]
            if both[0] and both[1]:
                yield both[0], both[1]


def _heads(own: Tree) -> dict[int, int]:
    """Token by word, of words that are one token."""
    tokens: dict[Range, list[int]] = {}
    for number, place in enumerate(own.ranges):
        tokens.setdefault(place, []).append(number)
    return {
        word: tokens[place][0] for word, place in enumerate(own.side.words)
        if len(tokens.get(place, ())) == 1
    }


def _phrase(own: Tree, head: int) -> list[int]:
    """Tokens of a phrase."""
    inside = sorted(_below(own, head))
    while inside and own.relations[inside[0]] in LEADING:
        inside = inside[1:]
    while inside and own.relations[inside[-1]] == "punct":
        inside = inside[:-1]
    return inside


def _has_article(own: Tree, tokens: list[int]) -> bool:
    return bool(tokens) and own.relations[tokens[0]] == "det"


def _without_article(own: Tree, tokens: list[int]) -> list[int]:
    return tokens[1:] if _has_article(own, tokens) else tokens


def _range(own: Tree, head: int, inside: list[int]) -> Range | None:
    """Characters of a phrase; `None` if it has a gap, is too long or cuts a written word."""
    if head not in inside or len(inside) > LONGEST or len(inside) != inside[-1] - inside[0] + 1:
        return None
    first, last = inside[0], inside[-1]
    cut = ((first and own.ranges[first - 1] == own.ranges[first])
           or (last + 1 < len(own.ranges) and own.ranges[last + 1] == own.ranges[last]))
    return None if cut else (own.ranges[first][0], own.ranges[last][1])


def _below(own: Tree, head: int) -> set[int]:
    children: dict[int, list[int]] = {}
    for token, parent in enumerate(own.heads):
        children.setdefault(parent - 1, []).append(token)
    found, left = {head}, [head]
    while left:
        more = children.get(left.pop(), [])
        found.update(more)
        left += more
    return found


def _chosen(name: str, phrases: Sequence[tuple[Range, Range]]) -> list[tuple[Range, Range]]:
    """Some phrases, the same every time; short and long ones are equally welcome."""
    def order(one: tuple[Range, Range]) -> bytes:
        return hashlib.sha256(f"{name} {one}".encode()).digest()

    by_length: dict[int, list[tuple[Range, Range]]] = {}
    for one in dict.fromkeys(phrases):
        by_length.setdefault((one[0][1] - one[0][0]).bit_length(), []).append(one)
    kinds = sorted(by_length, key=lambda kind: hashlib.sha256(f"{name} {kind}".encode()).digest())
    return [min(by_length[kind], key=order) for kind in kinds[:PER_PAIR]]
