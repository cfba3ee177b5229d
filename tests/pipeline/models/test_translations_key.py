"""A model whose change decides no translation keeps the key of the version before."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from crosslabel.pipeline.models.manifest import MANIFEST, describe
from crosslabel.pipeline.storage.files import sha256
from crosslabel.pipeline.storage.shipped import MODELS, TRANSLATION_MODEL


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped translation model."""
    return shutil.copytree(MODELS / TRANSLATION_MODEL, tmp_path / "copy")


def _rewrite(file: Path, values: dict[str, Any]) -> None:
    file.write_text(json.dumps(values, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def test_the_shipped_model_names_the_version_before(copy: Path) -> None:
    shipped = describe(MODELS / TRANSLATION_MODEL)
    config = json.loads((copy / "torch/config.json").read_text(encoding="utf-8"))
    _rewrite(copy / "torch/config.json", config | {"dtype": "float16"})
    stated = json.loads((copy / MANIFEST).read_text(encoding="utf-8"))
    del stated["same_translations_as"]
    stated["files"]["torch/config.json"] = sha256(copy / "torch/config.json")
    _rewrite(copy / MANIFEST, stated)
    before = describe(copy)
    assert before.fingerprint != shipped.fingerprint
    assert before.translations_key == before.fingerprint == shipped.translations_key


def test_a_copy_with_another_file_has_a_key_of_its_own(copy: Path) -> None:
    with (copy / "model.bin").open("ab") as file:
        file.write(b"\0")
    changed = describe(copy)
    assert changed.manifest.same_translations_as
    assert changed.translations_key == changed.fingerprint


def test_a_copy_with_one_file_more_has_a_key_of_its_own(copy: Path) -> None:
    (copy / "vocabulary_map.txt").write_text("x", encoding="utf-8")
    assert describe(copy).translations_key == describe(copy).fingerprint


def test_a_card_does_not_change_the_key(copy: Path) -> None:
    (copy / "README.md").write_text("another card", encoding="utf-8")
    assert describe(copy).translations_key == describe(MODELS / TRANSLATION_MODEL).translations_key
