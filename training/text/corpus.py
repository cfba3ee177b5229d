"""Sentence pairs: Tatoeba, a Europarl sample and NTREX, as untokenised text.

Each corpus is a list of (English, other) strings. `weight` is how often a pair is drawn
relative to one Tatoeba pair: news is rare here, so it is drawn more often.
"""

import gzip
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sacremoses import MosesDetokenizer

from training.paths import data_folder

TRANSLATED = ("de", "es")
"""Languages the translation model knows beside English."""
NTREX_TRAIN = 1497
"""Lines of NTREX used for training; the last 500 are kept for evaluation."""

_LONGEST = 600
"""Most characters; longer sentences are left out of training."""

_EUROPARL = ("es",)

Pair = tuple[str, str]


@dataclass(frozen=True)
class Corpus:
    """The sentence pairs of one source in one language."""

    name: str
    language: str
    weight: float
    pairs: list[Pair]


def read_pairs(path: Path) -> list[Pair]:
    """Return tab-separated pairs of English and another language, one per line."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [(row[0], row[1]) for row in rows if len(row) == 2 and row[0] and row[1]]


def tatoeba(language: str, part: str) -> list[Pair]:
    """Return the Tatoeba pairs of `part` "train" or "dev"."""
    return read_pairs(data_folder() / "parallel" / f"tatoeba.en-{language}.{part}.tsv.gz")


def ntrex(language: str) -> list[Pair]:
    """Return all 1,997 NTREX pairs in their published order."""
    return read_pairs(data_folder() / "parallel" / f"ntrex.en-{language}.tsv.gz")


def training_corpora(languages: Sequence[str] = TRANSLATED) -> list[Corpus]:
    """Return all corpora in `languages`, without the parts kept for evaluation."""
    corpora = []
    for language in languages:
        corpora.append(_corpus("tatoeba", language, 1.0, tatoeba(language, "train")))
        news = ntrex(language)[:NTREX_TRAIN]
        # German has no Europarl here, so its news stands for long sentences alone.
        corpora.append(_corpus("ntrex", language, 6.0 if language == "de" else 4.0, news))
        if language in _EUROPARL:
            corpora.append(_corpus("europarl", language, 1.3, europarl(language)))
    return corpora


def sources(languages: Sequence[str]) -> list[str]:
    """Return the sources of `training_corpora`, for people."""
    kinds = (
        ("Tatoeba en-{} train", TRANSLATED),
        ("Europarl v7 en-{} sample of 20,000 pairs", _EUROPARL),
        (f"NTREX-128 en-{{}} lines 1-{NTREX_TRAIN}", TRANSLATED),
    )
    return [title.format(lang) for title, known in kinds for lang in languages if lang in known]


def _corpus(name: str, language: str, weight: float, pairs: list[Pair]) -> Corpus:
    fitting = [pair for pair in pairs if max(map(len, pair)) <= _LONGEST]
    return Corpus(name, language, weight, fitting)


def europarl(language: str) -> list[Pair]:
    """Return the Europarl sample as plain text; it is published in Moses tokens."""
    english, other = MosesDetokenizer(lang="en"), MosesDetokenizer(lang=language)
    path = data_folder() / "parallel" / f"europarl20k.en-{language}.tok.tsv.gz"
    return [
        (_detokenise(english, source), _detokenise(other, target))
        for source, target in read_pairs(path)
    ]


def _detokenise(moses: MosesDetokenizer, text: str) -> str:
    """Turn Moses tokens into plain text and repair the leftovers of the sample."""
    plain = moses.detokenize(html.unescape(text).split())
    plain = re.sub(r"\s+(['’](?:s|re|ve|ll|d|m|t)\b)", r"\1", plain)
    plain = re.sub(r"([cdljnCDLJN]) ?' ?(?=[a-zà-ü])", r"\1'", plain)
    plain = re.sub(r"([¿¡(\[«]) +", r"\1", plain)
    plain = re.sub(r" +([,.;:?!%)\]»])", r"\1", plain)
    return re.sub(r"\s{2,}", " ", plain).strip()
