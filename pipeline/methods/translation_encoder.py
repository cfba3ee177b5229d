"""The encoder of a translation model as a source of word links.

A translation model can also align: both sentences go through the encoder, each with the request to
translate it into the other's language, and their states are compared (Ebing and Glavaš 2025,
TransAlign). CTranslate2 gives no states, so the transformers checkpoint is needed beside the
converted model.

States are centred: the last layer of the shipped model gives every sub-word nearly the same large
vector, which hides what differs (alignment error rate of ``inter`` on SMULTRON en-de 38.3, centred
34.4; of ``softmax`` at its defaults 100 and 34.6).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.models.routing import Route
from crosslabel.pipeline.models.tokenizers import SOURCE, load_tokens, token_ids
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Encoded, Links, TextPair

if TYPE_CHECKING:
    from crosslabel.projection.links.embedding import EmbeddingAligner, Method
    from crosslabel.projection.links.softmax import Softmax
    from crosslabel.projection.links.states import Specials, Subwords, Words

_EOS, _UNKNOWN = "</s>", "<unk>"


class TranslationEncoder:
    """The loaded encoder of a translation model; :meth:`towards` makes it one for a direction.

    Args:
        model: the converted model, which knows tokens and languages, with its checkpoint.
        layer: hidden layer, counted as transformers counts ``hidden_states``. By default what
            ``model.json`` says, else the last: TransAlign's choice for NLLB, and the best of the
            shipped model on SMULTRON en-de (error rates of ``inter``, embeddings first: 46.2, 51.0,
            56.4, 71.3, 34.4).
        device: ``auto``, ``cpu`` or ``cuda``.
        batch_tokens: sub-words per batch, padding included; 0 chooses by device.
        centred: whether a sentence's mean state is subtracted from its states.

    Raises:
        InputError: a file is missing or broken, or there is no such layer or device.
    """

    def __init__(
        self,
        model: Model,
        *,
        layer: int | None = None,
        device: str = "auto",
        batch_tokens: int = 0,
        centred: bool = True,
    ) -> None:
        from crosslabel.projection.links.checkpoint import load_encoder
        from crosslabel.projection.links.states import LayerStates
        from crosslabel.projection.links.torch_layer import TorchLayer

        checkpoint = model.torch_weights("it has no encoder states")
        self.model = model
        self._tokens = load_tokens(model.path)
        self._ids = token_ids(model.path, SOURCE)
        wanted = model.manifest.layer if layer is None else layer
        encoder, depth = load_encoder(str(checkpoint), None, wanted)
        self.states = LayerStates(
            TorchLayer(encoder, depth, device, centred=centred),
            longest=model.manifest.max_source_tokens,
            pad=encoder.config.pad_token_id or 0, batch_tokens=batch_tokens,
        )

    def towards(self, source: str, target: str) -> DirectedEncoder:
        """Return the encoder of texts in ``source`` that are to be translated into ``target``.

        Raises:
            InputError: the model does not translate in this direction.
        """
        route = self.model.manifest.route(source, target)
        return DirectedEncoder(self, self._specials(route))

    def _specials(self, route: Route) -> Specials:
        from crosslabel.projection.links.states import Specials

        asked = self._tokens.encode([route.text.strip()])[0] if route.text else []
        return Specials(self._numbers([*route.source, *asked]), self._numbers([_EOS]))

    def cut(self, sentences: Sequence[Words]) -> list[Subwords]:
        """Cut sentences into sub-words; every word begins a new sub-word, as after a space."""
        from crosslabel.projection.links.states import joined

        words = list(dict.fromkeys(word for sentence in sentences for word in sentence))
        tokens = self._tokens.encode(words)
        ids = {word: self._numbers(pieces) for word, pieces in zip(words, tokens, strict=True)}
        return [joined([ids[word] for word in sentence]) for sentence in sentences]

    def _numbers(self, tokens: Sequence[str]) -> list[int]:
        unknown = self._ids[_UNKNOWN]
        return [self._ids.get(token, unknown) for token in tokens]


class DirectedEncoder:
    """Encoder of texts in one language that are to be translated into another."""

    def __init__(self, encoder: TranslationEncoder, specials: Specials) -> None:
        self._encoder = encoder
        self._specials = specials

    @property
    def device(self) -> str:
        """Where it runs: ``cpu`` or ``cuda``."""
        return self._encoder.states.layer.device

    def encode(self, sentences: Sequence[Sequence[str]]) -> Encoded:
        """Encode sentences that are given as words; special tokens are left out."""
        return self._encoder.states.encode(sentences, self._encoder.cut, self._specials)


_OPTIONS = (0.05, 0.3)
"""Temperature and threshold, chosen on one set of hand-made links, SMULTRON en-de."""


class TranslationAligner:
    """Link source over the encoder of a translation model.

    A pair whose languages the model does not translate into one another, both ways, gets no links,
    and the reason says so.

    Args:
        encoder: of the translation model.
        method: how words are matched.
        softmax: options of the method ``softmax``.
    """

    name = "translation"

    def __init__(
        self,
        encoder: TranslationEncoder,
        method: Method = "softmax",
        softmax: Softmax | None = None,
    ) -> None:
        self._encoder = encoder
        self._method = method
        self._softmax = softmax
        self._aligners: dict[tuple[str, str], EmbeddingAligner] = {}

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        """Align every pair, in order. A side without words gives no links."""
        numbers: dict[tuple[str, str], list[int]] = {}
        for number, pair in enumerate(pairs):
            numbers.setdefault((pair.source.lang, pair.target.lang), []).append(number)
        links: dict[int, Links] = {}
        for languages, chosen in numbers.items():
            aligned = self._align(languages, [pairs[number] for number in chosen])
            links.update(zip(chosen, aligned, strict=True))
        return [links[number] for number in range(len(pairs))]

    def _align(self, languages: tuple[str, str], pairs: Sequence[TextPair]) -> list[Links]:
        try:
            aligner = self._aligners.get(languages) or self._directed(*languages)
        except InputError as error:
            none = np.empty((0, 2), np.int32), np.empty(0, np.float32)
            return [Links(*none, reason=str(error)) for _ in pairs]
        self._aligners[languages] = aligner
        return aligner.align(pairs)

    def _directed(self, source: str, target: str) -> EmbeddingAligner:
        from crosslabel.projection.links.embedding import EmbeddingAligner
        from crosslabel.projection.links.softmax import Softmax

        return EmbeddingAligner(
            self._encoder.towards(source, target), self._method,
            softmax=self._softmax or Softmax(*_OPTIONS, distance=0.0),
            target_encoder=self._encoder.towards(target, source), name=self.name,
        )
