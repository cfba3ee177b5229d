"""Models by hub name, through the real client, from a small server that plays the hub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import crosslabel as cl
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
    assert ("check the name" in done.stderr) == ("--" not in name)
    assert ("/api/models/no-such-model/revision/main" in served.asked) or name != "no-such-model"
    assert done.stderr.count("\n") == 1


def test_a_gated_model_is_one_line_that_says_where_to_ask(
    hub: tuple[Hub, str], tmp_path: Path
) -> None:
    served, address = hub
    served.gated = True
    done = _translate(address, tmp_path / "cache", NAME, tmp_path)
    served.gated = False
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert f"ask for access on {address}/{NAME}, then log in with 'hf auth login'" in done.stderr


def test_a_hub_that_cannot_be_reached_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CROSSLABEL_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(cl.InputError) as refused:
        cl.models.convert(NAME, tmp_path / "out")
    assert "; no such folder, and the hub did not give it: http://127.0.0.1:9 cannot be reached (" \
        "[Errno 111] Connection refused); check the network" in str(refused.value)


def test_what_may_not_be_fetched_is_one_line_with_the_way_out(tmp_path: Path) -> None:
    file = "hf://datasets/someone/some/rows.jsonl"
    code = ("import crosslabel as cl\n"
            f"for call in (lambda: cl.models.convert({NAME!r}, 'out'),\n"
            f"             lambda: list(cl.read({file!r}, lang='en'))):\n"
            "    try:\n        call()\n    except cl.InputError as error:\n        print(error)\n")
    done = subprocess.run(  # cold, because the client reads its environment once
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60,
        env=os.environ | {"CROSSLABEL_CACHE": str(tmp_path), "HF_HUB_OFFLINE": "1"})
    model, data = done.stdout.splitlines()
    assert model.startswith(f"{NAME}: no such model; ")
    assert model.endswith(
        f"HF_HUB_OFFLINE forbids to fetch it from the hub, and {tmp_path}/hub does not hold it; "
        "run this once with HF_HUB_OFFLINE=0, or give the folder of a copy")
    assert data == (f"{file}: HF_HUB_OFFLINE forbids to ask the hub for it; run this once with "
                    "HF_HUB_OFFLINE=0, or give a local copy")
