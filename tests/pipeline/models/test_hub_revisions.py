"""A hub whose `main` moves, a pinned commit, and downloads that break off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import warm
from tests.pipeline import tiny_marian
from tests.pipeline.stand_in_hub import Hub

NAME = "someone/moving"
OLD, NEW = "a" * 40, "b" * 40


@dataclass
class Client:
    """A process for every question, because the hub's address is read once."""

    hub: Hub
    address: str
    cache: Path

    def manifest(self, revision: str | None = None) -> dict[str, Any]:
        """What ``model.json`` of the fetched and converted model says, or ``error`` and exit."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HF_ENDPOINT", self.address)
            patch.setenv("CROSSLABEL_CACHE", str(self.cache))
            done = warm.run("tests.pipeline.model_manifest", NAME, *filter(None, [revision]))
        if done.returncode:
            return {"error": done.stderr.strip().splitlines()[-1]}
        dumped, fingerprint, warning = done.stdout.splitlines()
        return json.loads(dumped) | {"fingerprint": fingerprint, "warning": warning}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, str]]:
    folder = tmp_path_factory.mktemp("hub")
    old = tiny_marian.make(folder / "old")
    new = tiny_marian.make(folder / "new", languages=("de", "es", "fr"))
    (new / "README.md").write_text("---\nlicense: cc-by-nc-4.0\n---\n", encoding="utf-8")
    hub = Hub(NAME, {OLD: old, NEW: new}, main=OLD)
    with hub.serving() as address:
        yield hub, address


@pytest.fixture
def client(served: tuple[Hub, str], tmp_path: Path) -> Client:
    """One with an empty cache, of a hub where nothing has happened."""
    hub, address = served
    hub.main, hub.broken = OLD, set()
    return Client(hub, address, tmp_path / "cache")


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
    assert f"{NAME}: no such model" in error
    assert f"the hub did not give it: it has no revision '{'c' * 40}'; give a commit" in error


def test_a_broken_download_leaves_nothing_half_done_and_heals(client: Client) -> None:
    client.hub.broken = {"model.safetensors"}
    assert "the hub did not give it" in client.manifest()["error"]
    assert not list(client.cache.glob("converted/*"))
    client.hub.broken = set()
    assert client.manifest()["revision"] == OLD
