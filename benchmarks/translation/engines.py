"""The same translation by the product's stage and by its bare engine."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import ctranslate2
import sentencepiece

from benchmarks.paths import TRANSLATION
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.recipe import Engine, TranslationSection
from crosslabel.pipeline.translation.translator import Translation, Translator

SOURCE, TARGET = "en", "de"
DECODING = TranslationSection(model=TRANSLATION)
_END = "</s>"

Text = str | None


@dataclass(frozen=True, slots=True)
class Texts:
    """Distinct texts within the model's limit, and the pieces that the engine gets for each."""

    texts: list[str]
    pieces: list[list[str]]

    @classmethod
    def cut(cls, model: Model, texts: list[str]) -> Texts:
        """Cut texts into pieces and leave out texts over the limit."""
        cutter = sentencepiece.SentencePieceProcessor(str(model.path / "source.spm"))
        front = prefix(model)
        end = [_END] if model.manifest.append_eos else []
        cuts = [[*front, *pieces, *end] for pieces in cutter.encode(texts, out_type=str)]
        limit = model.manifest.max_source_tokens
        fitting = [number for number, pieces in enumerate(cuts) if len(pieces) <= limit]
        return cls([texts[n] for n in fitting], [cuts[n] for n in fitting])

    def first(self, count: int) -> Texts:
        """Return the first ``count`` texts."""
        return Texts(self.texts[:count], self.pieces[:count])

    def counts(self) -> dict[str, int]:
        """Return the number of texts, and of source tokens with the special ones."""
        return {"texts": len(self.texts), "tokens": sum(map(len, self.pieces))}


def prefix(model: Model) -> list[str]:
    """Return the source tokens that ask for the target language."""
    return model.manifest.route(SOURCE, TARGET).source


class Stage:
    """The product: parts as a build cuts them, two at a time as a build runs them."""

    def __init__(self, model: Model, engine: Engine) -> None:
        self._translator = Translator(model, engine)
        self.compute_type = self._translator.compute_type

    def translate(self, texts: Sequence[str]) -> list[Text]:
        """Return the translations in order."""
        size = DECODING.part_texts
        parts = [texts[start:start + size] for start in range(0, len(texts), size)]
        with ThreadPoolExecutor(max_workers=2) as pool:
            return [translation.text
                    for part in pool.map(self._part, parts) for translation in part]

    def _part(self, texts: Sequence[str]) -> list[Translation]:
        return self._translator.translate(texts, SOURCE, TARGET, DECODING)


class Bare:
    """CTranslate2 alone, with the options of the stage.

    Args:
        compute_type: the type that the stage uses.
    """

    def __init__(self, model: Model, engine: Engine, compute_type: str) -> None:
        self._engine = ctranslate2.Translator(
            str(model.path), device=engine.device, intra_threads=engine.threads,
            compute_type=compute_type,
        )
        self._pieces = sentencepiece.SentencePieceProcessor(str(model.path / "target.spm"))
        self._longest = model.manifest.max_target_tokens
        self._batch_tokens = engine.batch_tokens

    def translate(self, pieces: list[list[str]]) -> list[Any]:
        """Return the engine's results for pieces in the order of :func:`by_length`."""
        return list(self._engine.translate_batch(
            pieces,
            beam_size=DECODING.beam, length_penalty=DECODING.length_penalty,
            max_batch_size=self._batch_tokens, batch_type="tokens", max_input_length=0,
            max_decoding_length=self._longest, return_scores=True, return_end_token=True,
        ))

    def text(self, result: Any) -> Text:
        """Return the text of a result, or ``None`` if the stage would give none."""
        best = result.hypotheses[0]
        if best[-1:] != [_END]:
            return None
        return self._pieces.decode(best[:-1]).strip() or None


def by_length(pieces: Sequence[Sequence[Any]]) -> list[int]:
    """Return the numbers of the texts, longest first."""
    return sorted(range(len(pieces)), key=lambda number: -len(pieces[number]))
