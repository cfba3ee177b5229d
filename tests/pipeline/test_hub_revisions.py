"""A hub whose `main` moves, a pinned commit, and downloads that break off."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline import tiny_marian

NAME = "someone/moving"
OLD, NEW = "a" * 40, "b" * 40


@dataclass
class State:
    """What the hub holds: a folder per commit, where `main` points, which files break off."""

    commits: dict[str, Path]
    main: str = OLD
    broken: set[str] = field(default_factory=set)


class Hub(BaseHTTPRequestHandler):
    """The addresses a snapshot download uses."""

    state: State

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        parts = self.path.partition("?")[0].strip("/").split("/")
        if parts[0] == "api":
            asked = parts[5] if len(parts) > 5 else "main"
        else:
            asked = parts[3] if len(parts) > 3 else "main"
        commit = self.state.main if asked == "main" else asked
        folder = self.state.commits.get(commit)
        if folder is None:
            self.send_response(404)
            self.send_header("X-Error-Code", "RevisionNotFound")
            self.end_headers()
        elif parts[0] != "api":
            self._send((folder / parts[-1]).read_bytes(), body, commit, parts[-1])
        elif "tree" in parts:
            files = [{"type": "file", "path": p.name, "size": p.stat().st_size, "oid": commit}
                     for p in folder.iterdir()]
            self._send(json.dumps(files).encode(), body, commit, "")
        else:
            files = [{"rfilename": p.name} for p in folder.iterdir()]
            about = {"id": NAME, "sha": commit, "siblings": files}
            self._send(json.dumps(about).encode(), body, commit, "")

    def _send(self, content: bytes, body: bool, commit: str, name: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", commit)
        self.end_headers()
        if body:
            cut = name in self.state.broken
            self.wfile.write(content[: len(content) // 2] if cut else content)
            self.close_connection = self.close_connection or cut

    def log_message(self, format: str, *args: object) -> None:
        pass


@dataclass
class Client:
    """A fresh process for every question, because the hub's address is read once."""

    hub: State
    address: str
    cache: Path

    def manifest(self, revision: str | None = None) -> dict[str, Any]:
        """What ``model.json`` of the fetched and converted model says, or ``error`` and exit."""
        script = (
            "import sys; from pipeline.convert import translation_model;"
            "model = translation_model(sys.argv[1], sys.argv[2] or None);"
            "print(model.manifest.model_dump_json(), model.fingerprint, model.manifest.warning,"
            " sep=chr(10))"
        )
        environment = os.environ | {
            "HF_ENDPOINT": self.address, "CROSSLABEL_CACHE": str(self.cache),
        }
        done = subprocess.run(
            [sys.executable, "-c", script, NAME, revision or ""],
            capture_output=True, text=True, env=environment, timeout=120,
        )
        if done.returncode:
            return {"error": done.stderr.strip().splitlines()[-1]}
        dumped, fingerprint, warning = done.stdout.splitlines()
        return json.loads(dumped) | {"fingerprint": fingerprint, "warning": warning}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    old = tiny_marian.make(tmp_path / "old")
    new = tiny_marian.make(tmp_path / "new", languages=("de", "es", "fr"))
    (new / "README.md").write_text("---\nlicense: cc-by-nc-4.0\n---\n", encoding="utf-8")
    Hub.state = State({OLD: old, NEW: new})
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Client(Hub.state, f"http://127.0.0.1:{server.server_port}", tmp_path / "cache")
    server.shutdown()


def test_a_pinned_model_stays_when_main_moves(client: Client) -> None:
    pinned = client.manifest(OLD)
    assert client.manifest()["fingerprint"] == pinned["fingerprint"]
    assert (pinned["licence"], pinned["warning"]) == ("unknown", "None")
    client.hub.main = NEW
    moved = client.manifest()
    assert (moved["revision"], pinned["revision"]) == (NEW, OLD)
    assert "fr" in moved["target_tokens"]
    assert moved["licence"] == "cc-by-nc-4.0"
    assert moved["warning"].startswith(f"{NAME}: licence cc-by-nc-4.0: no commercial use")
    assert client.manifest(OLD)["fingerprint"] == pinned["fingerprint"]


def test_a_revision_that_is_gone_is_one_line(client: Client) -> None:
    error = client.manifest("c" * 40)["error"]
    assert f"{NAME}: no such model" in error and "the hub did not give it" in error


def test_a_broken_download_leaves_nothing_half_done_and_heals(client: Client) -> None:
    client.hub.broken = {"model.safetensors"}
    assert "the hub did not give it" in client.manifest()["error"]
    assert not list(client.cache.glob("converted/*"))
    client.hub.broken = set()
    assert client.manifest()["revision"] == OLD
