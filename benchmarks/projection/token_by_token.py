"""Constrained decoding one token at a time, a yardstick for the search of crosslabel.

It is compared with :mod:`crosslabel.projection.constrained`: depth-first branch and bound over the
same hypotheses with the same model. It takes one decoder step per token, keeps keys and values of
the prefix, treats one span at a time and likelier markers first; a hypothesis is given up as soon
as its sum falls below the k-th best. CODEC (Le et al. 2024, section 3.2) searches in this way,
without the openings that it prunes by a heuristic.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch

from crosslabel.projection.constrained.search import Hypothesis, Marking
from crosslabel.projection.constrained.template import Opening, Template


class State(NamedTuple):
    """The decoder's state after a prefix: its cache, and log-probabilities of the next token."""

    cache: Any
    following: torch.Tensor


@dataclass
class TokenByToken:
    """The search for one span; ``steps`` counts the decoder's passes."""

    model: Any
    marking: Marking
    best: int
    steps: int = 0
    scores: dict[tuple[int, int], float] = field(default_factory=dict)

    def search(self, source: Sequence[int], template: Template) -> list[Hypothesis]:
        """Return the best hypotheses, proved to be the best."""
        with torch.inference_mode():
            self._encoded = self.model.get_encoder()(input_ids=self._ids(source))
            states, sums = self._along(self._begin(), template.ids, 0.0)
            first = self.marking.opening[0]
            openings = sorted(
                ((sums[opening.slot] + self._of(states[opening.slot], first), opening)
                 for opening in template.openings), key=lambda pair: -pair[0],
            )
            for bound, opening in openings:
                if bound > self._least():
                    self._closings(opening, states[opening.slot], bound)
        ranked = sorted(self.scores.items(), key=lambda item: (-item[1], item[0]))
        return [Hypothesis(*place, score) for place, score in ranked[:self.best]]

    def _closings(self, opening: Opening, state: State, bound: float) -> None:
        opened, sums = self._along(
            self._step(state, self.marking.opening[0]), self.marking.opening[1:], bound
        )
        inside = opening.rest[:opening.closings[-1].tokens]
        states, sums = self._along(opened[-1], inside, sums[-1])
        first = self.marking.closing[0]
        closings = sorted(
            ((sums[closing.tokens] + self._of(states[closing.tokens], first), closing)
             for closing in opening.closings if closing.tokens < len(states)),
            key=lambda pair: -pair[0],
        )
        for start, closing in closings:
            if start > self._least():
                rest = (*self.marking.closing[1:], *opening.rest[closing.tokens:])
                state = self._step(states[closing.tokens], first)
                after, totals = self._along(state, rest, start)
                if len(after) == len(rest) + 1:
                    score = totals[-1] + self._of(after[-1], self.marking.end)
                    place = opening.first, closing.end
                    self.scores[place] = max(score, self.scores.get(place, -math.inf))

    def _along(
        self, state: State, tokens: Sequence[int], total: float
    ) -> tuple[list[State], list[float]]:
        """Return states and sums after each token, until the sum falls below the k-th best."""
        states, sums = [state], [total]
        for token in tokens:
            total += self._of(state, token)
            if total <= self._least():
                break
            state = self._step(state, token)
            states.append(state)
            sums.append(total)
        return states, sums

    def _begin(self) -> State:
        from transformers import DynamicCache, EncoderDecoderCache

        empty = State(EncoderDecoderCache(DynamicCache(), DynamicCache()), torch.empty(0))
        state = empty
        for token in self.marking.begin:
            state = self._step(state, token)
        return state

    def _step(self, state: State, token: int) -> State:
        from transformers import EncoderDecoderCache

        self.steps += 1
        attention, memory = state.cache.self_attention_cache, state.cache.cross_attention_cache
        output = self.model(
            encoder_outputs=self._encoded, decoder_input_ids=self._ids([token]),
            past_key_values=EncoderDecoderCache(_copy(attention), memory), use_cache=True,
        )
        return State(output.past_key_values, output.logits[0, -1].float().log_softmax(-1))

    def _ids(self, tokens: Sequence[int]) -> torch.Tensor:
        return torch.tensor([tokens], device=self.model.device)

    def _of(self, state: State, token: int) -> float:
        return float(state.following[token])

    def _least(self) -> float:
        if len(self.scores) < self.best:
            return -math.inf
        return heapq.nlargest(self.best, self.scores.values())[-1]


def _copy(cache: Any) -> Any:
    """Copy a cache with its keys and values; appending to the copy leaves the original as it is."""
    from transformers import DynamicCache
    from transformers.cache_utils import DynamicLayer

    copied = DynamicCache()
    for layer in cache.layers:
        new = DynamicLayer()
        new.lazy_initialization(layer.keys, layer.values)
        new.keys, new.values = layer.keys, layer.values
        copied.layers.append(new)
    return copied
