"""Batches of similar length, prepared by a thread while the model computes."""

import queue
import random
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch

from training.translation.examples import Example, Stream

_STEP = 4


@dataclass(frozen=True)
class Batch:
    """A batch of (batch, length) ids padded at the end; `chunk` is its origin in the stream."""

    source: torch.Tensor
    target: torch.Tensor
    chunk: int


def batches(
    stream: Stream, first_chunk: int, tokens: int, pad: int, device: str
) -> Iterator[Batch]:
    """Yield endless batches of at most `tokens` padded ids on the longer side, on `device`."""
    ready: queue.Queue[Batch] = queue.Queue(maxsize=400)

    def produce() -> None:
        chunk = first_chunk
        while True:
            for rows in _cut(list(stream.chunk(chunk)), tokens, chunk):
                ready.put(_padded(rows, pad, chunk))
            chunk += 1

    threading.Thread(target=produce, daemon=True).start()
    while True:
        batch = ready.get()
        yield replace(batch, source=batch.source.to(device), target=batch.target.to(device))


def _length(example: Example) -> int:
    """Return the padded length: few different shapes let the processor reuse prepared kernels."""
    longest = max(len(example.source), len(example.target))
    return -(-longest // _STEP) * _STEP


def _cut(examples: list[Example], tokens: int, seed: int) -> list[list[Example]]:
    """Return groups of examples of one padded length and fixed size, in random order."""
    rng = random.Random(seed)
    by_length: dict[int, list[Example]] = defaultdict(list)
    for example in examples:
        by_length[_length(example)].append(example)
    groups = []
    for length, rows in sorted(by_length.items()):
        size = max(tokens // length, 1)
        groups += [rows[at : at + size] for at in range(0, len(rows) - size + 1, size)]
    rng.shuffle(groups)
    return groups


def _padded(rows: list[Example], pad: int, chunk: int) -> Batch:
    length = _length(rows[0])
    source, target = [row.source for row in rows], [row.target for row in rows]
    return Batch(_matrix(source, length, pad), _matrix(target, length, pad), chunk)


def _matrix(rows: list[list[int]], length: int, pad: int) -> torch.Tensor:
    return torch.tensor([row + [pad] * (length - len(row)) for row in rows])
