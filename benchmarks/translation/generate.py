"""Translation by transformers' ``generate``, called as is usual for many texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from benchmarks.turns import progress, timed
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.recipe import TranslationSection

_SIZES = {"cpu": (4, 8, 16, 32, 64), "cuda": (64, 128, 256, 512)}
"""Texts per batch that are tried."""


class Generate:
    """A shipped model in transformers, which translates batches of texts sorted by length.

    Args:
        model: has a folder ``torch``.
        prefix: tokens in front of every text that ask for the target language.
        dtype: precision of the weights.
    """

    def __init__(
        self, model: Model, prefix: list[str], decoding: TranslationSection, device: str,
        dtype: torch.dtype,
    ) -> None:
        from transformers import MarianMTModel, MarianTokenizer

        folder = model.path / "torch"
        self._tokenizer = MarianTokenizer.from_pretrained(folder)
        self._model: Any = MarianMTModel.from_pretrained(folder, dtype=dtype).to(device).eval()
        self._prefix = prefix
        # The engine stops at the first `beam` finished hypotheses; so does early stopping.
        self._options = {
            "num_beams": decoding.beam, "early_stopping": True,
            "length_penalty": decoding.length_penalty,
            "max_length": model.manifest.max_target_tokens,
        }
        self._device = device
        self.precision = str(dtype).removeprefix("torch.")

    def pieces(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the tokens that the model gets for each text."""
        return [self._tokenizer.convert_ids_to_tokens(ids) for ids in self._ids(texts)]

    def translate(self, texts: Sequence[str], size: int) -> list[str]:
        """Translate in batches of ``size`` texts and return the results in order."""
        ids = self._ids(texts)
        order = sorted(range(len(ids)), key=lambda number: -len(ids[number]))
        translations = [""] * len(ids)
        for start in range(0, len(order), size):
            batch = order[start:start + size]
            for number, text in zip(batch, self._batch([ids[n] for n in batch]), strict=True):
                translations[number] = text
        return translations

    def fastest_size(self, texts: Sequence[str]) -> tuple[int, dict[str, float]]:
        """Return the fastest number of texts per batch, and the seconds of each number tried."""
        sizes = [size for size in _SIZES[self._device] if size <= len(texts)] or [len(texts)]
        self.translate(texts[:sizes[0]], sizes[0])
        seconds = {}
        for size in sizes:
            seconds[size] = timed(self._run(texts, size))[0].wall
            progress(f"trial of generate, {size} texts per batch: {seconds[size]:.2f} s")
        fastest = min(sizes, key=lambda size: seconds[size])
        return fastest, {str(size): round(spent, 2) for size, spent in seconds.items()}

    def _run(self, texts: Sequence[str], size: int) -> Callable[[], list[str]]:
        return lambda: self.translate(texts, size)

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        asked = [" ".join([*self._prefix, text]) for text in texts]
        ids: list[list[int]] = self._tokenizer(asked)["input_ids"]
        return ids

    def _batch(self, ids: list[list[int]]) -> list[str]:
        padded = self._tokenizer.pad({"input_ids": ids}, return_tensors="pt").to(self._device)
        with torch.inference_mode():
            output = self._model.generate(**padded, **self._options)
        texts: list[str] = self._tokenizer.batch_decode(output, skip_special_tokens=True)
        return texts
