"""Rows of feature shards as batches."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.finetune.reading.collate import Collator, SideChoice
from crosslabel.finetune.reading.data import FeatureData
from crosslabel.finetune.schema import IGNORE, Task
from crosslabel.finetune.sidecar import ShardEntry
from crosslabel.finetune.soft_labels import SoftSidecar, write_soft_shard
from crosslabel.pipeline.storage.files import sha256
from crosslabel.projection.errors import DamagedError, InputError
from tests.finetune.tiny_features import LABELS, TOKENIZER, write

TASKS: tuple[Task, ...] = ("token", "sequence", "qa")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("features")


@pytest.fixture(scope="module", params=TASKS)
def dataset(request: pytest.FixtureRequest, folder: Path) -> tuple[FeatureData, list[Any]]:
    own = folder / request.param
    rows = write(own, request.param)
    return FeatureData.open([own]), rows


@settings(max_examples=60)
@given(chosen=st.lists(st.integers(0, 79), min_size=1, max_size=12))
def test_a_batch_holds_its_rows_and_padding(
    dataset: tuple[FeatureData, list[Any]], chosen: list[int]
) -> None:
    data, rows = dataset
    collator = Collator(data)
    batch = {name: tensor.numpy() for name, tensor in collator(chosen).items()}
    longest = max(max(len(rows[n]["a_input_ids"]), len(rows[n]["b_input_ids"])) for n in chosen)
    assert batch["input_ids"].shape == (len(chosen), 2, longest)
    for place, number in enumerate(chosen):
        row = rows[number]
        a, b = row["a_input_ids"], row["b_input_ids"] or row["a_input_ids"]
        for side, ids in enumerate((a, b)):
            expected = ids + [TOKENIZER.pad_id] * (longest - len(ids))
            assert batch["input_ids"][place, side].tolist() == expected
        _CHECKS[data.task](batch, place, row, longest)


def _check_token(batch: dict[str, Any], place: int, row: dict[str, Any], width: int) -> None:
    for side in "ab":
        own = row[f"{side}_token_labels"]
        expected = own + [IGNORE] * (width - len(own))
        assert batch[f"{side}_labels"][place].tolist() == expected
    weights = row["a_token_weights"]
    assert np.allclose(batch["a_weights"][place, :len(weights)], weights)
    assert not batch["a_weights"][place, len(weights):].any()


def _check_sequence(batch: dict[str, Any], place: int, row: dict[str, Any], width: int) -> None:
    for side in "ab":
        own = row[f"{side}_label"]
        assert batch[f"{side}_labels"][place] == (IGNORE if own is None else own)


def _check_qa(batch: dict[str, Any], place: int, row: dict[str, Any], width: int) -> None:
    for side in "ab":
        copied = side if row[f"{side}_input_ids"] else "a"
        assert batch[f"{side}_context"][place].tolist() == [
            row[f"{copied}_ctx_begin"], row[f"{copied}_ctx_end"]]
        for name in ("start", "end"):
            own = row[f"{side}_{name}"]
            assert batch[f"{side}_{name}"][place] == (IGNORE if own is None else own)


_CHECKS = {"token": _check_token, "sequence": _check_sequence, "qa": _check_qa}


def test_the_names_of_a_batch_are_those_the_model_takes(
    dataset: tuple[FeatureData, list[Any]]
) -> None:
    import inspect

    from crosslabel.finetune.model.heads import FilterForQA, FilterForSequence, FilterForToken

    data, _ = dataset
    kinds = {"token": FilterForToken, "sequence": FilterForSequence, "qa": FilterForQA}
    taken = inspect.signature(kinds[data.task].forward).parameters
    assert set(Collator(data)([0, 1])) <= set(taken)


def test_one_side_and_no_hard_labels_leave_the_rest_out(folder: Path) -> None:
    write(folder / "one", "token")
    data = FeatureData.open([folder / "one"])
    assert set(Collator(data, SideChoice(1, hard="a"))([0, 1])) == {
        "input_ids", "a_labels", "a_weights"}
    assert Collator(data, SideChoice(1, hard=""))([0, 1])["input_ids"].shape[1] == 1


def test_padding_is_counted_since_the_last_question(folder: Path) -> None:
    rows = write(folder / "padding", "token", rows=3, langs=("de",))
    collator = Collator(FeatureData.open([folder / "padding"]))
    ids = collator([1, 2])["input_ids"]
    real = sum(len(rows[n][f"{side}_input_ids"]) for n in (1, 2) for side in "ab")
    assert collator.padding.ratio() == pytest.approx(1 - real / ids.numel())
    assert collator.padding.ratio() == 0.0


def _soft(folder: Path, rows: list[Any], order: list[int]) -> dict[str, np.ndarray[Any, Any]]:
    """Soft labels written in another order than the rows."""
    random = np.random.default_rng(3)
    found = {row["row_id"]: random.random((len(row["a_input_ids"]), len(LABELS))).astype("f2")
             for row in rows}
    ids = [rows[n]["row_id"] for n in order]
    values = np.concatenate([found[row_id] for row_id in ids])
    offsets = np.cumsum([0, *(len(found[row_id]) for row_id in ids)])
    file = folder / "de" / "shard-0.arrow"
    write_soft_shard(file, "token", pa.array(ids), {"a_soft": (values, offsets)})
    entry = ShardEntry(file="de/shard-0.arrow", rows=len(ids), sha256=sha256(file))
    SoftSidecar(task="token", labels=LABELS, teachers=(), features=(),
                shards=(entry,)).write(folder)
    return found


def test_soft_labels_are_joined_by_row_id_whatever_their_order(folder: Path) -> None:
    rows = write(folder / "joined", "token", rows=10)
    soft = _soft(folder / "joined-soft", rows, list(reversed(range(20))))
    data = FeatureData.open([folder / "joined"], folder / "joined-soft")
    batch = Collator(data)([3, 17, 5])
    for place, number in enumerate((3, 17, 5)):
        own = soft[rows[number]["row_id"]]
        assert np.allclose(batch["a_soft"][place, :len(own)].numpy(), own)
        assert batch["soft_mask"][place].tolist() == [
            position < len(own) for position in range(batch["soft_mask"].shape[1])]


def test_first_sub_words_alone_may_get_soft_labels(folder: Path) -> None:
    rows = write(folder / "first", "token", rows=6, langs=("de",))
    _soft(folder / "first-soft", rows, list(range(6)))
    data = FeatureData.open([folder / "first"], folder / "first-soft")
    mask = Collator(data, SideChoice(soft_tokens="first"))([2])["soft_mask"][0].tolist()
    words = rows[2]["a_word_ids"]
    assert mask == [word != -1 and word not in words[:n] for n, word in enumerate(words)]


def test_a_row_without_soft_labels_is_named(folder: Path) -> None:
    rows = write(folder / "lacking", "token", rows=4, langs=("de",))
    _soft(folder / "lacking-soft", rows, [0, 1, 3])
    with pytest.raises(InputError, match=r"none for 1 rows, the first is de-2; run 'crosslabel"):
        FeatureData.open([folder / "lacking"], folder / "lacking-soft")


def test_datasets_of_different_kinds_do_not_go_together(folder: Path) -> None:
    write(folder / "this", "token", rows=2)
    write(folder / "that", "sequence", rows=2)
    with pytest.raises(InputError, match=r"that: task not the same as in .*this"):
        FeatureData.open([folder / "this", folder / "that"])


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("damage", [
    _flip, Path.unlink, lambda file: file.write_bytes(file.read_bytes()[:-7]),
    lambda file: file.write_bytes(b""),
], ids=["flipped", "missing", "cut", "empty"])
@pytest.mark.parametrize("which", ["features", "soft"])
def test_a_damaged_shard_is_named(
    tmp_path: Path, which: str, damage: Callable[[Path], object]
) -> None:
    rows = write(tmp_path / "features", "token", rows=2, langs=("de",))
    _soft(tmp_path / "soft", rows, [0, 1])
    FeatureData.open([tmp_path / "features"], tmp_path / "soft")
    shard = next((tmp_path / which).rglob("*.arrow"))
    damage(shard)
    with pytest.raises(DamagedError, match=rf"^{shard}: .*'crosslabel verify --repair'") as found:
        FeatureData.open([tmp_path / "features"], tmp_path / "soft")
    assert "\n" not in str(found.value)


def test_a_dataset_without_rows_is_refused(folder: Path) -> None:
    write(folder / "empty", "token", rows=0, langs=("de",))
    with pytest.raises(InputError, match="empty: no rows in it"):
        FeatureData.open([folder / "empty"])
