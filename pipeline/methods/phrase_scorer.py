"""Scores of phrases as translations of each other, by a loaded translation model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from crosslabel.pipeline.translation.translator import Translator
from crosslabel.projection.errors import InputError

_CPU_BATCH_TOKENS = 128


class PhraseScorer:
    """The :class:`crosslabel.projection.targets.candidate_scoring.Scorer` of a translation model.

    Scores of int8 models depend in the second decimal on the phrases scored in the same call; the
    same phrases in any order give the same scores.

    Args:
        translator: a loaded model; other threads may use it at the same time.
    """

    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        # Phrases are short: in small batches the logits stay in the cache of a processor.
        self._most_tokens = _CPU_BATCH_TOKENS if translator.device == "cpu" else None

    def refusal(self, source_lang: str, target_lang: str) -> str | None:
        """Return why the model does not translate in this direction, or ``None`` if it does."""
        try:
            self._translator.model.manifest.route(source_lang, target_lang)
        except InputError as error:
            return str(error)
        return None

    def score(
        self, texts: Sequence[str], translations: Sequence[str], source_lang: str, target_lang: str
    ) -> NDArray[np.float64]:
        """Return the mean log-probability per token of each translation, in nats, shape (texts,).

        NaN where a side is over the model's limit.

        Raises:
            InputError: the model does not translate in this direction.
        """
        both = list(zip(texts, translations, strict=True))
        order = sorted(range(len(both)), key=lambda n: (*map(len, both[n][::-1]), both[n]))
        scores = self._translator.score(
            [texts[n] for n in order], [translations[n] for n in order], source_lang, target_lang,
            self._most_tokens,
        )
        in_order = np.empty(len(both))
        in_order[order] = scores
        return in_order
