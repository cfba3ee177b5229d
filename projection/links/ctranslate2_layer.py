"""The last layer of a converted encoder that CTranslate2 computes."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from crosslabel.projection.device import chosen_device
from crosslabel.projection.errors import InputError, TransientError, first_line
from crosslabel.projection.halving import out_of_memory


class CTranslate2Layer:
    """The last layer of an encoder in CTranslate2's format.

    Args:
        folder: converted encoder, as deep as the layer.
        device: ``auto``, ``cpu`` or ``cuda``.
        threads: on the CPU; 0 takes all cores that this process may use.

    Raises:
        InputError: the folder cannot be loaded, or there is no such device.
        TransientError: there is no memory to load it.
    """

    def __init__(self, folder: Path, device: str, threads: int = 0) -> None:
        import ctranslate2

        self.device = chosen_device(device, lambda: bool(ctranslate2.get_cuda_device_count()))
        try:
            self._engine = ctranslate2.Encoder(
                str(folder), device=self.device,
                compute_type="float16" if self.device == "cuda" else "default",
                intra_threads=threads or len(os.sched_getaffinity(0)),
            )
        except Exception as error:  # of several types, none of its own
            first = first_line(error)
            if out_of_memory(error):
                raise TransientError(f"{folder}: no memory to load the converted encoder "
                                     f"({first}); free some and run it again") from None
            raise InputError(f"{folder}: the converted encoder cannot be loaded: {first}; delete "
                             "the folder") from None
        self._array = ctranslate2.StorageView.from_array
        self._to = ctranslate2.DataType.float32
        self.dim = int(self.states(np.zeros((1, 1), np.int32), np.ones(1, np.int32)).shape[2])

    def states(
        self, rows: NDArray[np.int32], lengths: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """Return the state of every token, float32 (batch, longest, dim)."""
        output = self._engine.forward_batch(self._array(rows), self._array(lengths))
        hidden = output.last_hidden_state
        if self.device == "cuda":
            hidden = hidden.to(self._to).to_device("cpu")
        return np.asarray(hidden)
