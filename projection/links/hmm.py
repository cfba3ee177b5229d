"""The hidden Markov model of word alignment, compiled.

One sentence generates the other word by word: a *position* of the generating sentence emits the
next word, and the following position depends on the distance jumped (Vogel, Ney and Tillmann 1996).
Every position has an empty twin that emits words without a counterpart and remembers the position
(Och and Ney 2003, section 2.1.2). Forward and backward passes are scaled per word, so that long
sentences do not underflow.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.links.compiled import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LONGEST_JUMP = 12
"""Longer jumps count as jumps of this length."""

_NEGLIGIBLE = 1e-9


class HmmDirection(NamedTuple):
    """Parameters of one direction, or counts of the same shapes.

    Attributes:
        words: (entries,) probability of the emitted word given the emitting one.
        empty: (emitted vocabulary,) probability of an emitted word given the empty position.
        jumps: (2 * LONGEST_JUMP + 1,) weight of each jump, from the farthest left.
        starts: (LONGEST_JUMP + 1,) weight of each first position.
    """

    words: Floats
    empty: Floats
    jumps: Floats
    starts: Floats


class HmmCorpus(NamedTuple):
    """Numbered words of sentence pairs, one pair after the other.

    Attributes:
        source, target: (words,) word numbers.
        source_starts, target_starts, cell_starts: (pairs + 1,) where each pair begins.
        cells: (sum of source length * target length,) entry of each word pair, by source word.
    """

    source: NDArray[np.int32]
    source_starts: Integers
    target: NDArray[np.int32]
    target_starts: Integers
    cells: NDArray[np.int32]
    cell_starts: Integers


@compiled
def _transitions(size: int, jumps: Floats, stay: float) -> Floats:
    """Return (from, to) probabilities of moving between positions of a sentence of ``size`` words.
    """
    moves = np.empty((size, size))
    for left in range(size):
        total = 0.0
        for right in range(size):
            jump = min(max(right - left, -LONGEST_JUMP), LONGEST_JUMP)
            moves[left, right] = jumps[jump + LONGEST_JUMP]
            total += moves[left, right]
        for right in range(size):
            moves[left, right] *= stay / total
    return moves


@compiled
def _starts(size: int, starts: Floats, stay: float) -> Floats:
    first = np.empty(size)
    for position in range(size):
        first[position] = starts[min(position, LONGEST_JUMP)]
    first *= stay / first.sum()
    return first


@compiled
def _forward(
    emitted: Floats, empty: Floats, moves: Floats, first: Floats, p_empty: float
) -> tuple[Floats, Floats, Floats]:
    """Return scaled forward probabilities of positions and of their empty twins, and the scales."""
    length, size = emitted.shape
    full, twin, scale = np.zeros((length, size)), np.empty((length, size)), np.empty(length)
    for step in range(length):
        if step == 0:
            full[0] = first
            twin[0] = p_empty / size * empty[0]
        else:
            for left in range(size):
                mass = full[step - 1, left] + twin[step - 1, left]
                twin[step, left] = p_empty * mass * empty[step]
                if mass > _NEGLIGIBLE:
                    for right in range(size):
                        full[step, right] += mass * moves[left, right]
        total = 1e-300
        for position in range(size):
            full[step, position] *= emitted[step, position]
            total += full[step, position] + twin[step, position]
        scale[step] = 1.0 / total
        full[step] *= scale[step]
        twin[step] *= scale[step]
    return full, twin, scale


@compiled
def _backward(
    emitted: Floats, empty: Floats, moves: Floats, p_empty: float,
    full: Floats, twin: Floats, scale: Floats, jump_counts: Floats, start_counts: Floats,
) -> tuple[Floats, Floats]:
    """Return posteriors of each position (steps, positions) and of emptiness (steps,); count jumps.
    """
    length, size = emitted.shape
    posterior, void = np.empty((length, size)), np.empty(length)
    behind, ahead, earlier = np.ones(size), np.empty(size), np.empty(size)
    for step in range(length - 1, -1, -1):
        void[step] = 0.0
        for position in range(size):
            posterior[step, position] = full[step, position] * behind[position]
            void[step] += twin[step, position] * behind[position]
            ahead[position] = emitted[step, position] * behind[position] * scale[step]
        if step == 0:
            break
        for left in range(size):
            mass = full[step - 1, left] + twin[step - 1, left]
            reach = 0.0
            for right in range(size):
                way = moves[left, right] * ahead[right]
                reach += way
                jump = min(max(right - left, -LONGEST_JUMP), LONGEST_JUMP)
                jump_counts[jump + LONGEST_JUMP] += mass * way
            earlier[left] = reach + p_empty * empty[step] * behind[left] * scale[step]
        behind, earlier = earlier, behind
    for position in range(size):
        start_counts[min(position, LONGEST_JUMP)] += posterior[0, position]
    return posterior, void


@compiled
def chain_posteriors(
    emitted: Floats, empty: Floats, jumps: Floats, starts: Floats, p_empty: float,
    jump_counts: Floats, start_counts: Floats,
) -> tuple[Floats, Floats]:
    """Return the posteriors of the hidden positions of one sentence pair in one direction.

    Args:
        emitted: (emitted words, positions) probability of each word at each position.
        empty: (emitted words,) probability of each word at an empty position.
        jumps, starts: as in :class:`HmmDirection`.
        p_empty: probability of moving to an empty position.
        jump_counts, start_counts: expected jumps and first positions are added here.

    Returns:
        Posterior of each position (words, positions) and of an empty one (words,).
    """
    moves = _transitions(emitted.shape[1], jumps, 1.0 - p_empty)
    first = _starts(emitted.shape[1], starts, 1.0 - p_empty)
    full, twin, scale = _forward(emitted, empty, moves, first, p_empty)
    return _backward(
        emitted, empty, moves, p_empty, full, twin, scale, jump_counts, start_counts
    )


@compiled
def _bag_posteriors(emitted: Floats, empty: Floats, p_empty: float) -> tuple[Floats, Floats]:
    """Return :func:`chain_posteriors` with all positions equally likely (IBM model 1)."""
    length, size = emitted.shape
    posterior: Floats = emitted * ((1.0 - p_empty) / size)
    void: Floats = empty * p_empty
    for step in range(length):
        total = void[step] + posterior[step].sum() + 1e-300
        posterior[step] /= total
        void[step] /= total
    return posterior, void


@compiled
def expect(
    corpus: HmmCorpus, begin: int, end: int, ordered: bool, p_empty: float,
    forward: HmmDirection, backward: HmmDirection,
    forward_counts: HmmDirection, backward_counts: HmmDirection,
) -> None:
    """Add the expected counts of sentence pairs ``begin`` to ``end`` in both directions.

    A word pair counts in both directions by the geometric mean of its two posteriors, so that the
    directions learn from each other (after Liang, Taskar and Klein 2006, who use the product).

    Args:
        ordered: whether positions depend on each other; else IBM model 1.
        forward: target words emitted by source positions; ``backward`` the other way round.
    """
    for pair in range(begin, end):
        source = corpus.source[corpus.source_starts[pair]:corpus.source_starts[pair + 1]]
        target = corpus.target[corpus.target_starts[pair]:corpus.target_starts[pair + 1]]
        rows, columns = len(source), len(target)
        if rows == 0 or columns == 0:
            continue
        cells = corpus.cells[corpus.cell_starts[pair]:corpus.cell_starts[pair + 1]]
        down, across = np.empty((columns, rows)), np.empty((rows, columns))
        for i in range(rows):
            for j in range(columns):
                down[j, i] = forward.words[cells[i * columns + j]]
                across[i, j] = backward.words[cells[i * columns + j]]
        if ordered:
            by_target, no_source = chain_posteriors(
                down, forward.empty[target], forward.jumps, forward.starts, p_empty,
                forward_counts.jumps, forward_counts.starts,
            )
            by_source, no_target = chain_posteriors(
                across, backward.empty[source], backward.jumps, backward.starts, p_empty,
                backward_counts.jumps, backward_counts.starts,
            )
        else:
            by_target, no_source = _bag_posteriors(down, forward.empty[target], p_empty)
            by_source, no_target = _bag_posteriors(across, backward.empty[source], p_empty)
        for i in range(rows):
            backward_counts.empty[source[i]] += no_target[i]
            for j in range(columns):
                both = np.sqrt(by_target[j, i] * by_source[i, j])
                forward_counts.words[cells[i * columns + j]] += both
                backward_counts.words[cells[i * columns + j]] += both
        for j in range(columns):
            forward_counts.empty[target[j]] += no_source[j]


@compiled
def align_cells(
    rows: Integers, columns: Integers, p_empty: float,
    down: Floats, no_source: Floats, forward_jumps: Floats, forward_starts: Floats,
    across: Floats, no_target: Floats, backward_jumps: Floats, backward_starts: Floats,
) -> tuple[Floats, Floats]:
    """Return the posteriors of all word pairs of some sentence pairs, by source word.

    Args:
        rows, columns: (pairs,) number of source and of target words.
        down: (all cells,) probability of the target word given the source word; ``across`` of the
            source word given the target word.
        no_source: (all target words,) probability of each at an empty source position;
            ``no_target`` the other way round.

    Returns:
        Probability that the target word comes from the source word, and that the source word comes
        from the target word, (all cells,) each.
    """
    by_target, by_source = np.empty(len(down)), np.empty(len(across))
    unused_jumps, unused_starts = np.zeros(len(forward_jumps)), np.zeros(len(forward_starts))
    cell = left = right = 0
    for pair in range(len(rows)):
        height, width = rows[pair], columns[pair]
        size = height * width
        if size > 0:
            shape = (height, width)
            posterior, _ = chain_posteriors(
                down[cell:cell + size].copy().reshape(shape).T.copy(),
                no_source[right:right + width], forward_jumps, forward_starts, p_empty,
                unused_jumps, unused_starts,
            )
            by_target[cell:cell + size] = posterior.T.copy().reshape(size)
            posterior, _ = chain_posteriors(
                across[cell:cell + size].copy().reshape(shape),
                no_target[left:left + height], backward_jumps, backward_starts, p_empty,
                unused_jumps, unused_starts,
            )
            by_source[cell:cell + size] = posterior.copy().reshape(size)
        cell, left, right = cell + size, left + height, right + width
    return by_target, by_source
