"""The device that models run on."""

from __future__ import annotations

from collections.abc import Callable

from crosslabel.projection.errors import InputError

DEVICES = ("cpu", "cuda")


def torch_sees_cuda() -> bool:
    """Return whether torch has a CUDA device here."""
    import torch

    return bool(torch.cuda.is_available())


def chosen_device(name: str, sees_cuda: Callable[[], bool] = torch_sees_cuda) -> str:
    """Return ``cpu`` or ``cuda`` for ``auto`` or one of these names.

    Args:
        sees_cuda: returns whether the library that computes has a CUDA device.

    Raises:
        InputError: there is no such device.
    """
    if name == "auto":
        return "cuda" if sees_cuda() else "cpu"
    if name not in DEVICES:
        raise InputError(f"device {name!r} is not known; give auto, cpu or cuda")
    if name == "cuda" and not sees_cuda():
        raise InputError("device 'cuda': there is no CUDA device; set the device, in a "
                         "recipe engine.device or machine.device, to auto or cpu")
    return name
