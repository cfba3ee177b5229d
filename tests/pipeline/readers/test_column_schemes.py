"""Random sentences with random names, written in every scheme and layout, are read back the same,
from a file whose name says nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import read

Name = tuple[int, int, str]
Sentence = tuple[Sequence[str], Sequence[Name]]
Tags = Sequence[str]

WORDS = ("the", "sea", "O", "#", "B-52", "1", "2", "S-Bahn", "o", "I", "_", "Bremen", "Nora", "-",
         "PER", "it's", "x:y", "Straße", "海", "e-mail", "NN", "0", "-LRB-", "a", "b", "of")
OUTSIDE = ("of", "the", "sea", ".")
LABELS = ("PER", "LOC", "WORK-OF_ART")


def made(chance: random.Random, *, within: bool = False) -> list[Sentence]:
    """Sentences with names; with ``within``, names of several words may have others in them."""
    return [_sentence(chance, within) for _ in range(chance.randint(2, 6))] + [
        (["Ben", "Lot", "left", "Rome", "."], [(0, 2, "PER"), (3, 4, "LOC")]
         + ([(1, 2, "LOC")] if within else []))]


def _sentence(chance: random.Random, within: bool) -> Sentence:
    words = [chance.choice(WORDS) for _ in range(chance.randint(1, 8))] + list(OUTSIDE)
    names: list[Name] = []
    place = 0
    named = len(words) - len(OUTSIDE)
    while place < named:
        end = min(named, place + chance.randint(1, 3))
        if chance.random() < 0.4:
            label = chance.choice(LABELS)
            names.append((place, end, label))
            if within and end - place > 1 and chance.random() < 0.5:
                names.append((place + 1, end, LABELS[LABELS.index(label) - 1]))
        place = end + chance.randint(0, 2)
    return words, names


def _tags(sentence: Sentence, one: str, first: str, inner: str, last: str) -> list[str]:
    """Tags with the given signs for a name of one word and for the words of a longer one."""
    words, names = sentence
    tags = ["O"] * len(words)
    for start, end, label in names:
        signs = [one] if end - start == 1 else [first, *[inner] * (end - start - 2), last]
        tags[start:end] = [f"{sign}-{label}" for sign in signs]
    return tags


def iob2(sentence: Sentence) -> list[str]:
    return _tags(sentence, "B", "B", "I", "I")


def iob1(sentence: Sentence) -> list[str]:
    """``B-`` only where a name follows another of the same label."""
    tags, names = _tags(sentence, "I", "I", "I", "I"), sentence[1]
    for start, _, label in names:
        if any(end == start and before == label for _, end, before in names):
            tags[start] = f"B-{label}"
    return tags


def iobes(sentence: Sentence) -> list[str]:
    return _tags(sentence, "S", "B", "I", "E")


def bilou(sentence: Sentence) -> list[str]:
    return _tags(sentence, "U", "B", "I", "L")


def bmewo(sentence: Sentence) -> list[str]:
    return _tags(sentence, "W", "B", "M", "E")


def changed(tags: Tags, change: Callable[[str, str], str]) -> list[str]:
    return [tag if tag == "O" else change(*tag.split("-", 1)) for tag in tags]


def lower(label: str) -> str:
    return label.lower()


SCHEMES: dict[str, tuple[Callable[[Sentence], Tags], Callable[[str], str]]] = {
    "IOB2": (iob2, str), "IOB1": (iob1, str), "IOBES": (iobes, str), "BILOU": (bilou, str),
    "BMEWO": (bmewo, str),
    "suffix": (lambda own: changed(iob2(own), lambda sign, label: f"{label}-{sign}"), str),
    "suffix ends": (lambda own: changed(iobes(own), lambda sign, label: f"{label}_{sign}"), str),
    "underscore": (lambda own: changed(iobes(own), lambda sign, label: f"{sign}_{label}"), str),
    "lower case": (lambda own: [tag.lower() for tag in iob2(own)], lower),
    "positions alone": (lambda own: [tag[0] for tag in iob2(own)], lambda label: "ENTITY"),
    "labels alone": (lambda own: [tag[2:] or "O" for tag in _tags(own, "I", "I", "I", "I")], str),
}


def rows(words: Sequence[str], tags: Tags, *, number: int | None = None) -> list[list[str]]:
    index = [] if number is None else [[str(n) for n in range(number, number + len(words))]]
    return [list(cells) for cells in zip(*index, words, tags, strict=True)]


LAYOUTS: dict[str, Callable[[Sequence[str], Tags], list[list[str]]]] = {
    "word, tag": rows,
    "number, word, tag": lambda words, tags: rows(words, tags, number=1),
    "number from 0, word, tag": lambda words, tags: rows(words, tags, number=0),
    "tag, word": lambda words, tags: [[tag, word] for word, tag in rows(words, tags)],
    "word, -, -, tag": lambda words, tags: [[w, "-X-", "_", t] for w, t in rows(words, tags)],
    "word, tag, -": lambda words, tags: [[w, t, "-"] for w, t in rows(words, tags)],
    "marked word, tag": lambda words, tags: [[f"en:{w}", t] for w, t in rows(words, tags)],
}


def read_back(content: str, name: str = "in.txt") -> list[tuple[list[str], list[Name]]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(content, encoding="utf-8", newline="")
        return [_words_and_names(row) for row in read(path, lang="en")]


def _words_and_names(row: Example | Reject) -> tuple[list[str], list[Name]]:
    assert isinstance(row, Example), row
    text, ranges = row.fields["text"], row.words[0].ranges
    first = {start: place for place, (start, _) in enumerate(ranges)}
    last = {end: place for place, (_, end) in enumerate(ranges, start=1)}
    names = [(first[own.fragments[0][0]], last[own.fragments[0][1]], own.label)
             for own in row.spans]
    return [text[start:end] for start, end in ranges], names


def merged(names: Sequence[Name]) -> list[Name]:
    """Names that touch each other and have one label are one where only labels are written."""
    found: list[Name] = []
    for start, end, label in names:
        if found and found[-1][1:] == (start, label):
            start = found.pop()[0]
        found.append((start, end, label))
    return found


def file(sentences: Sequence[list[list[str]]], separator: str, end: str) -> str:
    lines = [[separator.join(cells) for cells in sentence] + [""] for sentence in sentences]
    return end.join(line for own in lines for line in own) + end


SEED = st.integers(0, 2**32)
HOW = st.tuples(SEED, st.sampled_from(list(LAYOUTS)), st.sampled_from(["\t", " ", "  "]),
                st.sampled_from(["\n", "\r\n"]))


@pytest.mark.parametrize("scheme", SCHEMES)
@settings(max_examples=10)
@given(how=HOW)
def test_every_scheme_in_every_layout_is_read_back(
    scheme: str, how: tuple[int, str, str, str]
) -> None:
    seed, layout, separator, end = how
    sentences = made(random.Random(seed))
    tags, label = SCHEMES[scheme]
    written = file([LAYOUTS[layout](own[0], tags(own)) for own in sentences], separator, end)
    expected = [(list(words), [(start, stop, label(own)) for start, stop, own in names])
                for words, names in sentences]
    if scheme == "labels alone":
        expected = [(words, merged(names)) for words, names in expected]
    assert read_back(written) == expected


@settings(max_examples=25)
@given(SEED, st.sampled_from(["\t", " "]), st.booleans())
def test_two_levels_are_read_back(seed: int, separator: str, numbered: bool) -> None:
    sentences = made(random.Random(seed), within=True)
    columns = []
    for words, names in sentences:
        outer = [own for own in names if not _is_within(own, names)]
        inner = [own for own in names if _is_within(own, names)]
        cells = rows(words, iob2((words, outer)), number=1 if numbered else None)
        columns.append([[*row, tag] for row, tag in zip(cells, iob2((words, inner)), strict=True)])
    expected = [(list(words), sorted(names, key=lambda own: (own[0], -own[1])))
                for words, names in sentences]
    assert read_back(file(columns, separator, "\n")) == expected


def _is_within(name: Name, names: Sequence[Name]) -> bool:
    return any(own[0] <= name[0] and name[1] <= own[1] and own != name for own in names)
