"""``crosslabel flow build`` as a person runs it: a process with its own or a given server."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL

from crosslabel.flows.local import run_flow
from crosslabel.pipeline.run.stops import StoppedError, StopRequest
from tests import warm
from tests.flows.small_run import run
from tests.pipeline.corpus_builds import LIMIT, SMALL, results

CHANGES = [word for change in SMALL for word in ("--set", change)]

pytestmark = pytest.mark.usefixtures("prefect_server")


def _command(*words: str) -> subprocess.CompletedProcess[str]:
    """Of a given server; one that brings its own starts cold below."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_API_URL", PREFECT_API_URL.value())
        return warm.run("crosslabel", "flow", "build", *words)


def test_command_runs_the_flow_and_prints_the_corpus(
    tmp_path: Path, reference: dict[str, bytes]
) -> None:
    out = tmp_path / "out"
    done = _command("demo-ner", "--out", str(out), "--limit", str(LIMIT), *CHANGES)
    assert done.returncode == 0, done.stderr
    assert results(out) == reference
    assert "demo-ner: rows" in done.stdout
    assert "Task run 'project de shard 0' - Finished" in done.stderr


def test_command_says_input_errors_of_the_flow_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("not ours")
    done = _command("demo-ner", "--out", str(tmp_path))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert f"crosslabel: {tmp_path}: holds something that is not a crosslabel build" in done.stderr


def test_a_flow_that_was_asked_to_stop_is_stopped_whatever_error_it_ends_with() -> None:
    def flow() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        while not stop.asked:
            time.sleep(0.001)
        raise ValueError("cancelled")

    before, stop = signal.getsignal(signal.SIGINT), StopRequest()
    with pytest.raises(StoppedError, match="stopped by SIGINT"):
        run_flow(flow, stop, print)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.slow
def test_control_c_ends_with_130_takes_its_server_along_and_can_be_continued(
    tmp_path: Path, reference: dict[str, bytes]
) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "crosslabel", "flow", "build", "demo-ner", "--out", str(out),
               "--limit", str(LIMIT), *CHANGES]
    process = subprocess.Popen(command, env=os.environ | {"PREFECT_HOME": str(tmp_path / "home")},
                               stderr=subprocess.PIPE, text=True, start_new_session=True)
    while process.poll() is None and not list(out.glob(".work/translations/*/*.json")):
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the server gets it too
    _, said = process.communicate(timeout=120)
    assert process.returncode == 128 + signal.SIGINT, said
    assert "finishing " in said and "press again to stop now" in said
    assert "stopped by SIGINT; run it again to go on" in said
    server = re.search(r"temporary server on http://127\.0\.0\.1:(\d+)", said)
    assert server
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(server[1])))
    assert run(out).is_completed()
    assert results(out) == reference


def test_command_names_the_missing_extra() -> None:
    code = ("import sys; sys.modules['prefect'] = None\n"
            "from crosslabel.cli.main import main; main()")
    done = subprocess.run([sys.executable, "-c", code, "flow", "build", "demo-ner"],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("pip install 'crosslabel[flows]'")
