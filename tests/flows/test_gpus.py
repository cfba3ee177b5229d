"""A GPU is worked on by one run at a time."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prefect.logging import disable_run_logger

from flows import gpus
from flows.gpus import visible_gpus, whole_gpus

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _two_gpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CROSSLABEL_CACHE", str(tmp_path))
    monkeypatch.setattr(gpus, "visible_gpus", lambda: ["first", "second"])
    with disable_run_logger():
        yield


def _work(device: str, began: threading.Event, go_on: threading.Event) -> threading.Thread:
    """A run that waits for the GPUs and then for ``go_on``."""

    def run() -> None:
        with whole_gpus(device):
            began.set()
            go_on.wait(60)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_second_run_waits_for_the_first(device: str) -> None:
    began, go_on = threading.Event(), threading.Event()
    go_on.set()
    with whole_gpus("auto"):
        second = _work(device, began, go_on)
        assert not began.wait(0.5)
    assert began.wait(60)
    second.join()


def test_runs_that_see_a_gpu_in_common_do_not_work_side_by_side(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    began, go_on = threading.Event(), threading.Event()
    go_on.set()
    with whole_gpus("auto"):
        monkeypatch.setattr(gpus, "visible_gpus", lambda: ["second", "third"])
        second = _work("auto", began, go_on)
        assert not began.wait(0.5)
    assert began.wait(60)
    second.join()


def test_runs_on_other_gpus_or_on_the_processor_do_not_wait(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    with whole_gpus("auto"):
        with whole_gpus("cpu"):
            pass
        monkeypatch.setattr(gpus, "visible_gpus", lambda: ["third"])
        with whole_gpus("auto"):
            pass


def test_gpu_of_a_killed_process_is_free(tmp_path: Path) -> None:
    code = ("from flows import gpus; gpus.visible_gpus = lambda: ['first']\n"
            "with gpus.whole_gpus('auto'):\n    print('held', flush=True); input()")
    holder = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    began, go_on = threading.Event(), threading.Event()
    go_on.set()
    second = _work("auto", began, go_on)
    assert not began.wait(0.5)
    holder.kill()
    assert began.wait(60)
    second.join()
    holder.communicate()


class _Driver:
    """What is asked of libcuda."""

    def __init__(self, devices: list[bytes], status: int = 0) -> None:
        self._devices = devices
        self._status = status

    def cuInit(self, flags: int) -> int:  # noqa: N802
        return self._status

    def cuDeviceGetCount(self, count: Any) -> int:  # noqa: N802
        count._obj.value = len(self._devices)
        return 0

    def cuDeviceGet(self, device: Any, number: int) -> int:  # noqa: N802
        device._obj.value = 100 + number
        return 0

    def cuDeviceGetUuid_v2(self, identifier: Any, device: Any) -> int:  # noqa: N802
        identifier[:] = self._devices[device.value - 100]
        return 0


def test_gpus_are_told_apart_by_what_the_driver_calls_them(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: _Driver([b"\xff" * 16, bytes(range(16))]))
    assert visible_gpus() == ["000102030405060708090a0b0c0d0e0f", "ff" * 16]


def test_without_a_driver_or_a_device_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: _Driver([bytes(16)], status=100))
    assert visible_gpus() == []

    def missing(name: str) -> _Driver:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert visible_gpus() == []
