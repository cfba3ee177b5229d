"""Translate with the shipped CTranslate2 model, as the product does."""

import json
from pathlib import Path

import ctranslate2
import sentencepiece

from training.paths import THREADS


class PackedTranslator:
    """The model of a shipped folder."""

    def __init__(self, folder: Path) -> None:
        self.manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        self._engine = ctranslate2.Translator(str(folder), device="cpu", intra_threads=THREADS)
        self._source = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
        self._target = sentencepiece.SentencePieceProcessor(model_file=str(folder / "target.spm"))

    def translate(self, texts: list[str], language: str, beam: int = 4) -> list[str]:
        """Translations of `texts` into `language`, in order."""
        tag = self.manifest["target_tokens"][language]
        sources = [[tag, *self._source.encode(text, out_type=str), "</s>"] for text in texts]
        results = self._engine.translate_batch(
            sources, beam_size=beam, max_batch_size=64,
            max_input_length=self.manifest["max_source_tokens"],
            max_decoding_length=self.manifest["max_target_tokens"],
        )  # fmt: skip
        return [self._target.decode_pieces(result.hypotheses[0]) for result in results]
