"""Processes of a deployment under test: each in a group of its own, logging to a file."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.error import URLError
from urllib.request import urlopen

import pytest

Found = TypeVar("Found")

PATIENCE = 300.0
"""Seconds after which something is taken to never happen, also on a busy machine."""


@dataclass(slots=True)
class Service:
    """A process that can be killed, and started again with the same command."""

    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, env=dict(self.environment), stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True)

    def kill(self) -> None:
        """SIGKILL to the process alone; what it has started lives on."""
        os.kill(self.pid, signal.SIGKILL)
        self._wait(20)

    def stop(self) -> None:
        """SIGTERM to all of the group, SIGKILL to what is left of it."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._wait(40)
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._wait(20)

    def _wait(self, seconds: float) -> None:
        assert self.process is not None
        self.process.wait(seconds)


@contextmanager
def running(service: Service) -> Iterator[Service]:
    """A started service that is gone afterwards."""
    service.start()
    try:
        yield service
    finally:
        service.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(process: int) -> bool:
    """Whether there is a process of this number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def answers(url: str) -> bool:
    """Whether something answers with success."""
    try:
        with urlopen(url, timeout=5):
            return True
    except (URLError, OSError):
        return False


def wait_until(what: str, found: Callable[[], Found | None], log: Path | None = None) -> Found:
    """What ``found`` gives once it is neither ``None`` nor false."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.2)
    pytest.fail(f"{what} did not come:\n{log.read_text() if log else ''}")
