"""Word links of the training pairs, made once by the statistical aligner eflomal.

eflomal (GPL) is a tool of the training scripts only. Links are kept where both directions agree.
"""

import io
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from training.corpus import LANGUAGES, training_corpora
from training.paths import CHECKPOINTS

_ENGLISH = re.compile(r"\w+?(?=n['’]t\b)|n['’]t\b|['’](?:s|re|ve|ll|d|m)\b|\w+|[^\w\s]")
_OTHER = re.compile(r"\w+(?:-\w+)*|[^\w\s]")
LONGEST = 100
"""Words per side: longer pairs are left out."""


@dataclass(frozen=True)
class LinkedPair:
    """Words of both sides and links (English index, other index)."""

    language: str
    english: list[str]
    other: list[str]
    links: list[tuple[int, int]]


def words_of(text: str, language: str) -> list[str]:
    """Words and single punctuation marks."""
    pattern = _ENGLISH if language == "en" else _OTHER
    return [sys.intern(word) for word in pattern.findall(text)]


def linked_pairs() -> list[LinkedPair]:
    """All training pairs with their links; eflomal runs on the first call."""
    pairs = []
    for language in LANGUAGES:
        texts = [p for c in training_corpora() if c.language == language for p in c.pairs]
        sides = [(words_of(a, "en"), words_of(b, language)) for a, b in texts]
        sides = [s for s in sides if s[0] and s[1] and max(map(len, s)) <= LONGEST]
        path = CHECKPOINTS / f"links.{language}.txt"
        if not path.exists():
            _align(sides, path)
        lines = path.read_text(encoding="utf-8").split("\n")
        for (english, other), line in zip(sides, lines, strict=False):
            links = [(int(i), int(j)) for i, _, j in (link.partition("-") for link in line.split())]
            pairs.append(LinkedPair(language, english, other, links))
    return pairs


def _align(sides: list[tuple[list[str], list[str]]], path: Path) -> None:
    from eflomal import Aligner

    source, target = (
        io.StringIO("\n".join(" ".join(side[n]).lower() for side in sides) + "\n") for n in (0, 1)
    )
    with tempfile.TemporaryDirectory() as folder:
        forward, backward = Path(folder) / "forward", Path(folder) / "backward"
        Aligner().align(
            source, target, links_filename_fwd=str(forward), links_filename_rev=str(backward)
        )
        lines = zip(forward.read_text().split("\n"), backward.read_text().split("\n"), strict=True)
        kept = [" ".join(sorted(set(one.split()) & set(other.split()))) for one, other in lines]
    path.write_text("\n".join(kept), encoding="utf-8")


if __name__ == "__main__":
    print(len(linked_pairs()), "pairs linked")
