"""Word links of the training pairs, made once by the statistical aligner eflomal.

eflomal (GPL) is a tool of the training scripts only. Links on which both directions agree are
taken as true, those that only one direction has as possible.
"""

import io
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.paths import CHECKPOINTS
from training.text.corpus import LANGUAGES, Pair, training_corpora

_ENGLISH = re.compile(r"\w+?(?=n['’]t\b)|n['’]t\b|['’](?:s|re|ve|ll|d|m)\b|\w+|[^\w\s]")
_OTHER = re.compile(r"\w+(?:-\w+)*|[^\w\s]")
_HAN = r"\u3400-\u9fff"
_CHINESE = re.compile(rf"[{_HAN}]|[^\W{_HAN}]+|[^\w\s]")
LONGEST = 100
"""Most words per side; longer pairs are left out."""


Link = tuple[int, int]
Sentences = tuple[list[str], list[str]]


@dataclass(frozen=True)
class LinkedPair:
    """Words of both sides, and links (English index, other index): true ones, possible ones."""

    language: str
    english: list[str]
    other: list[str]
    links: list[Link]
    possible: list[Link]


def words_of(text: str, language: str) -> list[str]:
    """Return words and single punctuation marks; Chinese is cut into single characters."""
    pattern = {"en": _ENGLISH, "zh": _CHINESE}.get(language, _OTHER)
    return [sys.intern(word) for word in pattern.findall(text)]


def linked_pairs(languages: Sequence[str]) -> list[LinkedPair]:
    """Return all training pairs of `languages` with links; eflomal runs on the first call."""
    pairs = []
    for language in languages:
        texts = [pair for corpus in training_corpora([language]) for pair in corpus.pairs]
        sides = [(words_of(a, "en"), words_of(b, language)) for a, b in texts]
        sides = [s for s in sides if s[0] and s[1] and max(map(len, s)) <= LONGEST]
        path = CHECKPOINTS / f"links.{language}.txt"
        if not path.exists():
            _align(sides, path)
        lines = path.read_text(encoding="utf-8").split("\n")
        for number, ((english, other), line) in enumerate(zip(sides, lines, strict=True)):
            links, possible = (_pharaoh(part) for part in line.split("\t"))
            pair = LinkedPair(language, english, other, links, possible)
            pairs.append(_grouped(pair) if language == "zh" and number % 2 else pair)
    return pairs


def link(texts: list[Pair], language: str) -> list[LinkedPair]:
    """Return pairs of English and `language` with their links."""
    sides = [(words_of(a, "en"), words_of(b, language)) for a, b in texts]
    sides = [s for s in sides if s[0] and s[1] and max(map(len, s)) <= LONGEST]
    return [
        LinkedPair(language, english, other, sorted(forward & backward), sorted(forward ^ backward))
        for (english, other), (forward, backward) in zip(sides, aligned(sides), strict=True)
    ]


def _pharaoh(text: str) -> list[Link]:
    return [(int(i), int(j)) for i, _, j in (link.partition("-") for link in text.split())]


def _grouped(pair: LinkedPair) -> LinkedPair:
    """Join neighbouring characters that are linked to one and the same English word."""
    partner = {j: i for i, j in reversed(pair.links)}
    number: list[int] = []
    words: list[str] = []
    for j, character in enumerate(pair.other):
        if j and partner.get(j) is not None and partner.get(j) == partner.get(j - 1):
            words[-1] += character
        else:
            words.append(character)
        number.append(len(words) - 1)
    links, possible = (
        sorted({(i, number[j]) for i, j in pairs}) for pairs in (pair.links, pair.possible)
    )
    unsure = [link for link in possible if link not in links]
    return LinkedPair(pair.language, pair.english, words, links, unsure)


def _align(sides: list[Sentences], path: Path) -> None:
    lines = []
    for forward, backward in aligned(sides):
        both = (forward & backward, forward ^ backward)
        lines.append("\t".join(" ".join(f"{i}-{j}" for i, j in sorted(links)) for links in both))
    path.write_text("\n".join(lines), encoding="utf-8")


def aligned(sides: list[Sentences]) -> list[tuple[set[Link], set[Link]]]:
    """Return eflomal's links of lower-cased words in both directions, (first side, second side)."""
    from eflomal import Aligner

    source, target = (
        io.StringIO("\n".join(" ".join(side[n]).lower() for side in sides) + "\n") for n in (0, 1)
    )
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / "forward", Path(folder) / "backward"]
        Aligner().align(
            source, target, links_filename_fwd=str(files[0]), links_filename_rev=str(files[1])
        )
        both = [file.read_text().split("\n")[: len(sides)] for file in files]
    return [
        (set(_pharaoh(forward)), set(_pharaoh(backward)))
        for forward, backward in zip(*both, strict=True)
    ]


if __name__ == "__main__":
    print(len(linked_pairs(LANGUAGES)), "pairs linked")
