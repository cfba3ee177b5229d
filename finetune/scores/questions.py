"""Exact match and F1 of answers (Rajpurkar et al. 2016, "SQuAD", section 6.1).

Answers are compared in lower case, without punctuation and without English articles, in every
language, as the official script does. In Chinese and Japanese, which put no blanks between words,
each Han or Kana character counts as a word and punctuation of every script is left out, as MLQA
does in Chinese (Lewis et al. 2020). The best of several right answers counts.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np

from crosslabel.finetune.scores.gold import TaskGold
from crosslabel.finetune.scores.metrics import Metric, Ratio
from crosslabel.finetune.scores.predicted import Row

_WITHOUT_BLANKS = {"zh", "ja"}
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_CHARACTER = re.compile(r"([\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
                        r"\U00020000-\U0003ffff])")


def answer_metrics(gold: TaskGold, predicted: Sequence[Row | None]) -> list[Metric]:
    """Return F1 and exact match of one system; a missing answer counts as wrong."""
    f1, exact = np.zeros(len(gold.keys)), np.zeros(len(gold.keys))
    for n, (row, (lang, _)) in enumerate(zip(predicted, gold.keys, strict=True)):
        if row is not None:
            scores = [score(row["answer"], right, lang) for right in gold.answers[n] or ("",)]
            f1[n], exact[n] = (max(values) for values in zip(*scores, strict=True))
    every = np.ones(len(gold.keys))
    return [Ratio("f1", f1, every), Ratio("exact_match", exact, every)]


def score(answer: str, right: str, lang: str) -> tuple[float, bool]:
    """Return F1 over words, and whether both are the same; empty answers match only each other."""
    given, gold = _words(answer, lang), _words(right, lang)
    if not given or not gold:
        return float(given == gold), given == gold
    common = (Counter(given) & Counter(gold)).total()
    return 2 * common / (len(given) + len(gold)), given == gold


def _words(text: str, lang: str) -> list[str]:
    text = text.lower().translate(_PUNCTUATION)
    if lang.partition("-")[0].lower() in _WITHOUT_BLANKS:
        bare = "".join(c for c in text if not unicodedata.category(c).startswith("P"))
        text = _CHARACTER.sub(r" \1 ", bare)
    return _ARTICLES.sub(" ", text).split()
