"""The checkpoint of e5-small, made anew in a cache of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crosslabel.pipeline.models.e5_small import package

PARTLY = 50_000_000
"""Bytes of weights that are written when the first process is killed."""


@dataclass(frozen=True)
class Making:
    """How the checkpoint was made.

    Attributes:
        after_kill: what was in the folder of made models after a process was killed.
        found: what each of two processes found that began at the same time.
        folder: where they found it.
    """

    after_kill: tuple[str, ...]
    found: tuple[str, str]
    folder: Path


@pytest.fixture(scope="session")
def making(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Making]:
    """A process is killed while it makes the checkpoint, then two begin at once."""
    if package.installed() is None:
        pytest.skip(f"needs {package.REQUIREMENT}, which is for Linux on x86-64")
    cache = tmp_path_factory.mktemp("cache")
    killed = _started(cache)
    while not any(file.stat().st_size > PARTLY for file in _weights(cache)):
        assert killed.poll() is None, killed.communicate()
        time.sleep(0.005)
    killed.kill()
    killed.communicate()
    after_kill = tuple(sorted(path.name for path in (cache / "made").iterdir()))
    both = [_started(cache), _started(cache)]
    first, second = (process.communicate(timeout=240)[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    yield Making(after_kill, (first, second), Path(first.splitlines()[0]))
    shutil.rmtree(cache)


def _started(cache: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.pipeline.models.found_model", "e5-small"], text=True,
        stdout=subprocess.PIPE, env=os.environ | {"CROSSLABEL_CACHE": str(cache)})


def _weights(cache: Path) -> list[Path]:
    return list((cache / "made").glob(".unfinished-*/model/.model.safetensors.*"))


@pytest.fixture(scope="session")
def checkpoint(making: Making) -> Path:
    """The folder of the checkpoint."""
    return making.folder
