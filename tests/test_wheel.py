"""The wheel holds all that the demo needs, and nothing that is not product."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT],
        check=True, capture_output=True,
    )
    [path] = out.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``crosslabel`` in an environment of its own that borrows only the dependencies of ours."""
    home = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)], check=True)
    [site] = home.glob("lib/python*/site-packages")
    # A path line does not make the .pth files of that folder count, so our own checkout stays out.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin" / "crosslabel"


def test_wheel_holds_the_packages_and_the_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "crosslabel", "data", "finetune", "flows", "pipeline", "projection",
    }
    for needed in ("data/recipes/demo-ner.yaml", "data/samples/ner.en.jsonl",
                   "data/models/mt-en-de-es/model.bin",
                   "data/models/encoder-multilingual/model.json"):
        assert needed in names


def test_installed_wheel_builds_the_demo_from_an_empty_directory(
    command: Path, tmp_path: Path
) -> None:
    where = subprocess.run(
        [command.parent / "python", "-c", "import pipeline; print(pipeline.__file__)"],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )
    assert str(command.parents[1]) in where.stdout
    done = subprocess.run(
        [command, "build", "demo-ner"], capture_output=True, text=True, cwd=tmp_path, timeout=300
    )
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "out/demo-ner/manifest.json").read_text(encoding="utf-8"))
    samples = (ROOT / "data/samples/ner.en.jsonl").read_text(encoding="utf-8").splitlines()
    for lang in ("de", "es"):
        counts = manifest["languages"][lang]
        assert counts["rows_in"] == len(samples) == counts["rows"] + counts["rejected"]
        assert len(counts["shards"]) > 1
