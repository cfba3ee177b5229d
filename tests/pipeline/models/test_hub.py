"""Models by hub name, through the real client, from a small server that plays the hub."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import warm
from tests.pipeline import tiny_marian
from tests.pipeline.stand_in_hub import Hub

COMMIT = "0123456789abcdef0123456789abcdef01234567"
NAME = "someone/tiny-marian"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, str]]:
    folder = tiny_marian.make(tmp_path_factory.mktemp("hub") / "model")
    hub = Hub(NAME, {COMMIT: folder}, main=COMMIT)
    with hub.serving() as address:
        yield hub, address


def _translate(
    address: str, cache: Path, model: str, folder: Path
) -> subprocess.CompletedProcess[str]:
    file = folder / "text.txt"
    file.write_text("The house is small.\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_ENDPOINT", address)
        patch.setenv("CROSSLABEL_CACHE", str(cache))
        return warm.run("crosslabel", "translate", file, "--to", "de", "--model", model,
                        "--device", "cpu")


def test_a_hub_model_is_fetched_converted_and_kept(hub: tuple[Hub, str], tmp_path: Path) -> None:
    served, address = hub
    first = _translate(address, tmp_path / "cache", NAME, tmp_path)
    assert first.returncode in (0, 3), (first.stderr, served.asked)
    assert any(path.endswith("/model.safetensors") for path in served.asked)
    [manifest] = (tmp_path / "cache").glob("converted/*/model.json")
    assert json.loads(manifest.read_text())["source"] == NAME
    fetched = [path for path in served.asked if "/resolve/" in path]
    second = _translate(address, tmp_path / "cache", NAME, tmp_path)
    assert second.stdout == first.stdout
    assert [p for p in served.asked if "/resolve/" in p and p not in fetched] == []


@pytest.mark.parametrize("name", ["someone/no-such-model", "no-such-model", "odd--name"])
def test_a_name_the_hub_does_not_have_is_one_line_and_exit_code_2(
    hub: tuple[Hub, str], tmp_path: Path, name: str
) -> None:
    served, address = hub
    done = _translate(address, tmp_path / "cache", name, tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"crosslabel: {name}: no such model; shipped: ")
    assert "and the hub did not give it" in done.stderr
    assert ("/api/models/no-such-model/revision/main" in served.asked) or name != "no-such-model"
    assert done.stderr.count("\n") == 1
