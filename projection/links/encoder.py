"""Sub-word states of a transformers encoder, for many sentences at once.

Sentences are sorted by length and packed by padded tokens, so that little is computed for padding;
layers above the one asked for are neither kept nor run. A sentence beyond the model's limit is
encoded in windows that overlap by half, and every sub-word takes its state from the window where
it stands farther from the border: nothing is cut off.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from projection.errors import InputError
from projection.interface import Encoded
from projection.links.checkpoint import load_encoder, load_tokenizer

DEFAULT_LAYER = 8
_TOKENS_PER_BATCH = {"cpu": 1024, "cuda": 65536}


class TransformerEncoder:
    """Encoder on a local transformers checkpoint folder or a hub name.

    Args:
        name: folder or hub name.
        layer: hidden layer, counted as transformers counts ``hidden_states`` (0 = embeddings).
            By default what the folder's ``model.json`` says, else 8 (SimAlign's choice), at most
            the depth of the model.
        device: ``auto``, ``cpu`` or ``cuda``.
        revision: hub revision.
        batch_tokens: sub-words per batch, padding included; 0 chooses by device.

    Raises:
        InputError: the model is missing or broken, has no such layer, or there is no such device.
    """

    def __init__(
        self,
        name: str,
        *,
        layer: int | None = None,
        device: str = "auto",
        revision: str | None = None,
        batch_tokens: int = 0,
    ) -> None:
        self.device = _device(device)
        self._tokenizer = load_tokenizer(name, revision)
        wanted = _manifest_layer(name) if layer is None else layer
        self._model, self.layer = load_encoder(name, revision, wanted, DEFAULT_LAYER)
        self._model.to(self.device)
        self._prefix, self._suffix = _special_tokens(self._tokenizer)
        self._capacity = _limit(self._tokenizer, self._model) - len(self._prefix + self._suffix)
        self._batch_tokens = batch_tokens or _TOKENS_PER_BATCH[self.device]

    def encode(self, sentences: Sequence[Sequence[str]]) -> Encoded:
        """Encode sentences that are given as words.

        Equal sentences are computed once. How sentences are batched depends on this list alone, so
        the same list gives the same bytes.
        """
        unique = {tuple(sentence): None for sentence in sentences}
        order = {sentence: number for number, sentence in enumerate(unique)}
        ids, words = self._tokenize(list(unique))
        states = self._states(ids)
        picked = [order[tuple(sentence)] for sentence in sentences]
        lengths = [len(words[number]) for number in picked]
        return Encoded(
            np.concatenate([np.empty((0, self.dim), np.float32), *(states[n] for n in picked)]),
            np.concatenate([np.empty(0, np.int32), *(words[n] for n in picked)]),
            np.cumsum([0, *lengths], dtype=np.int64),
        )

    @property
    def dim(self) -> int:
        """Length of a state vector."""
        return int(self._model.config.hidden_size)

    def _tokenize(
        self, sentences: Sequence[tuple[str, ...]]
    ) -> tuple[list[list[int]], list[NDArray[np.int32]]]:
        """Sub-word ids without special tokens, and the word of each sub-word."""
        if not sentences:
            return [], []
        encoded = self._tokenizer(
            [list(sentence) for sentence in sentences],
            is_split_into_words=True, add_special_tokens=False, truncation=False, verbose=False,
        )
        maps = [np.asarray(e.word_ids, dtype=np.int32) for e in encoded.encodings]
        return encoded["input_ids"], maps

    def _states(self, ids: Sequence[Sequence[int]]) -> list[NDArray[np.float32]]:
        """State of every sub-word, per sentence float32 (sub-words, dim)."""
        states = [np.empty((len(tokens), self.dim), np.float32) for tokens in ids]
        windows = [
            window for number, tokens in enumerate(ids)
            for window in _windows(number, len(tokens), self._capacity)
        ]
        windows.sort(key=lambda w: (w.end - w.start, w.sentence, w.start))
        for batch in _batches(windows, self._batch_tokens, len(self._prefix + self._suffix)):
            hidden = self._run([ids[w.sentence][w.start:w.end] for w in batch])
            for window, vectors in zip(batch, hidden, strict=True):
                own = vectors[window.keep_start - window.start:window.keep_end - window.start]
                states[window.sentence][window.keep_start:window.keep_end] = own
        return states

    def _run(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """States without those of the special tokens in front, float32 (batch, padded, dim)."""
        width = max(map(len, batch)) + len(self._prefix + self._suffix)
        pad = self._tokenizer.pad_token_id or 0
        rows = np.full((len(batch), width), pad, dtype=np.int64)
        mask = np.zeros((len(batch), width), dtype=np.int64)
        for row, tokens in enumerate(batch):
            full = [*self._prefix, *tokens, *self._suffix]
            rows[row, :len(full)] = full
            mask[row, :len(full)] = 1
        with torch.inference_mode():
            output = self._model(
                input_ids=torch.from_numpy(rows).to(self.device),
                attention_mask=torch.from_numpy(mask).to(self.device),
                output_hidden_states=True,
            )
        hidden = output.hidden_states[self.layer][:, len(self._prefix):]
        vectors: NDArray[np.float32] = hidden.float().cpu().numpy()
        return vectors


class _Window(NamedTuple):
    """Sub-words ``start:end`` of a sentence, encoded together to keep ``keep_start:keep_end``."""

    sentence: int
    start: int
    end: int
    keep_start: int
    keep_end: int


def _windows(sentence: int, length: int, capacity: int) -> Iterator[_Window]:
    """One window where it fits, else windows that overlap by half; none for an empty sentence."""
    starts = [*range(0, length - capacity, max(1, capacity // 2)), max(0, length - capacity)]
    cuts = [(left + capacity + right) // 2 for left, right in pairwise(starts)]
    for start, left, right in zip(starts, [0, *cuts], [*cuts, length], strict=True):
        if left < right:
            yield _Window(sentence, start, min(start + capacity, length), left, right)


def _batches(windows: Sequence[_Window], tokens: int, specials: int) -> Iterator[list[_Window]]:
    """Cut windows sorted by length into batches of at most ``tokens`` padded sub-words."""
    batch: list[_Window] = []
    for window in windows:
        width = window.end - window.start + specials
        if batch and width * (len(batch) + 1) > tokens:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _device(name: str) -> str:
    cuda = torch.cuda.is_available()
    if name == "auto":
        return "cuda" if cuda else "cpu"
    if name not in _TOKENS_PER_BATCH:
        raise InputError(f"device {name!r} is not known; give auto, cpu or cuda")
    if name == "cuda" and not cuda:
        raise InputError("device 'cuda': torch sees no such device here; give auto or cpu")
    return name


def _manifest_layer(name: str) -> int | None:
    """The layer that ``model.json`` in a model folder names, if there is one."""
    path = Path(name) / "model.json"
    if not path.is_file():
        return None
    try:
        manifest = json.loads(path.read_text("utf-8"))
        layer = manifest.get("layer")
    except (ValueError, AttributeError) as error:
        raise InputError(f"{path}: not a JSON object ({error}); restore or remove it") from error
    if layer is not None and (type(layer) is not int or layer < 0):
        raise InputError(f"{path}: 'layer' must be a number from 0 on, not {layer!r}")
    return layer


def _special_tokens(tokenizer: Any) -> tuple[list[int], list[int]]:
    """Special tokens the model expects before and after a sentence."""
    full = tokenizer(["a"], is_split_into_words=True)["input_ids"]
    bare = tokenizer(["a"], is_split_into_words=True, add_special_tokens=False)["input_ids"]
    before = next(k for k in range(len(full)) if full[k:k + len(bare)] == bare)
    return full[:before], full[before + len(bare):]


def _limit(tokenizer: Any, model: Any) -> int:
    """Longest input in sub-words, special tokens included."""
    positions = getattr(model.config, "max_position_embeddings", None)
    # RoBERTa-like models lose two positions to an offset; two fewer do not matter to the others.
    limits = [tokenizer.model_max_length, positions - 2 if positions else 512]
    return int(min(limits))
