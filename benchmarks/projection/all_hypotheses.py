"""Every hypothesis written out and scored as a whole, without any cache."""

from __future__ import annotations

from typing import Any

import torch

from crosslabel.projection.constrained.search import Marking
from crosslabel.projection.constrained.template import Template


def all_scores(
    model: Any, source: list[int], template: Template, marking: Marking
) -> dict[tuple[int, int], float]:
    """Return the summed log-probability of the best marked text that covers each range of words."""
    places, texts = [], []
    for opening in template.openings:
        for closing in opening.closings:
            inside, after = opening.rest[:closing.tokens], opening.rest[closing.tokens:]
            places.append((opening.first, closing.end))
            texts.append([*marking.begin, *template.ids[:opening.slot], *marking.opening, *inside,
                          *marking.closing, *after, marking.end])
    best: dict[tuple[int, int], float] = {}
    for place, score in zip(places, _scores(model, source, texts, len(marking.begin)), strict=True):
        best[place] = max(score, best.get(place, float("-inf")))
    return best


def _scores(model: Any, source: list[int], texts: list[list[int]], given: int) -> list[float]:
    """Score texts of any lengths; texts of the same length go through the model together."""
    scores: dict[int, float] = {}
    for length in {len(text) for text in texts}:
        numbers = [n for n, text in enumerate(texts) if len(text) == length]
        ids = torch.tensor([texts[n] for n in numbers], device=model.device)
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([source] * len(ids), device=model.device),
                           decoder_input_ids=ids[:, :-1], use_cache=False).logits
        each = logits.float().log_softmax(-1).gather(-1, ids[:, 1:, None])[:, given - 1:, 0]
        scores |= dict(zip(numbers, each.double().sum(-1).tolist(), strict=True))
    return [scores[n] for n in range(len(texts))]
