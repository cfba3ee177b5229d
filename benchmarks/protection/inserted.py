"""Real sentences with protected parts inserted by a seeded random choice."""

from __future__ import annotations

import gzip
import random
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.paths import DATA

NAMES = (
    "https://example.org/a?x=1&y=2", "www.example.com/help", "desk@example.org", "{name}",
    "{{count}}", "${price}", "%s", "%(total)d", "%1$s", "`pip install demo`", "$E = mc^2$",
    "$\\alpha_i$", "@nora_l", "#opening", "report_2024.pdf", "/usr/local/bin", "+49 421 555 0123",
    "user_id", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "v2.3.1", "Владимир", "東京",
)
MARKS = ("🎻", "😀", "👩‍💻", "→", "<br/>", "&nbsp;", "★", '<img src="a.png"/>')
PAIRS = (("<b>", "</b>"), ("<i>", "</i>"), ('<a href="x.html">', "</a>"), ("**", "**"),
         ("[", "](https://example.org)"), ('<x id="1">', "</x>"))


@dataclass(frozen=True, slots=True)
class Made:
    """A sentence with parts, without them, and its translation by a person.

    Attributes:
        parts: the parts, each as often as it was inserted.
    """

    text: str
    plain: str
    reference: str
    parts: tuple[str, ...]


def sentence_pairs(lang: str, tatoeba: int, ntrex: int) -> list[tuple[str, str]]:
    """Return everyday sentences and sentences of news, with their translations by people."""
    pairs = []
    for name, count in ((f"tatoeba.en-{lang}.dev", tatoeba), (f"ntrex.en-{lang}", ntrex)):
        if count:
            with gzip.open(DATA / "parallel" / f"{name}.tsv.gz", "rt", encoding="utf-8") as lines:
                rows = [line.rstrip("\n").split("\t") for line in lines]
            pairs += [(row[0], row[1]) for row in rows if len(row) == 2 and all(row)][:count]
    return pairs


def with_parts(pairs: Sequence[tuple[str, str]], *, markup_only: bool = False) -> list[Made]:
    """Return sentences with 1 to 4 parts each."""
    rng = random.Random(22)
    return [_made(text, reference, rng, markup_only) for text, reference in pairs]


def _made(text: str, reference: str, rng: random.Random, markup_only: bool) -> Made:
    words = text.split(" ")
    tags: list[list[str]] = [[] for _ in range(len(words) + 1)]
    opened, closed = [""] * len(words), [""] * len(words)
    parts: list[str] = []
    for _ in range(rng.randint(1, 4)):
        kind = "pairs" if markup_only else rng.choice(("names", "names", "marks", "pairs"))
        if kind == "pairs":
            first = rng.randrange(len(words))
            last = min(len(words) - 1, first + rng.randrange(3))
            if any(opened[first:last + 1]) or any(closed[first:last + 1]):
                continue  # pairs in a sentence neither touch nor cross
            opening, closing = rng.choice(PAIRS[:3] if markup_only else PAIRS)
            opened[first], closed[last] = opening, closing
            for between in range(first + 1, last):
                opened[between] = closed[between] = ""
            parts += [opening, closing]
        else:
            part = rng.choice(NAMES if kind == "names" else MARKS)
            tags[rng.randrange(len(words) + 1)].append(part)
            parts.append(part)
    pieces = []
    for number, word in enumerate(words):
        pieces += [*tags[number], f"{opened[number]}{word}{closed[number]}"]
    return Made(" ".join([*pieces, *tags[-1]]), text, reference, tuple(parts))
