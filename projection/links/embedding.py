"""Word alignment by the similarity of contextual sub-word states (SimAlign), in batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args

from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Encoded, Encoder, Links, TextPair
from crosslabel.projection.links.sides import EncodedSide, distinct
from crosslabel.projection.links.softmax import Softmax, softmax_links

if TYPE_CHECKING:
    from crosslabel.projection.links.mutual import MutualLinks

Method = Literal["inter", "itermax", "softmax"]
METHODS: tuple[Method, ...] = get_args(Method)
_MAX_KEPT_BYTES = 1 << 29


class EmbeddingAligner:
    """Link source that compares the states of an encoder.

    Scores of ``inter`` and ``itermax`` are ``(cosine + 1) / 2`` of the best sub-word pair; their
    links equal the links of the ``simalign`` package on the same model and layer, unless
    similarities tie within rounding. Scores of ``softmax`` are the geometric mean of the two
    probabilities. Source states of the latest list of pairs are kept (up to half a gigabyte), so
    that aligning the same sources with another target language encodes them only once. A pair of
    more than 2**26 sub-word pairs gets no links, and a reason that says so.

    Args:
        encoder: gives the states.
        method: ``inter``, ``itermax`` or ``softmax``.
        device: where ``inter`` and ``itermax`` compute similarities, ``cpu`` or ``cuda``; by
            default the device of the encoder.
        softmax: options of the method ``softmax``.
        target_encoder: encoder of the target side; by default ``encoder``.
        name: name of the source; the method by default.

    Raises:
        InputError: there is no such method.
    """

    def __init__(
        self,
        encoder: Encoder,
        method: Method = "itermax",
        device: str | None = None,
        *,
        softmax: Softmax | None = None,
        target_encoder: Encoder | None = None,
        name: str | None = None,
    ) -> None:
        self._encoder = encoder
        self._target_encoder = target_encoder or encoder
        self._method = _known(method)
        self._name = name or method
        self._softmax = softmax or Softmax()
        self._device = device or str(getattr(encoder, "device", "cpu"))
        self._mutual: MutualLinks | None = None
        self._kept: tuple[tuple[tuple[str, ...], ...], Encoded] | None = None

    @property
    def name(self) -> str:
        """The given name, or the matching method."""
        return self._name

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        """Align every pair, in order. A side without words gives no links."""
        return self.align_many(pairs, [self._method])[self._method]

    def align_many(
        self, pairs: Sequence[TextPair], methods: Sequence[Method]
    ) -> dict[Method, list[Links]]:
        """Align every pair by several methods; each distinct sentence is encoded once.

        Raises:
            InputError: there is no such method.
        """
        wanted = tuple(_known(method) for method in dict.fromkeys(methods))
        source_words, source_rows = distinct([pair.source.surface() for pair in pairs])
        target_words, target_rows = distinct([pair.target.surface() for pair in pairs])
        source = EncodedSide(self._encode_source(source_words), source_rows)
        target = EncodedSide(self._target_encoder.encode(target_words), target_rows)
        return self._link(source, target, wanted)

    def _encode_source(self, sentences: tuple[tuple[str, ...], ...]) -> Encoded:
        kept = self._kept
        if kept is not None and kept[0] == sentences:
            return kept[1]
        encoded = self._encoder.encode(sentences)
        self._kept = (sentences, encoded) if encoded.vectors.nbytes <= _MAX_KEPT_BYTES else None
        return encoded

    def _link(
        self, source: EncodedSide, target: EncodedSide, methods: tuple[Method, ...]
    ) -> dict[Method, list[Links]]:
        mutual = [method for method in methods if method != "softmax"]
        links: dict[Method, list[Links]] = {}
        if mutual:
            links.update(dict(self._matcher().link(source, target, mutual).items()))
        if "softmax" in methods:
            links["softmax"] = softmax_links(source, target, self._softmax)
        return links

    def _matcher(self) -> MutualLinks:
        """Return the matcher of the methods that need torch."""
        if self._mutual is None:
            from crosslabel.projection.links.mutual import MutualLinks

            self._mutual = MutualLinks(self._device)
        return self._mutual


def _known(method: Method) -> Method:
    if method not in METHODS:
        raise InputError(f"method {method!r} is not known; give {' or '.join(METHODS)}")
    return method
