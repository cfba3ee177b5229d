"""A GPU is worked on by one run at a time."""

from __future__ import annotations

import ctypes
import fcntl
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from crosslabel.pipeline.models.cache import cache_folder
from crosslabel.pipeline.recipe import Engine
from crosslabel.pipeline.run import gpus
from crosslabel.pipeline.run.gpus import engine_gpus, training_gpus, visible_gpus, whole_gpus
from crosslabel.projection.errors import InputError
from tests.flows.tiny_finetune import tiny_finetune

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _two_gpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSLABEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(gpus, "visible_gpus", lambda: ["second", "first"])


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


def test_build_takes_the_gpus_that_translate_and_the_first(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(engine: Engine) -> list[str]:
        with engine_gpus(engine):
            return [gpu for gpu in ("first", "second", "third") if not _free(gpu)]

    monkeypatch.setattr(gpus, "visible_gpus", lambda: ["third", "first", "second"])
    assert taken(Engine()) == ["third"]
    assert taken(Engine(device_index=(1,))) == ["first", "third"]
    assert taken(Engine(device="cpu", device_index=(1,))) == []
    with whole_gpus("cuda"):
        assert not any(map(_free, ("first", "second", "third")))


def _free(gpu: str) -> bool:
    """Whether nobody holds a GPU."""
    with (cache_folder() / "gpus" / f"{gpu}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def test_gpu_of_a_killed_process_is_free(tmp_path: Path) -> None:
    code = ("from crosslabel.pipeline.run import gpus; gpus.visible_gpus = lambda: ['first']\n"
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


@pytest.mark.parametrize("command", ["build", "work", "finetune"])
def test_commands_wait_for_a_gpu_that_another_run_works_on_and_say_so(
    command: str, tmp_path: Path
) -> None:
    code = ("from crosslabel.pipeline.run import gpus; gpus.visible_gpus = lambda: ['first']\n"
            "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "from crosslabel.cli.main import main; main()")  # a background shell ignores SIGINT
    words = ([str(tiny_finetune(tmp_path)), "--set", "machine.device=auto"]
             if command == "finetune" else ["demo-ner"])
    run = [sys.executable, "-c", code, command, *words, "--out", str(tmp_path / "out")]
    with whole_gpus("auto"):
        process = subprocess.Popen(run, cwd=ROOT, text=True, stderr=subprocess.PIPE)
        assert process.stderr is not None
        assert process.stderr.readline() == (
            "another run works on GPU first; waiting for it (CUDA_VISIBLE_DEVICES chooses "
            "others)\n")
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGINT
    assert "Traceback" not in said
    assert not list(tmp_path.rglob("out/**/*.json"))


def test_of_processes_that_train_together_the_first_takes_the_gpus(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    with training_gpus("auto"):
        monkeypatch.setenv("LOCAL_RANK", "1")
        with training_gpus("auto"):
            assert not _free("first")


def test_cache_that_cannot_hold_locks_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CROSSLABEL_CACHE", str(tmp_path / "file"))
    with pytest.raises(InputError, match=r"cannot be locked \(Not a directory\); set CROSSLABEL_"
                                         "CACHE to a folder"), whole_gpus("auto"):
        pass


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
    assert visible_gpus() == ["ff" * 16, "000102030405060708090a0b0c0d0e0f"]


def test_without_a_driver_or_a_device_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: _Driver([bytes(16)], status=100))
    assert visible_gpus() == []

    def missing(name: str) -> _Driver:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert visible_gpus() == []
