"""A run uses whole GPUs, and waits until no other run on its machine uses those it needs.

Commands and flows that make a corpus or a model take GPUs: ``build``, ``work``, ``finetune``. A
lock of the operating system is held for each GPU. It works between commands, deployments, workers
and containers that share a cache folder, needs no server, and ends with the process that held it,
however that ended. Limits of Prefect do not: queues count runs before they begin, and leases are
lost, or never returned, when the server restarts.
"""

from __future__ import annotations

import ctypes
import logging
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext

from crosslabel.pipeline.models.cache import cache_folder
from crosslabel.pipeline.recipe import Engine
from crosslabel.pipeline.storage.locks import Locks
from crosslabel.projection.errors import InputError

_log = logging.getLogger(__name__)


Check = Callable[[], None]
"""Raises an error to end the waiting for GPUs."""


def engine_gpus(engine: Engine, check: Check = lambda: None) -> AbstractContextManager[None]:
    """Hold the GPUs of a build: those that translate, and the first one for other models.

    Raises:
        InputError: as :func:`whole_gpus` does.
    """
    return whole_gpus(engine.device, {0, *engine.device_index}, check)


def training_gpus(device: str, check: Check = lambda: None) -> AbstractContextManager[None]:
    """Hold the GPUs of a training run, which are all that it sees.

    The first of the processes that ``accelerate launch`` started on a machine takes them; the
    others wait for it at their first collective operation.

    Raises:
        InputError: as :func:`whole_gpus` does.
    """
    first = os.environ.get("LOCAL_RANK", "0") == "0"
    return whole_gpus(device, check=check) if first else nullcontext()


@contextmanager
def whole_gpus(
    device: str, numbers: Collection[int] | None = None, check: Check = lambda: None
) -> Iterator[None]:
    """Hold GPUs during the block, waiting for them first.

    ``CUDA_VISIBLE_DEVICES`` decides which there are: runs with different GPUs work side by side.

    Args:
        device: device of the recipe; ``cpu`` takes no GPU.
        numbers: which of the visible GPUs to take; by default all.
        check: ends the waiting.

    Raises:
        InputError: the cache folder cannot hold locks.
    """
    visible = visible_gpus() if device != "cpu" else []
    chosen = {gpu for number, gpu in enumerate(visible) if numbers is None or number in numbers}
    locks = Locks(cache_folder() / "gpus")
    with ExitStack() as held:
        for gpu in sorted(chosen):  # the same order in all runs, so that none wait for each other
            held.enter_context(_held(locks, gpu, check))
        yield


def visible_gpus() -> list[str]:
    """Return identifiers of the GPUs that CUDA gives this process; none without a driver."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return []
    count = ctypes.c_int()
    if driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)):
        return []
    return [_identifier(driver, number) for number in range(count.value)]


def _identifier(driver: ctypes.CDLL, number: int) -> str:
    device, identifier = ctypes.c_int(), (ctypes.c_ubyte * 16)()
    driver.cuDeviceGet(ctypes.byref(device), number)
    driver.cuDeviceGetUuid_v2(identifier, device)
    return bytes(identifier).hex()


@contextmanager
def _held(locks: Locks, gpu: str, check: Check) -> Iterator[None]:
    try:
        lock = locks.take(gpu)
        if lock is None:
            _log.warning("another run works on GPU %s; waiting for it "
                         "(CUDA_VISIBLE_DEVICES chooses others)", gpu)
            lock = locks.wait_for(gpu, check)
    except OSError as error:
        raise _no_locks(str(error.strerror)) from None
    except InputError:
        raise _no_locks("its file system has no locks") from None
    with lock:
        yield


def _no_locks(why: str) -> InputError:
    return InputError(f"{cache_folder() / 'gpus'}: the GPU cannot be locked ({why}); "
                      "set CROSSLABEL_CACHE to a folder on a local disk that can be written")
