"""The ``simalign`` package as a link source (extra ``simalign``), one pair at a time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from crosslabel.projection.device import chosen_device
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Links, TextPair
from crosslabel.projection.links.checkpoint import loading

CUT_OFF = "too long for simalign, which would cut it off"


class SimalignPackage:
    """Link source that runs ``simalign.SentenceAligner`` (Jalili Sabet et al. 2020).

    All scores are 1. The package gets single precision, whatever the precision of the checkpoint.
    It silently drops sub-words beyond the limit of the model; a pair with such sub-words gets no
    links here, and a reason.

    Args:
        model: folder or hub name of the encoder.
        layer: hidden layer; by default 8, which the package recommends, or the last layer of the
            model if that is lower.
        method: ``inter`` or ``itermax``.
        device: ``auto``, ``cpu`` or ``cuda``.

    Raises:
        InputError: the package is missing, or the model is missing or broken.
    """

    name = "simalign"

    def __init__(
        self,
        model: str,
        *,
        layer: int | None = None,
        method: Literal["inter", "itermax"] = "itermax",
        device: str = "auto",
    ) -> None:
        self._method = method
        self._aligner = _load(model, layer, method, device)
        loader = self._aligner.embed_loader
        loader.emb_model.float()
        self._tokenizer = loader.tokenizer

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        """Align every pair, in order. A side without words gives no links."""
        return [self._links(pair.source.surface(), pair.target.surface()) for pair in pairs]

    def _links(self, source: tuple[str, ...], target: tuple[str, ...]) -> Links:
        if not source or not target:
            return _links([])
        if any(self._cut_off(words) for words in (source, target)):
            return _links([], CUT_OFF)
        by_method = self._aligner.get_word_aligns(list(source), list(target))
        return _links(by_method[self._method])

    def _cut_off(self, words: tuple[str, ...]) -> bool:
        ids = self._tokenizer(list(words), is_split_into_words=True, verbose=False)["input_ids"]
        return bool(len(ids) > self._tokenizer.model_max_length)


def _load(model: str, layer: int | None, method: str, device: str) -> Any:
    try:
        from simalign import SentenceAligner
    except ImportError as error:
        raise InputError("the source 'simalign' needs the package simalign; install it with "
                         "pip install 'crosslabel[simalign]'") from error
    # Otherwise each of its messages appears twice on stderr, once for each of its handlers.
    logging.getLogger("simalign.simalign").setLevel(logging.WARNING)
    device = chosen_device(device)
    with loading(model, "model"):
        aligner = SentenceAligner(
            model, matching_methods={"inter": "a", "itermax": "i"}[method], device=device
        )
    loader = aligner.embed_loader
    depth = loader.emb_model.config.num_hidden_layers
    loader.layer = min(loader.layer, depth) if layer is None else layer
    if not 0 <= loader.layer <= depth:
        raise InputError(f"{model}: no hidden layer {layer}; the model has 0 to {depth}")
    return aligner


def _links(links: Sequence[tuple[int, int]], reason: str | None = None) -> Links:
    pairs = np.array(sorted(links), dtype=np.int32).reshape(-1, 2)
    return Links(pairs, np.ones(len(pairs), np.float32), reason)
