"""Count the piece pairs that `mt-en-de-es` was trained on: `python -m training.ruined.piece_pairs`.

The text is the one that the model's card names. The lowest usual scores are those of its own
translations of sentences that the check is not measured on.
"""

from __future__ import annotations

import base64
import itertools
import json
from collections import Counter
from collections.abc import Iterable, Sequence

from crosslabel.pipeline.models.convert import translation_model
from crosslabel.pipeline.models.tokenizers import Tokens, load_tokens
from crosslabel.pipeline.quality.ruined.seen_pairs import as_filter, vocabulary_key
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.pipeline.storage.shipped import PIECE_PAIRS, TRANSLATION_MODEL
from crosslabel.pipeline.translation.translator import load_translator
from training.ruined.fitting_texts import own_languages
from training.text.corpus import TRANSLATED, sources, training_corpora

LEAST = 3
"""A pair that occurs less often counts as hardly ever seen."""
LEAST_CHARACTERS = 20
"""A character that occurs less often is one that the model cannot read."""
_LENGTHS = (20, 40, 70, 110, 160, 10**6)
_LOWEST = 0.002
"""Share of translations that score lower."""


def main() -> None:
    """Count, translate, and write the file of the model."""
    model = translation_model(TRANSLATION_MODEL)
    filters = {lang: as_filter(pairs) for lang, pairs in seen(load_tokens(model.path)).items()}
    values = {
        "model": TRANSLATION_MODEL,
        "vocabulary": vocabulary_key(model.path),
        "made_by": "python -m training.ruined.piece_pairs",
        "texts": sources(TRANSLATED),
        "least": LEAST,
        "characters": characters(),
        "scores": usual_scores(),
        "languages": {lang: {"filter": base64.b85encode(bits).decode()}
                      for lang, bits in filters.items()},
    }
    PIECE_PAIRS.mkdir(exist_ok=True)
    file = PIECE_PAIRS / f"{TRANSLATION_MODEL}.json"
    file.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", "utf-8")


def seen(tokens: Tokens) -> dict[str, set[tuple[str, str]]]:
    """Return by language the pairs of pieces within words of the training text."""
    texts: dict[str, list[str]] = {"en": [], **{lang: [] for lang in TRANSLATED}}
    for corpus in training_corpora():
        texts["en"] += [english for english, _ in corpus.pairs]
        texts[corpus.language] += [other for _, other in corpus.pairs]
    return {lang: _pairs(lines, tokens) for lang, lines in texts.items()}


def characters() -> str:
    """Return the characters beyond ASCII that the text has often enough to be learned.

    Both sides count: pieces are shared, and names are copied.
    """
    lines = {line for corpus in training_corpora() for pair in corpus.pairs for line in pair}
    counts = Counter(character for line in lines if not line.isascii() for character in line)
    return "".join(sorted(character for character, count in counts.items()
                          if count >= LEAST_CHARACTERS and not character.isascii()))


def _pairs(lines: Iterable[str], tokens: Tokens) -> set[tuple[str, str]]:
    words = Counter(word for line in set(lines) for word in line.split())
    counts: Counter[tuple[str, str]] = Counter()
    spelled = list(words)
    for word, pieces in zip(spelled, tokens.encode_target(spelled), strict=True):
        for pair in itertools.pairwise(pieces):
            counts[pair] += words[word]
    return {pair for pair, count in counts.items() if count >= LEAST}


def usual_scores() -> list[tuple[int, float]]:
    """Return by most characters of a translation the score that hardly any falls below."""
    translator = load_translator(translation_model(TRANSLATION_MODEL), Engine(threads=1))
    decoding = TranslationSection(model=TRANSLATION_MODEL)
    found: list[tuple[int, float]] = []
    for lang, pairs in own_languages().items():
        translations = translator.translate([english for english, _ in pairs], "en", lang, decoding)
        found += [(len(t.text), t.score) for t in translations
                  if t.text is not None and t.score is not None]
    return [(most, _lowest([score for length, score in found if before < length <= most]))
            for before, most in zip((0, *_LENGTHS), _LENGTHS, strict=False)]


def _lowest(scores: Sequence[float]) -> float:
    ranked = sorted(scores)
    return round(ranked[int(_LOWEST * len(ranked))] - 0.05, 3)


if __name__ == "__main__":
    main()
