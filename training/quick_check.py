"""A short look at a packed translation model while it is still being trained."""

from pathlib import Path

import sacrebleu

from training.corpus import LANGUAGES, NTREX_TRAIN, ntrex, tatoeba
from training.translate import PackedTranslator

SENTENCES = [
    "Anna Keller lives in Hamburg.",
    "Marta Oliveira joined Nordwind Systems in Porto on 3 May 2021.",
    "The University of Graz opened a new laboratory in 2017.",
    "Siemens said on Tuesday that it would build a factory near Leipzig.",
    "Quillon Brevard, a spokesman for Tarvex & Sons, declined to comment on the report.",
    "The city of Vilmora has been twinned with Ashcombe since 1984.",
]


def quick_check(folder: Path) -> None:
    """Print BLEU of 60 Tatoeba and 20 news pairs per language and a few translations."""
    translator = PackedTranslator(folder)
    for language in LANGUAGES:
        scores = []
        for pairs in (tatoeba(language, "dev")[:60], ntrex(language)[NTREX_TRAIN:][:20]):
            output = translator.translate([english for english, _ in pairs], language, beam=1)
            bleu = sacrebleu.corpus_bleu(output, [[other for _, other in pairs]])
            scores.append(f"{bleu.score:.1f}")
        print(f"{language}: BLEU Tatoeba {scores[0]}, news {scores[1]}")
        for text in translator.translate(SENTENCES, language):
            print("   ", text)
    print(flush=True)
