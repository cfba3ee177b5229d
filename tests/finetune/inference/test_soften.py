"""The teacher pass: what soft labels are, and that shards which are there are left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from crosslabel.finetune.inference.forward import Device, LoadedModels
from crosslabel.finetune.inference.soften import soft_labels, soften
from crosslabel.finetune.model.loading import export, load_student, load_trained
from crosslabel.finetune.reading.collate import Collator, SideChoice
from crosslabel.finetune.reading.columns import read_shards
from crosslabel.finetune.reading.data import FeatureData
from crosslabel.finetune.schema import Task
from crosslabel.finetune.sidecar import read_sidecar
from crosslabel.finetune.soft_labels import read_soft_sidecar
from crosslabel.pipeline.labellers.batches import by_length, longest_first
from crosslabel.projection.errors import InputError
from tests.finetune.tiny_features import LABELS, write
from tests.finetune.tiny_student import tiny_student
from tests.little_memory import little_memory

CPU = Device("cpu", batch_tokens=120)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student, features of each task for it, and two teachers of each task."""
    folder = tmp_path_factory.mktemp("soften")
    facts = tiny_student(folder / "student")
    for task in ("token", "sequence", "qa"):
        write(folder / task, task, rows=20, tokenizer=facts)
        for number in range(2):
            _teacher(folder, task, number)
    return folder


def _teacher(folder: Path, task: Task, number: int) -> None:
    torch.manual_seed(number)
    labels = () if task == "qa" else LABELS
    model = load_student(folder / "student", task, labels, fused=1)
    for weights in model.parameters():
        torch.nn.init.normal_(weights, std=0.3)
    export(model, folder / "student", folder / f"{task}-{number}", "card")


def _read(out: Path) -> dict[str, dict[str, list[float]]]:
    table = read_shards(out, read_soft_sidecar(out).shards)
    return {row.pop("row_id"): row for row in table.to_pylist()}


def _alone(models: list[torch.nn.Module], data: FeatureData, row: int) -> dict[str, torch.Tensor]:
    """Mean logits of side a of one row, seen alone."""
    batch = Collator(data, SideChoice(2, hard=""))([row])
    with torch.inference_mode():
        found = [model(**batch) for model in models]
    return {name: torch.stack([own[name][0, 0] for own in found]).mean(0)
            for name in found[0] if name.endswith("logits")}


_COLUMN = {"logits": "a_soft", "start_logits": "a_soft_start", "end_logits": "a_soft_end"}


@pytest.mark.parametrize("task", ["token", "sequence", "qa"])
def test_soft_labels_are_the_log_softmax_of_the_teachers_mean_logits(
    place: Path, tmp_path: Path, task: Task
) -> None:
    teachers = [place / f"{task}-{number}" for number in range(2)]
    soften([place / task], teachers, tmp_path, device=CPU)
    soft = _read(tmp_path)
    sidecar = read_sidecar(place / task)
    table = read_shards(place / task, sidecar.entries())
    data = FeatureData.of(table, sidecar)
    models = [load_trained(folder) for folder in teachers]
    compared = 0
    for row, row_id in enumerate(table["row_id"].to_pylist()):
        tokens = len(data.tokens["a"].rows([row])[0])
        for name, logits in _alone(models, data, row).items():
            expected = torch.log_softmax(logits, -1).numpy()
            own = np.array(soft[row_id][_COLUMN[name]])
            assert len(own) == (len(LABELS) if task == "sequence" else tokens)
            assert np.allclose(own, expected[:len(own)].astype(np.float16), atol=2e-3, rtol=2e-3)
            compared += 1
    assert compared == (80 if task == "qa" else 40)


def test_the_student_reads_what_was_written(place: Path, tmp_path: Path) -> None:
    soften([place / "token"], [place / "token-0"], tmp_path, device=CPU)
    data = FeatureData.open([place / "token"], tmp_path)
    batch = Collator(data)([4, 31])
    total = batch["a_soft"].exp().sum(-1)
    assert torch.allclose(total[batch["soft_mask"]], torch.ones(()), atol=5e-3)


def test_a_second_run_writes_nothing_and_a_lost_shard_comes_back_the_same(
    place: Path, tmp_path: Path
) -> None:
    def run() -> list[int]:
        seen: list[int] = []
        soften([place / "token"], [place / "token-0"], tmp_path, device=CPU,
               progress=lambda stage, done, total: seen.append(total))
        return seen

    shards = run()
    before = {path: (path.stat().st_ino, path.read_bytes()) for path in tmp_path.rglob("*.arrow")}
    assert len(shards) == len(before) == 4
    assert run() == []
    lost = sorted(before)[1]
    lost.unlink()
    assert run() == [1]
    assert lost.read_bytes() == before.pop(lost)[1]
    assert all(path.stat().st_ino == inode for path, (inode, _) in before.items())


def test_teachers_of_another_kind_are_refused(place: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    export(load_student(place / "student", "token", ("O", "B-Y", "I-Y")), place / "student",
           other, "card")
    with pytest.raises(InputError, match="its labels are O, B-Y, I-Y, the features have O, B-X"):
        soften([place / "token"], [other], tmp_path / "soft", device=CPU)
    write(tmp_path / "features", "token", rows=3)
    with pytest.raises(InputError, match=r"features for tiny.* another tokenizer"):
        soften([tmp_path / "features"], [place / "token-0"], tmp_path / "soft", device=CPU)


def test_where_memory_runs_out_soft_labels_are_those_of_smaller_batches(place: Path) -> None:
    data, model = FeatureData.open([place / "token"]), load_trained(place / "token-0")
    models = LoadedModels([model], Device("cpu"))
    whole, starts = soft_labels(models, data)["a_soft"]
    with little_memory(model, 300) as asked:
        found, same_starts = soft_labels(models, data)["a_soft"]
        assert max(asked) > 300
        asked.clear()
        soft_labels(models, data)
        assert max(asked) <= 300
    assert same_starts.tolist() == starts.tolist()
    np.testing.assert_allclose(found, whole, atol=5e-3)  # in half precision


def test_batches_keep_to_the_tokens_they_may_have() -> None:
    lengths = np.random.default_rng(0).integers(1, 90, 500)
    batches = list(by_length(lengths, longest_first(lengths), 256))
    assert sorted(np.concatenate(batches)) == list(range(500))
    assert all(len(rows) * lengths[rows].max() <= 256 for rows in batches)
    single = by_length(np.array([900, 3]), np.array([0, 1]), 256)
    assert [list(rows) for rows in single] == [[0], [1]]
