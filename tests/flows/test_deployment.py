"""The deployment of prefect.yaml, run for real: server, work pool, worker, each its own process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.pipeline.corpus_builds import LIMIT, SMALL, results

ROOT = Path(__file__).resolve().parents[2]
PREFECT = [sys.executable, "-m", "prefect"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _process(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[Path]:
    """A process in a group of its own that is gone afterwards; gives the file it logs to."""
    log = folder / f"{command[3]}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        try:
            yield log
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_for(url: str, log: Path) -> None:
    for _ in range(240):
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    pytest.fail(f"{url} does not answer:\n{log.read_text()}")


@pytest.fixture
def prefect(tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Folder and environment of a running server with a password and a worker."""
    server, health = _free_port(), _free_port()
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("PREFECT_")} | {
        "PYTHONPATH": str(ROOT),
        "DO_NOT_TRACK": "1",
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{server}/api",
        "PREFECT_API_AUTH_STRING": "tester:secret",
        "PREFECT_SERVER_API_AUTH_STRING": "tester:secret",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PREFECT_WORKER_WEBSERVER_HOST": "127.0.0.1",
        "PREFECT_WORKER_WEBSERVER_PORT": str(health),
    }
    folder = tmp_path / "work"
    folder.mkdir()
    serve = [*PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(server)]
    work = [*PREFECT, "worker", "start", "--pool", "crosslabel", "--type", "process",
            "--work-queue", "default", "--limit", "1", "--with-healthcheck"]
    with ExitStack() as stack:
        log = stack.enter_context(_process(serve, folder, environment))
        _wait_for(f"http://127.0.0.1:{server}/api/ready", log)
        log = stack.enter_context(_process(work, folder, environment))
        _wait_for(f"http://127.0.0.1:{health}/health", log)
        yield folder, environment


def test_deployment_runs_on_a_worker_and_gives_the_same_bytes_as_the_command(
    prefect: tuple[Path, dict[str, str]], reference: dict[str, bytes]
) -> None:
    folder, environment = prefect

    def command(*words: str) -> str:
        done = subprocess.run([*PREFECT, "--no-prompt", *words], cwd=folder, env=environment,
                              capture_output=True, text=True, timeout=360)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    command("deploy", "--all", "--prefect-file", str(ROOT / "prefect.yaml"))
    parameters = json.dumps({"overrides": list(SMALL), "limit": LIMIT})
    said = command("deployment", "run", "build-corpus/build-corpus", "--params", parameters,
                   "--watch", "--watch-timeout", "300")
    assert "finished successfully" in said, (folder / "worker.log").read_text()
    assert results(folder / "out" / "demo-ner") == reference
