"""Models by hub name, through the real client, from a small server that plays the hub."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.pipeline import tiny_marian

COMMIT = "0123456789abcdef0123456789abcdef01234567"
NAME = "someone/tiny-marian"


class Hub(BaseHTTPRequestHandler):
    """The three addresses a snapshot download uses."""

    folder: Path
    asked: list[str]

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        self.asked.append(self.path)
        if self.path.startswith(f"/api/models/{NAME}/revision/"):
            files = [{"rfilename": p.name} for p in self.folder.iterdir()]
            self._send(json.dumps({"id": NAME, "sha": COMMIT, "siblings": files}).encode(), body)
        elif self.path.startswith(f"/api/models/{NAME}/tree/{COMMIT}"):
            files = [
                {"type": "file", "path": p.name, "size": p.stat().st_size, "oid": COMMIT}
                for p in self.folder.iterdir()
            ]
            self._send(json.dumps(files).encode(), body)
        elif self.path.startswith(f"/{NAME}/resolve/{COMMIT}/"):
            self._send((self.folder / self.path.rsplit("/", 1)[1]).read_bytes(), body)
        else:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.end_headers()

    def _send(self, content: bytes, body: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    Hub.folder = tiny_marian.make(tmp_path_factory.mktemp("hub") / "model")
    Hub.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def _translate(
    hub: str, cache: Path, model: str, folder: Path
) -> subprocess.CompletedProcess[str]:
    file = folder / "text.txt"
    file.write_text("The house is small.\n", encoding="utf-8")
    environment = os.environ | {"HF_ENDPOINT": hub, "CROSSLABEL_CACHE": str(cache)}
    command = [sys.executable, "-m", "crosslabel", "translate", str(file), "--to", "de",
               "--model", model, "--device", "cpu"]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)


def test_a_hub_model_is_fetched_converted_and_kept(hub: str, tmp_path: Path) -> None:
    first = _translate(hub, tmp_path / "cache", NAME, tmp_path)
    assert first.returncode in (0, 3), (first.stderr, Hub.asked)
    assert any(path.endswith("/model.safetensors") for path in Hub.asked)
    [manifest] = (tmp_path / "cache").glob("converted/*/model.json")
    assert json.loads(manifest.read_text())["source"] == NAME
    fetched = [path for path in Hub.asked if "/resolve/" in path]
    second = _translate(hub, tmp_path / "cache", NAME, tmp_path)
    assert second.stdout == first.stdout
    assert [p for p in Hub.asked if "/resolve/" in p and p not in fetched] == []


@pytest.mark.parametrize("name", ["someone/no-such-model", "no-such-model", "odd--name"])
def test_a_name_the_hub_does_not_have_is_one_line_and_exit_code_2(
    hub: str, tmp_path: Path, name: str
) -> None:
    done = _translate(hub, tmp_path / "cache", name, tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"crosslabel: {name}: no such model; shipped: ")
    assert "and the hub did not give it" in done.stderr
    assert ("/api/models/no-such-model/revision/main" in Hub.asked) or name != "no-such-model"
    assert done.stderr.count("\n") == 1
