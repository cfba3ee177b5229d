"""Word links of the training pairs, made once by the statistical aligner eflomal.

eflomal (GPL) is a tool of the training scripts only. Links are those on which both directions
agree.
"""

import io
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.paths import CHECKPOINTS
from training.text.corpus import TRANSLATED, Pair, training_corpora

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
    """Words of both sides, and links (English index, other index)."""

    english: list[str]
    other: list[str]
    links: list[Link]


def _words_of(text: str, language: str) -> list[str]:
    """Return words and single punctuation marks; Chinese is cut into single characters."""
    pattern = {"en": _ENGLISH, "zh": _CHINESE}.get(language, _OTHER)
    return [sys.intern(word) for word in pattern.findall(text)]


def linked_pairs(languages: Sequence[str]) -> list[LinkedPair]:
    """Return all training pairs of `languages` with links; eflomal runs on the first call."""
    pairs = []
    for language in languages:
        texts = [pair for corpus in training_corpora([language]) for pair in corpus.pairs]
        sides = _sides(texts, language)
        path = CHECKPOINTS / f"links.{language}.txt"
        if not path.exists():
            _align(sides, path)
        lines = path.read_text(encoding="utf-8").split("\n")
        pairs += [LinkedPair(english, other, _pharaoh(line))
                  for (english, other), line in zip(sides, lines, strict=True)]
    return pairs


def link(texts: list[Pair], language: str) -> list[LinkedPair]:
    """Return pairs of English and `language` with their links."""
    sides = _sides(texts, language)
    return [LinkedPair(english, other, links)
            for (english, other), links in zip(sides, _aligned(sides), strict=True)]


def _sides(texts: list[Pair], language: str) -> list[Sentences]:
    """Return the words of pairs, without those that have none or too many on a side."""
    sides = [(_words_of(a, "en"), _words_of(b, language)) for a, b in texts]
    return [s for s in sides if s[0] and s[1] and max(map(len, s)) <= LONGEST]


def _pharaoh(text: str) -> list[Link]:
    return [(int(i), int(j)) for i, _, j in (link.partition("-") for link in text.split())]


def _align(sides: list[Sentences], path: Path) -> None:
    lines = (" ".join(f"{i}-{j}" for i, j in links) for links in _aligned(sides))
    path.write_text("\n".join(lines), encoding="utf-8")


def _aligned(sides: list[Sentences]) -> list[list[Link]]:
    """Return the links of lower-cased words that eflomal finds in both directions."""
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
        sorted(set(_pharaoh(forward)) & set(_pharaoh(backward)))
        for forward, backward in zip(*both, strict=True)
    ]


if __name__ == "__main__":
    print(len(linked_pairs(TRANSLATED)), "pairs linked")
