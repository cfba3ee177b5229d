"""Starting values for word pieces: a factorised table of linked pieces."""

from pathlib import Path

import numpy as np
import sentencepiece
import torch
from scipy import sparse
from scipy.sparse import linalg
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from training.text.word_links import LinkedPair

_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_UNKNOWN = 3


def make_tokenizer(pieces_model: Path) -> Tokenizer:
    """Return a fast tokenizer of these pieces; ids 0-3 are `<s>`, `<pad>`, `</s>`, `<unk>`."""
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(pieces_model))
    vocabulary = [(name, 0.0) for name in _SPECIAL]
    for number in range(pieces.get_piece_size()):
        name = pieces.id_to_piece(number)
        if name not in _SPECIAL:
            vocabulary.append((name, pieces.get_score(number)))
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=_UNKNOWN, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens(list(_SPECIAL))
    return tokenizer


class _WordPieces:
    """A cache of the ids of single words."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._words: dict[str, list[int]] = {}

    def encode(self, word: str) -> list[int]:
        """Return at least one id; a lone `▁` before a mark is kept, as the tokenizer keeps it."""
        known = self._words.get(word)
        if known is None:
            known = self._tokenizer.encode(word, add_special_tokens=False).ids or [_UNKNOWN]
            self._words[word] = known
        return known


def piece_vectors(pairs: list[LinkedPair], tokenizer: Tokenizer, width: int) -> torch.Tensor:
    """Return (pieces, width) vectors that are similar for pieces of words that are often linked.

    The symmetric table holds positive pointwise mutual information of linked pieces, and one
    on the diagonal; its leading eigenvectors, scaled, are the vectors. Pieces never seen get
    small random vectors.
    """
    size, pieces = tokenizer.get_vocab_size(), _WordPieces(tokenizer)
    rows: list[int] = []
    columns: list[int] = []
    for pair in pairs:
        for i, j in pair.links:
            for a in pieces.encode(pair.english[i]):
                for b in pieces.encode(pair.other[j]):
                    rows += (a, b)
                    columns += (b, a)
    counts = sparse.coo_matrix((np.ones(len(rows)), (rows, columns)), (size, size)).tocsr()
    marginal = np.asarray(counts.sum(1)).ravel()
    table = counts.tocoo()
    expected = marginal[table.row] * marginal[table.col] / marginal.sum()
    value = np.maximum(np.log(table.data / expected), 0.0) * (table.data / (table.data + 1.0))
    value /= value.max()
    mixed = sparse.coo_matrix((value, (table.row, table.col)), (size, size)) + sparse.eye(size)
    eigenvalues, vectors = linalg.eigsh(mixed.tocsr(), k=width, which="LA")
    start = vectors * np.sqrt(np.maximum(eigenvalues, 0.0))
    start += np.random.default_rng(0).normal(0.0, 0.1 * start.std(), start.shape)
    start /= np.linalg.norm(start, axis=1, keepdims=True)
    return torch.from_numpy(start).float()
