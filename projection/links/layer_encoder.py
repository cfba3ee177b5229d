"""The encoder of words that a hidden layer makes, whatever runs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crosslabel.projection.interface import Encoded
from crosslabel.projection.links.states import LayerStates, Specials, Subwords, Words


class LayerEncoder:
    """Encoder of words by the states of a hidden layer.

    Args:
        states: of the layer.
        layer: index of the layer, as in ``hidden_states``.
        cut: returns the sub-words of each of some sentences.
        specials: tokens around a sentence.

    Attributes:
        layer: the hidden layer that the states are taken from.
    """

    def __init__(
        self, states: LayerStates, layer: int,
        cut: Callable[[Sequence[Words]], Sequence[Subwords]], specials: Specials,
    ) -> None:
        self.layer = layer
        self._states = states
        self._cut = cut
        self._specials = specials

    @property
    def device(self) -> str:
        """The device it runs on: ``cpu`` or ``cuda``."""
        return self._states.layer.device

    @property
    def dim(self) -> int:
        """Length of a state vector."""
        return self._states.dim

    def encode(self, sentences: Sequence[Sequence[str]]) -> Encoded:
        """Encode sentences that are given as words.

        Equal sentences are computed once, and the same list gives the same bytes.
        """
        return self._states.encode(sentences, self._cut, self._specials)
