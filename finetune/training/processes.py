"""The processes that train one model together."""

from __future__ import annotations

from accelerate import PartialState

from crosslabel.finetune.inference.forward import Device


def processes(device: str) -> PartialState:
    """This process among those that were started together; one that is alone is the main one.

    Accelerate has to be told that they compute on processors: else each of them takes itself for
    the only one until training begins.

    Args:
        device: ``auto``, ``cpu`` or ``cuda``.
    """
    return PartialState(cpu=Device(device).resolved() == "cpu")
