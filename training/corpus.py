"""Sentence pairs: Tatoeba, a Europarl sample and NTREX, as untokenised text.

Each corpus is a list of (English, other) strings. `weight` is how often a pair is drawn
relative to one Tatoeba pair: news is rare here, so it is drawn more often.
"""

import gzip
import html
import re
from dataclasses import dataclass
from pathlib import Path

from sacremoses import MosesDetokenizer

from training.paths import data_folder

LANGUAGES = ("de", "es")
NTREX_TRAIN = 1497
"""Lines of NTREX used for training; the last 500 are kept for evaluation."""

_LONGEST = 600
"""Characters: longer sentences are left out of training."""

Pair = tuple[str, str]


@dataclass(frozen=True)
class Corpus:
    """The sentence pairs of one source in one language."""

    name: str
    language: str
    weight: float
    pairs: list[Pair]


def read_pairs(path: Path) -> list[Pair]:
    """Tab-separated English and other sentence, one pair per line."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [(row[0], row[1]) for row in rows if len(row) == 2 and row[0] and row[1]]


def tatoeba(language: str, part: str) -> list[Pair]:
    """Tatoeba pairs of `part` "train" or "dev"."""
    return read_pairs(data_folder() / "parallel" / f"tatoeba.en-{language}.{part}.tsv.gz")


def ntrex(language: str) -> list[Pair]:
    """All 1,997 NTREX pairs in their published order."""
    return read_pairs(data_folder() / "parallel" / f"ntrex.en-{language}.tsv.gz")


def training_corpora() -> list[Corpus]:
    """Everything the models are trained on."""
    corpora = []
    for language in LANGUAGES:
        news = ntrex(language)[:NTREX_TRAIN]
        corpora.append(_corpus("tatoeba", language, 1.0, tatoeba(language, "train")))
        corpora.append(_corpus("ntrex", language, 6.0 if language == "de" else 4.0, news))
    corpora.append(_corpus("europarl", "es", 1.3, _europarl_spanish()))
    return corpora


def _corpus(name: str, language: str, weight: float, pairs: list[Pair]) -> Corpus:
    fitting = [pair for pair in pairs if max(map(len, pair)) <= _LONGEST]
    return Corpus(name, language, weight, fitting)


def _europarl_spanish() -> list[Pair]:
    english, spanish = MosesDetokenizer(lang="en"), MosesDetokenizer(lang="es")
    path = data_folder() / "parallel" / "europarl20k.en-es.tok.tsv.gz"
    return [
        (_detokenise(english, source), _detokenise(spanish, target))
        for source, target in read_pairs(path)
    ]


def _detokenise(moses: MosesDetokenizer, text: str) -> str:
    """Moses tokens to plain text, with the leftovers of the sample repaired."""
    plain = moses.detokenize(html.unescape(text).split())
    plain = re.sub(r"\s+(['’](?:s|re|ve|ll|d|m|t)\b)", r"\1", plain)
    plain = re.sub(r"([cdljnCDLJN]) ?' ?(?=[a-zà-ü])", r"\1'", plain)
    plain = re.sub(r"([¿¡(\[«]) +", r"\1", plain)
    plain = re.sub(r" +([,.;:?!%)\]»])", r"\1", plain)
    return re.sub(r"\s{2,}", " ", plain).strip()
