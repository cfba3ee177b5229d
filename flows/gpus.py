"""GPUs are taken whole: a flow waits until no other flow on its machine works on those it sees.

A lock of the operating system is held for each. It holds between deployments, work queues, workers
and containers that share a cache folder, needs no server, and is gone with the process that held it
however that ended. Limits of Prefect do not: those of queues are counted before a run has begun,
and those that are leased are lost, or never given back, when the server is started again.
"""

from __future__ import annotations

import ctypes
import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from prefect.logging import get_run_logger

from pipeline.models import cache_folder


@contextmanager
def whole_gpus(device: str) -> Iterator[None]:
    """Have all GPUs that this process sees to oneself, waiting for them.

    Which these are is up to ``CUDA_VISIBLE_DEVICES``: workers that are given different ones work
    side by side.

    Args:
        device: of the recipe; ``cpu`` takes no GPU.
    """
    with ExitStack() as held:
        for gpu in visible_gpus() if device != "cpu" else ():
            held.enter_context(_held(cache_folder() / "gpus" / f"{gpu}.lock"))
        yield


def visible_gpus() -> list[str]:
    """Identifiers of the GPUs that CUDA gives this process, sorted; none without a driver."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return []
    count = ctypes.c_int()
    if driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)):
        return []
    return sorted(_identifier(driver, number) for number in range(count.value))


def _identifier(driver: ctypes.CDLL, number: int) -> str:
    device, identifier = ctypes.c_int(), (ctypes.c_ubyte * 16)()
    driver.cuDeviceGet(ctypes.byref(device), number)
    driver.cuDeviceGetUuid_v2(identifier, device)
    return bytes(identifier).hex()


@contextmanager
def _held(lock: Path) -> Iterator[None]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            get_run_logger().info("another run works on GPU %s; waiting for it", lock.stem)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
