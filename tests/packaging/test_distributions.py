"""The wheel and the sdist install ``crosslabel`` and nothing else, and work beside any names."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("pipeline", "projection", "flows", "finetune", "data")
SMALL = ("--limit", "4", "--set", "targets=[de]")


def built(kind: str, out: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", out, ROOT],
        check=True, capture_output=True,
    )
    [path] = out.iterdir()
    return path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that borrows only the dependencies of ours."""
    home = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(home, with_pip=True)
    [site] = home.glob("lib/python*/site-packages")
    # A path line does not make the .pth files of that folder count, so our own checkout stays out.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = home / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation",
                    "--ignore-installed", str(wheel)], check=True)
    return python


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder of somebody who has files and packages of the same names."""
    for name in ROOMS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('not crosslabel')\n")
        (tmp_path / f"{name}.txt").write_text("mine\n")
    (tmp_path / "crosslabel.yaml").write_text("mine: true\n")
    return tmp_path


def run(command: Sequence[object], place: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder; it must succeed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=place,
                          timeout=300, env=environment)
    assert done.returncode == 0, done.stderr
    return done


def test_site_packages_hold_crosslabel_and_nothing_else(python: Path) -> None:
    [site] = python.parents[1].glob("lib/python*/site-packages")
    installed = {path.name for path in site.iterdir()}
    version = run([python, "-m", "crosslabel", "--version"], ROOT.parent).stdout.split()[-1]
    brought = {"pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence.pth",
               "dependencies.pth", "__pycache__"}
    own = {name for name in installed - brought if not name.startswith(("pip-", "setuptools-"))}
    assert own == {"crosslabel", f"crosslabel-{version}.dist-info"}
    rooms = {path.name for path in (site / "crosslabel").iterdir()} - {"__pycache__"}
    assert rooms == {"__init__.py", "__main__.py", "py.typed", "cli", "library", *ROOMS}
    assert (site / "crosslabel/data/models/mt-en-de-es/model.bin").stat().st_size > 10**6


def test_what_is_installed_from_the_sdist_is_the_wheel(
    wheel: Path, sdist: Path, tmp_path: Path
) -> None:
    """So what holds for one installation holds for the other."""
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps",
                    "--no-build-isolation", "--wheel-dir", tmp_path, sdist], check=True)
    [made] = tmp_path.iterdir()
    assert made.name == wheel.name
    assert contents(made) == contents(wheel)


def contents(wheel: Path) -> dict[str, str]:
    """The hash of each file."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest()
                for name in archive.namelist()}


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_the_archive_holds_no_tests_and_no_bare_rooms(
    kind: str, request: pytest.FixtureRequest
) -> None:
    distribution: Path = request.getfixturevalue(kind)
    if distribution.suffix == ".whl":
        names = zipfile.ZipFile(distribution).namelist()
        tops = {name.split("/")[0] for name in names}
        assert {top for top in tops if not top.endswith(".dist-info")} == {"crosslabel"}
    else:
        with tarfile.open(distribution) as archive:
            names = [name.partition("/")[2] for name in archive.getnames()]
    assert not [name for name in names if "test_" in name or "benchmarks" in name]
    for file in ("data/samples/ner.en.jsonl", "data/recipes/demo-ner.yaml",
                 "data/calibrators/projection.json", "data/models/e5-small/model.json",
                 "cli/commands/build.py"):
        assert [name for name in names if name.endswith(f"/{file}")], file


def test_the_package_is_imported_beside_files_of_the_same_names(python: Path, place: Path) -> None:
    code = ("import crosslabel, crosslabel.pipeline.build, crosslabel.projection.interface\n"
            "import crosslabel.finetune.recipe\n"
            "print(crosslabel.pipeline.build.__file__, crosslabel.__version__)")
    done = run([python, "-c", code], place)
    assert str(python.parents[1]) in done.stdout


def test_the_command_builds_beside_files_of_the_same_names(python: Path, place: Path) -> None:
    run([python, "-m", "crosslabel", "build", "demo-ner", *SMALL], place)
    manifest = json.loads((place / "out/demo-ner/manifest.json").read_text(encoding="utf-8"))
    assert manifest["languages"]["de"]["rows_in"] == 4
    shown = run([python.parent / "crosslabel", "inspect", "out/demo-ner"], place)
    assert "PER" in shown.stdout


@pytest.mark.slow
def test_a_flow_runs_beside_files_of_the_same_names(python: Path, place: Path) -> None:
    run([python, "-m", "crosslabel", "flow", "build", "demo-ner", *SMALL], place)
    assert (place / "out/demo-ner/manifest.json").is_file()
