"""What is wrong with feature shards and soft labels is found, and made anew once removed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from crosslabel.finetune.features.featurize import featurize
from crosslabel.finetune.features.options import feature_options
from crosslabel.finetune.reading.data import FeatureData
from crosslabel.finetune.sidecar import ShardEntry
from crosslabel.finetune.soft_labels import SoftSidecar, write_soft_shard
from crosslabel.finetune.verify import finetuned_folders, remove_broken, verify_finetuned
from crosslabel.pipeline.storage.files import sha256, write_json
from crosslabel.projection.errors import DamagedError
from tests.finetune.features.hand_made import STUDENT
from tests.pipeline.corpus_builds import results


def _featurize(corpus: Path, out: Path) -> None:
    featurize(corpus, out, STUDENT, feature_options(task="token"))


@pytest.fixture(scope="module")
def made(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("features") / "out"
    _featurize(corpus, out)
    return out


@pytest.fixture
def features(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "out"))


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-7])


@pytest.mark.parametrize(
    ("pattern", "damage"),
    [("de/shard-00000-*.arrow", _flip), ("es/shard-00001-*.json", _cut),
     ("de/shard-00001-*.arrow", Path.unlink), ("es/shard-00000-*.rejects.jsonl", _flip),
     ("features.json", _cut), ("state.json", _cut), ("de/dataset_info.json", _cut)],
)
def test_damaged_features_are_found_and_made_anew(
    corpus: Path, features: Path, pattern: str, damage: Callable[[Path], None]
) -> None:
    assert not list(verify_finetuned([features]))
    file, before = next(features.glob(pattern)), results(features)
    if not file.stat().st_size:
        file.write_bytes(b"{}\n")
    else:
        damage(file)
    found = list(verify_finetuned([features]))
    assert [own.file for own in found] == [file]
    assert file in remove_broken(found) or not file.exists()
    _featurize(corpus, features)
    assert results(features) == before


def test_damaged_features_do_not_train_until_they_are_repaired(
    corpus: Path, features: Path
) -> None:
    rows = len(FeatureData.open([features]))
    shard = next(features.glob("es/shard-00000-*.arrow"))
    _flip(shard)
    _featurize(corpus, features)  # keeps a shard of the right length
    with pytest.raises(DamagedError, match=rf"^{shard}: .*verify --repair"):
        FeatureData.open([features])
    remove_broken(verify_finetuned([features]))
    _featurize(corpus, features)
    assert len(FeatureData.open([features])) == rows


def _soft(folder: Path) -> Path:
    """One shard of soft labels for classes of two texts."""
    file = folder / "de" / "soft-00-shard.arrow"
    values, offsets = np.zeros((2, 3), np.float16), np.arange(3)
    write_soft_shard(file, "sequence", pa.array(["a", "b"]), {"a_soft": (values, offsets)})
    entry = ShardEntry(file="de/soft-00-shard.arrow", rows=2, sha256=sha256(file))
    write_json(file.with_suffix(".json"), entry.model_dump(mode="json"))
    SoftSidecar(task="sequence", labels=("x", "y", "z"), teachers=("t",), features=("f",),
                shards=(entry,)).write(folder)
    return file


def test_damaged_soft_labels_are_found_in_the_folder_of_a_run(tmp_path: Path) -> None:
    file = _soft(tmp_path / "soft")
    assert finetuned_folders(tmp_path) == [tmp_path / "soft"]
    assert not list(verify_finetuned([tmp_path / "soft"]))
    _flip(file)
    found = list(verify_finetuned([tmp_path / "soft"]))
    assert [own.file for own in found] == [file]
    assert remove_broken(found) == [file.with_suffix(".json"), file]


def test_soft_labels_name_no_file_outside_of_their_folder(tmp_path: Path) -> None:
    file = _soft(tmp_path / "soft")
    outside = tmp_path / "mine.arrow"
    shutil.copy(file, outside)
    sidecar = tmp_path / "soft" / "soft.json"
    sidecar.write_text(sidecar.read_text().replace("de/soft-00-shard.arrow", "../mine.arrow"))
    found = list(verify_finetuned([tmp_path / "soft"]))
    assert [own.file for own in found] == [sidecar]
    remove_broken(found)
    assert outside.exists()
