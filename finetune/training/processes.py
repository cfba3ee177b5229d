"""The processes that train one model together."""

from __future__ import annotations

from accelerate import PartialState

from crosslabel.finetune.inference.forward import Device


def processes(device: str) -> PartialState:
    """Return this process among those started together; a single process is the main one.

    Accelerate has to be told if they compute on the CPU: otherwise each process takes itself for
    the only one until training begins.

    Args:
        device: ``auto``, ``cpu`` or ``cuda``.
    """
    return PartialState(cpu=Device(device).resolved() == "cpu")
