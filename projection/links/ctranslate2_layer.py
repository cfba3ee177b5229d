"""The last layer of a converted encoder that CTranslate2 computes.

On the CPU each thread computes batches of its own: threads that share a batch wait for each other
after every matrix, which takes long where one of them has lost its core to something else. How
sentences are batched does not depend on the number of threads, so neither do the states.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.device import chosen_device
from crosslabel.projection.errors import InputError, TransientError, first_line
from crosslabel.projection.forked import refuse_fork
from crosslabel.projection.halving import out_of_memory

_TOKENS_PER_THREAD = 1024
_TOKENS_PER_BATCH = {"cpu": 8 * _TOKENS_PER_THREAD, "cuda": 65536}


class CTranslate2Layer:
    """The last layer of an encoder in CTranslate2's format.

    Args:
        folder: converted encoder, as deep as the layer.
        device: ``auto``, ``cpu`` or ``cuda``.
        threads: on the CPU; 0 takes all cores.

    Raises:
        InputError: the folder cannot be loaded, or there is no such device.
        TransientError: there is no memory to load it.
    """

    def __init__(self, folder: Path, device: str, threads: int = 0) -> None:
        import ctranslate2

        self._process = os.getpid()
        self.device = chosen_device(device, lambda: bool(ctranslate2.get_cuda_device_count()))
        self.batch_tokens = _TOKENS_PER_BATCH[self.device]
        on_gpu = self.device == "cuda"
        workers = 1 if on_gpu else threads or os.cpu_count() or 1
        try:
            self._engine = ctranslate2.Encoder(
                str(folder), device=self.device,
                compute_type="float16" if on_gpu else "default",
                inter_threads=workers, intra_threads=1,
            )
        except Exception as error:  # of several types, none of its own
            first = first_line(error)
            if out_of_memory(error):
                raise TransientError(f"{folder}: no memory to load the converted encoder "
                                     f"({first}); free some and run it again") from None
            raise InputError(f"{folder}: the converted encoder cannot be loaded: {first}; delete "
                             "the folder") from None
        self._threads = ThreadPoolExecutor(workers, "encoder") if workers > 1 else None
        self._array = ctranslate2.StorageView.from_array
        self._to = ctranslate2.DataType.float32
        self.dim = int(self._forward(np.zeros((1, 1), np.int32), np.ones(1, np.int32)).shape[2])

    def states(
        self, rows: NDArray[np.int32], lengths: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """Return the state of every token, float32 (batch, longest, dim).

        Raises:
            CrosslabelError: the process is a fork of one that loaded the encoder.
        """
        refuse_fork(self._process)
        if self.device == "cuda":
            return self._forward(rows, lengths)
        states = np.empty((*rows.shape, self.dim), np.float32)

        def compute(part: slice) -> None:
            longest = lengths[part].max()
            given = np.ascontiguousarray(rows[part, :longest])
            states[part, :longest] = self._forward(given, lengths[part])

        parts = list(_parts(lengths))
        for _ in self._threads.map(compute, parts) if self._threads else map(compute, parts):
            pass
        return states

    def _forward(
        self, rows: NDArray[np.int32], lengths: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        output = self._engine.forward_batch(self._array(rows), self._array(lengths))
        hidden = output.last_hidden_state
        if self.device == "cuda":
            hidden = hidden.to(self._to).to_device("cpu")
        return np.asarray(hidden)


def _parts(lengths: NDArray[np.int32]) -> Iterator[slice]:
    """Cut a batch, sorted by length, into what a thread computes at once."""
    start, longest = 0, 0
    for row, length in enumerate(lengths):
        longest = max(longest, int(length))
        if row > start and longest * (row + 1 - start) > _TOKENS_PER_THREAD:
            yield slice(start, row)
            start, longest = row, int(length)
    yield slice(start, len(lengths))
