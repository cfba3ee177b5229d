"""Starting values for the encoder's embeddings: a factorised table of linked word pieces."""

import math

import numpy as np
import torch
from scipy import sparse
from scipy.sparse import linalg

from training.encoder.encoder_tokenizer import WordPieces
from training.text.word_links import LinkedPair


def piece_vectors(
    pairs: list[LinkedPair], pieces: WordPieces, size: int, width: int
) -> torch.Tensor:
    """Return (size, width) vectors that are similar for pieces of words that are often linked.

    The symmetric table holds positive pointwise mutual information of linked pieces, and one
    on the diagonal; its leading eigenvectors, scaled, are the vectors. Pieces never seen get
    small random vectors.
    """
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


def position_vectors(positions: int, width: int) -> torch.Tensor:
    """Return (positions, width) slow sine waves: words at close places start out similar."""
    place = torch.arange(positions, dtype=torch.float32)[:, None]
    wavelength = torch.exp(torch.linspace(math.log(20.0), math.log(400.0), width // 2))
    angle = 2 * math.pi * place / wavelength
    waves = torch.cat([angle.sin(), angle.cos()], 1)
    return 0.5 * waves / math.sqrt(width / 2)
