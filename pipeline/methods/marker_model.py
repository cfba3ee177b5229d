"""A translation model whose decoder scores given target texts, for constrained decoding.

CTranslate2 returns log-probabilities of given tokens only, so the transformers checkpoint is needed
beside the converted model, which knows tokens and languages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosslabel.pipeline.methods.marked_translator import convention
from crosslabel.pipeline.models.manifest import Manifest, Model
from crosslabel.pipeline.models.routing import Route
from crosslabel.pipeline.models.tokenizers import (
    SOURCE,
    TARGET,
    TokenizedText,
    Tokens,
    load_tokens,
    token_ids,
)
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Range
from crosslabel.projection.markers import Markers

if TYPE_CHECKING:
    from crosslabel.projection.constrained.forced import ForcedDecoder
    from crosslabel.projection.constrained.search import Marking
    from crosslabel.projection.constrained.template import Pieces, Template

_EOS, _UNKNOWN = "</s>", "<unk>"

Places = Callable[["Pieces", Sequence[Range]], "Template"]
"""Makes the places where markers may stand in a text with these words."""


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The vocabularies of both sides of a model: texts to token ids."""

    tokens: Tokens
    source: dict[str, int]
    target: dict[str, int]

    def ids(self, ids: dict[str, int], tokens: Sequence[str]) -> list[int]:
        unknown = ids[_UNKNOWN]
        return [ids.get(token, unknown) for token in tokens]

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        return [self._pieces(cut) for cut in self.tokens.cut(texts)]

    def _pieces(self, cut: TokenizedText) -> Pieces:
        from crosslabel.projection.constrained.template import Pieces

        return Pieces(tuple(self.ids(self.target, cut.tokens)), cut.starts, cut.ends)


class DecoderModel:
    """A loaded translation model for constrained decoding.

    It is what :class:`crosslabel.projection.constrained.source.ConstrainedDecoding` asks.

    Args:
        model: the converted model, with its checkpoint.
        markers: the convention it was tuned on; by default the one that ``model.json`` names.
        device: ``auto``, ``cpu`` or ``cuda``.
        anywhere: whether spaced markers may stand between any two tokens, not only at the borders
            of words.
        positions: decoder tokens per pass, with padding; 0 chooses by device.

    Raises:
        InputError: a file is missing or broken, there is no such device, the model names no
            markers, or markers without spaces may stand anywhere.
    """

    def __init__(
        self, model: Model, markers: Markers | None = None, *, device: str = "auto",
        anywhere: bool = False, positions: int = 0,
    ) -> None:
        from crosslabel.projection.constrained.forced import ForcedDecoder
        from crosslabel.projection.constrained.template import anywhere as places_anywhere
        from crosslabel.projection.constrained.template import template

        checkpoint = model.torch_weights("its decoder cannot be asked for probabilities")
        markers = markers or convention(model.manifest)
        if anywhere and not markers.spaced:
            raise InputError("markers without spaces stand at the borders of words; use spaced "
                             "ones, or leave 'anywhere' out")
        self._places: Places = places_anywhere if anywhere else template

        self.model = model
        self.markers = markers
        self._vocabulary = _Vocabulary(
            load_tokens(model.path), token_ids(model.path, SOURCE), token_ids(model.path, TARGET)
        )
        loaded = _load(checkpoint, device)
        self._start = int(loaded.config.decoder_start_token_id)
        self.decoder: ForcedDecoder = ForcedDecoder(loaded, loaded.config.pad_token_id, positions)

    def direction(self, source: str, target: str) -> DecoderDirection:
        """Return the model for one direction.

        Raises:
            InputError: it does not translate in this direction.
        """
        route = self.model.manifest.route(source, target)
        return DecoderDirection(
            self.model.manifest, self._vocabulary, route, self.markers, self._start, self._places
        )


class DecoderDirection:
    """A decoder model in one direction."""

    def __init__(
        self, manifest: Manifest, vocabulary: _Vocabulary, route: Route, markers: Markers,
        start: int, places: Places,
    ) -> None:
        self.max_source, self.max_target = manifest.max_source_tokens, manifest.max_target_tokens
        self._vocabulary, self._route, self._markers = vocabulary, route, markers
        self._places = places
        self._ending = [_EOS] if manifest.append_eos else []
        self.marking = self._marking(start)

    def sources(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of source texts, with special tokens."""
        vocabulary = self._vocabulary
        tokens = vocabulary.tokens.encode([self._route.text + text for text in texts])
        return [vocabulary.ids(vocabulary.source, [*self._route.source, *words, *self._ending])
                for words in tokens]

    def targets(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """Return the token ids of target texts, without special tokens."""
        return [pieces.ids for pieces in self._vocabulary.pieces(texts)]

    def template(self, text: str, words: Sequence[Range]) -> Template:
        """Return the hypotheses about one target text."""
        from crosslabel.projection.constrained.template import attached

        [pieces] = self._vocabulary.pieces([text])
        if self._markers.spaced:
            return self._places(pieces, words)
        opening, _ = self._markers.pair(0)
        behind = self._vocabulary.pieces([opening + text[start:] for start, _ in words])
        return attached(pieces, words, [(cut, len(opening)) for cut in behind])

    def _marking(self, start: int) -> Marking:
        from crosslabel.projection.constrained.search import Marking

        vocabulary = self._vocabulary
        opening, closing = self._markers.pair(0)
        first, last = vocabulary.pieces(
            [opening, closing if self._markers.spaced else f"x{closing}"]
        )
        begin = [start, *vocabulary.ids(vocabulary.target, self._route.target)]
        [end] = vocabulary.ids(vocabulary.target, [_EOS])
        skipped = 0 if self._markers.spaced else last.slot(1) or 0
        return Marking(tuple(begin), first.ids, last.ids[skipped:], end)


@lru_cache(maxsize=2)
def _load(checkpoint: Path, device: str) -> Any:
    """Load the whole network for evaluation, in half precision only if the checkpoint asks for it
    and a GPU computes."""
    import torch
    from transformers import AutoModelForSeq2SeqLM

    from crosslabel.projection.device import chosen_device
    from crosslabel.projection.links.checkpoint import loading

    place = chosen_device(device)
    dtype = torch.float32 if place == "cpu" else "auto"
    with loading(str(checkpoint), "checkpoint"):
        return AutoModelForSeq2SeqLM.from_pretrained(checkpoint, dtype=dtype).eval().to(place)
