"""A hub whose `main` moves, a pinned commit, and downloads that break off."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline import tiny_marian
from tests.pipeline.stand_in_hub import Hub

NAME = "someone/moving"
OLD, NEW = "a" * 40, "b" * 40


@dataclass
class Client:
    """A fresh process for every question, because the hub's address is read once."""

    hub: Hub
    address: str
    cache: Path

    def manifest(self, revision: str | None = None) -> dict[str, Any]:
        """What ``model.json`` of the fetched and converted model says, or ``error`` and exit."""
        script = (
            "import sys; from crosslabel.pipeline.models.convert import translation_model;"
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
    hub = Hub(NAME, {OLD: old, NEW: new}, main=OLD)
    with hub.serving() as address:
        yield Client(hub, address, tmp_path / "cache")


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
