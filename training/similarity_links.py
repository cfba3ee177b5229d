"""Word links from the encoder's hidden states, as SimAlign makes them (inter and itermax)."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer

Links = set[tuple[int, int]]
Matrix = NDArray[np.float32]


class SimilarityAligner:
    """Cosine similarity of word states (means over pieces) at one layer."""

    def __init__(self, folder: Path, layer: int) -> None:
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._model = AutoModel.from_pretrained(folder, add_pooling_layer=False).float().eval()
        self._layer = layer

    def similarity(self, english: list[str], other: list[str]) -> Matrix:
        """(English words, other words) of cosines."""
        left, right = self._states(english), self._states(other)
        cosines: Matrix = (left @ right.t()).numpy()
        return cosines

    def _states(self, words: list[str]) -> torch.Tensor:
        coded = self._tokenizer(
            words, is_split_into_words=True, return_tensors="pt", truncation=True
        )
        with torch.no_grad():
            states = self._model(**coded, output_hidden_states=True).hidden_states[self._layer][0]
        rows = [[] for _ in words]  # type: list[list[int]]
        for position, word in enumerate(coded.word_ids()):
            if word is not None:
                rows[word].append(position)
        means = [states[row].mean(0) if row else states.new_zeros(states.shape[1]) for row in rows]
        return torch.nn.functional.normalize(torch.stack(means), dim=-1)


def inter(similarity: Matrix) -> Links:
    """Pairs of words that are each other's best."""
    best_other, best_english = similarity.argmax(1), similarity.argmax(0)
    return {(i, int(j)) for i, j in enumerate(best_other) if best_english[j] == i}


def itermax(similarity: Matrix, rounds: int = 2, damping: float = 0.9) -> Links:
    """`inter`, then again with linked words damped and doubly linked ones left out."""
    links = inter(similarity)
    for _ in range(rounds - 1):
        rows, columns = {i for i, _ in links}, {j for _, j in links}
        weights = np.ones_like(similarity)
        for i in rows:
            weights[i] *= damping
        for j in columns:
            weights[:, j] *= damping
        weights[np.ix_(sorted(rows), sorted(columns))] = 0.0
        scaled = np.clip(similarity, 0.0, None) * weights
        links |= {(i, j) for i, j in inter(scaled) if scaled[i, j] > 0}
    return links


def error_rate(links: Links, sure: Links, possible: Links) -> tuple[int, int, int]:
    """Counts |A ∩ S|, |A ∩ P| and |A| + |S|; the error rate is 1 - (first + second) / third."""
    return len(links & sure), len(links & (possible | sure)), len(links) + len(sure)
