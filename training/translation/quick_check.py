"""A short look at a packed translation model while it is still being trained."""

from pathlib import Path

import sacrebleu

from training.text.corpus import NTREX_TRAIN, TRANSLATED, Pair, ntrex, tatoeba
from training.translation.translate import PackedTranslator

SENTENCES = [
    "Anna Keller lives in Hamburg.",
    "Marta Oliveira joined Nordwind Systems in Porto on 3 May 2021.",
    "The University of Graz opened a new laboratory in 2017.",
    "Siemens said on Tuesday that it would build a factory near Leipzig.",
    "Quillon Brevard, a spokesman for Tarvex & Sons, declined to comment on the report.",
    "The city of Vilmora has been twinned with Ashcombe since 1984.",
]


def quick_check(folder: Path) -> None:
    """Print scores of 100 Tatoeba and 30 news pairs per direction and a few translations."""
    translator = PackedTranslator(folder)
    for language in TRANSLATED:
        everyday, news = tatoeba(language, "dev")[:100], ntrex(language)[NTREX_TRAIN:][:30]
        for target in (language, "en"):
            scores = [_score(translator, pairs, language, target) for pairs in (everyday, news)]
            print(f"{language}, into {target}: Tatoeba {scores[0]}, news {scores[1]}")
        translated = translator.translate(SENTENCES, "en", language)
        back = translator.translate(translated, language, "en")
        for text, again in zip(translated, back, strict=True):
            print("   ", text, "|", again)
    print(flush=True)


def _score(translator: PackedTranslator, pairs: list[Pair], language: str, target: str) -> str:
    """Return BLEU / chrF of greedy translations between English and `language`."""
    english, other = [list(side) for side in zip(*pairs, strict=True)]
    if target == "en":
        output, reference = translator.translate(other, language, "en", beam=1), english
    else:
        output, reference = translator.translate(english, "en", language, beam=1), other
    bleu, chrf = (f(output, [reference]) for f in (sacrebleu.corpus_bleu, sacrebleu.corpus_chrf))
    return f"{bleu.score:.1f} / {chrf.score:.1f}"
