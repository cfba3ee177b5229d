"""Inputs of several files: folders, patterns, lists, saved splits; on the disk and in a store."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from datasets import Dataset, DatasetDict, disable_progress_bars
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.readers.inputs.find import find_input
from crosslabel.pipeline.readers.inputs.splits import in_order, splits_by_name
from crosslabel.pipeline.readers.notes import Notes
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.errors import InputError

Row = dict[str, Any]
Read = list[tuple[str, str | None]]


@pytest.fixture(autouse=True)
def _no_bars() -> None:
    disable_progress_bars()


def _lines(file: Path, *rows: Row) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def _texts(rows: Sequence[Example | Reject]) -> Read:
    """Text and split of every row; all must be good."""
    assert all(isinstance(row, Example) for row in rows), rows
    return [(row.fields["text"], row.meta.get("split")) for row in rows  # type: ignore[union-attr]
            ]  # fmt: skip


def _read(place: Any, **settings: Any) -> Read:
    return _texts(list(read(place, lang="en", **settings)))


def _splits(**texts: str) -> DatasetDict:
    return DatasetDict({name: Dataset.from_dict({"id": ["0"], "text": [text]})
                        for name, text in texts.items()})


def test_a_saved_dict_is_read_split_by_split_in_its_order(tmp_path: Path) -> None:
    _splits(train="one", zebra="two", test="three").save_to_disk(tmp_path / "in")
    assert _read(tmp_path / "in") == [("one", "train"), ("two", "zebra"), ("three", "test")]
    assert _read(tmp_path / "in", split="zebra") == [("two", "zebra")]
    assert _read(tmp_path / "in" / "test") == [("three", None)]
    with pytest.raises(InputError, match="has no split 'dev'; it has train, zebra, test"):
        read(tmp_path / "in", lang="en", split="dev")


def test_an_id_of_two_splits_stands_for_two_rows(tmp_path: Path) -> None:
    _splits(train="one", test="two").save_to_disk(tmp_path / "in")
    notes = Notes()
    rows = list(read(tmp_path / "in", lang="en", notes=notes))
    assert [row.id for row in rows] == ["0", "test/0"]
    assert notes.lines == [
        "ids that another split has too begin with their split, such as test/0"]


@pytest.mark.parametrize("listed", ["{}", "[]", '{"splits": []}', '{"splits": ["../train"]}',
                                    '{"splits": [1]}', '{"splits": ["train", "gone"]}', "{"])
def test_a_damaged_list_of_splits_is_named(tmp_path: Path, listed: str) -> None:
    _splits(train="one").save_to_disk(tmp_path / "in")
    (tmp_path / "in" / "dataset_dict.json").write_text(listed)
    with pytest.raises(InputError, match=r"/in"):
        read(tmp_path / "in", lang="en")


def test_a_folder_is_read_by_split_and_name_without_what_is_about_the_data(tmp_path: Path) -> None:
    for name in ("data/b.train.jsonl", "data/a-train.jsonl", "dev/x.jsonl", "my test.jsonl"):
        _lines(tmp_path / name, {"text": name})
    for name in ("README.md", "LICENSE", "licence.txt", ".hidden.csv", ".git/config", "_SUCCESS",
                 "dataset_info.json", "__pycache__/x.pyc", "dev/state.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("no rows")
    # A folder that is called like a split comes first, as in ``datasets``.
    assert _read(tmp_path) == [
        ("dev/x.jsonl", "validation"), ("data/a-train.jsonl", None), ("data/b.train.jsonl", None),
        ("my test.jsonl", None)]
    (tmp_path / "dev" / "x.jsonl").unlink()
    assert _read(tmp_path) == [
        ("data/a-train.jsonl", "train"), ("data/b.train.jsonl", "train"), ("my test.jsonl", "test")]


def test_shards_of_any_split_are_known_by_their_numbers(tmp_path: Path) -> None:
    for name in ("train-00001-of-00002", "train-00000-of-00002", "odd-00000-of-00001"):
        _lines(tmp_path / "data" / f"{name}.jsonl", {"text": name})
    expected = [("train-00000-of-00002", "train"), ("train-00001-of-00002", "train"),
                ("odd-00000-of-00001", "odd")]
    assert _read(tmp_path) == expected
    assert _read(tmp_path / "data") == expected
    assert _read(str(tmp_path / "data" / "*.jsonl")) == expected
    assert _read(str(tmp_path / "**" / "train-*.jsonl")) == expected[:2]
    assert _read(tmp_path, split="odd") == expected[2:]


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet", "arrow"])
def test_every_kind_of_table_may_come_in_several_files(tmp_path: Path, kind: str) -> None:
    for name in "ab":
        dataset = Dataset.from_dict({"text": [f"{name} one", f"{name} two"], "label": ["x", "y"]})
        file = tmp_path / f"{name}.{kind}"
        if kind == "jsonl":
            dataset.to_json(file)
        elif kind == "csv":
            dataset.to_csv(file)
        elif kind == "parquet":
            dataset.to_parquet(file)
        else:
            dataset.save_to_disk(tmp_path / "saved")
            (tmp_path / "saved" / "data-00000-of-00001.arrow").rename(file)
            for left in (tmp_path / "saved").iterdir():
                left.unlink()
            (tmp_path / "saved").rmdir()
    rows = list(read(tmp_path, lang="en"))
    assert _texts(rows) == [(text, None) for text in ("a one", "a two", "b one", "b two")]
    assert [row.label for row in rows if isinstance(row, Example)] == ["x", "y"] * 2


def test_a_list_is_read_in_its_order_and_rejects_name_the_file(tmp_path: Path) -> None:
    first = _lines(tmp_path / "x" / "a.jsonl", {"id": "1", "text": "good"}, {"id": "2"})
    second = _lines(tmp_path / "y" / "a.jsonl", {"id": "1", "text": "again"}, {"id": "3"})
    rows = list(read([second, first], lang="en"))
    assert [(row.file, row.row, row.id) for row in rows if isinstance(row, Reject)] == [
        ("y/a.jsonl", 2, "3"), ("x/a.jsonl", 1, "1"), ("x/a.jsonl", 2, "2")]
    assert "row 1 of y/a.jsonl" in rows[2].reasons[0]  # type: ignore[union-attr]
    with pytest.raises(InputError, match=r"a\.jsonl: is given twice"):
        read([first, first], lang="en")
    with pytest.raises(InputError, match="no file is given"):
        read([], lang="en")


def test_splits_of_a_list_are_known_by_its_names(tmp_path: Path) -> None:
    files = [_lines(tmp_path / name, {"text": name}) for name in ("de.test.jsonl", "train.jsonl")]
    assert _read(files) == [("de.test.jsonl", "test"), ("train.jsonl", "train")]
    assert _read(files[0]) == [("de.test.jsonl", None)]  # one file is no set of splits
    with pytest.raises(InputError, match=r"files name no splits; leave source\.split out"):
        read(files[0], lang="en", split="test")


def test_a_folder_of_several_kinds_is_refused_by_name(tmp_path: Path) -> None:
    _lines(tmp_path / "a.jsonl", {"text": "a"})
    (tmp_path / "b.csv").write_text("text\nb\n")
    with pytest.raises(InputError, match=r"several kinds \(a\.jsonl, b\.csv\); say which to read, "
                                         r"such as .*/\*\.jsonl"):
        read(tmp_path, lang="en")
    with pytest.raises(InputError, match="several kinds"):
        read([tmp_path / "a.jsonl", tmp_path / "b.csv"], lang="en")
    assert _read(str(tmp_path / "*.csv")) == [("b", None)]


def test_files_that_hold_another_format_than_their_names_say_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("text\tlabel\nGood\tx\n")
    (tmp_path / "b.tsv").write_text("Nora\tB-PER\nleft\tO\n")
    rows = read(tmp_path, lang="en")
    assert isinstance(next(rows), Example)
    with pytest.raises(InputError, match=r"b\.tsv: is conll by what stands in it, but a\.tsv is "):
        next(rows)


def test_what_holds_nothing_to_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing else")
    for place, message in (
        (tmp_path, "no files of rows"), (tmp_path / "*.jsonl", "no file has such a name"),
        (tmp_path / "**.jsonl", "write ** between slashes"), (tmp_path / "x", "no such file"),
    ):
        with pytest.raises(InputError, match=message.replace("*", r"\*")):
            read(place, lang="en")


def test_a_name_with_the_signs_of_a_pattern_is_a_file_if_there_is_one(tmp_path: Path) -> None:
    _lines(tmp_path / "a[1].jsonl", {"text": "this"})
    _lines(tmp_path / "a1.jsonl", {"text": "not this"})
    assert _read(tmp_path / "a[1].jsonl") == [("this", None)]


def test_a_row_that_says_its_split_keeps_it(tmp_path: Path) -> None:
    _lines(tmp_path / "train.jsonl", {"text": "a", "split": "mine"}, {"text": "b"})
    assert _read(tmp_path) == [("a", "mine"), ("b", "train")]


def test_a_card_in_a_folder_names_files_and_classes(tmp_path: Path) -> None:
    _lines(tmp_path / "one.jsonl", {"text": "Good.", "mood": 1}, {"text": "So so.", "mood": -1})
    _lines(tmp_path / "two.jsonl", {"text": "Bad.", "mood": 0})
    (tmp_path / "unread.csv").write_text("text\nx\n")
    (tmp_path / "README.md").write_text(
        "---\nconfigs:\n- config_name: default\n  data_files:\n"
        "  - {split: train, path: one.jsonl}\n  - {split: test, path: 'tw*.jsonl'}\n"
        "dataset_info:\n  features:\n  - {name: text, dtype: string}\n  - name: mood\n    dtype:\n"
        "      class_label:\n        names: {'0': bad, '1': good}\n---\n# A set\n")
    notes = Notes()
    rows = list(read(tmp_path, lang="en", notes=notes))
    assert _texts(rows) == [("Good.", "train"), ("So so.", "train"), ("Bad.", "test")]
    assert [row.label for row in rows if isinstance(row, Example)] == ["good", None, "bad"]
    assert notes.classes == ["bad", "good"]
    assert notes.lines == ["one.jsonl: read mood as label; columns would overrule this"]


def test_a_card_that_is_no_card_does_not_hide_the_files(tmp_path: Path) -> None:
    _lines(tmp_path / "a.jsonl", {"text": "a"})
    (tmp_path / "README.md").write_text("---\nconfigs: [{data_files: x}]\n---\n")
    notes = Notes()
    assert _texts(list(read(tmp_path, lang="en", notes=notes))) == [("a", None)]
    assert "card README.md cannot be read" in notes.lines[0]
    for bomb in ("a: &a [x]\nconfigs: [*a, *a]\n", "configs: " + "[" * 3000, "configs: {a: 1}\n"):
        (tmp_path / "README.md").write_text(f"---\n{bomb}---\n")
        assert _read(tmp_path) == [("a", None)]


def test_the_content_changes_with_files_order_and_splits(tmp_path: Path) -> None:
    a, b = (_lines(tmp_path / f"{name}.jsonl", {"text": name}) for name in "ab")
    contents = [find_input([a, b]).content(), find_input([b, a]).content(),
                find_input([a]).content(), find_input([tmp_path]).content()]
    assert contents[0] == contents[3]
    assert len({json.dumps(content) for content in contents}) == 3
    b.rename(tmp_path / "test.jsonl")
    renamed = find_input([tmp_path]).content()
    _lines(tmp_path / "test.jsonl", {"text": "c"})
    assert contents[3] != renamed != find_input([tmp_path]).content()


@pytest.mark.slow
def test_a_saved_dict_in_a_store(stored: Location, tmp_path: Path) -> None:
    _splits(test="two").save_to_disk(tmp_path / "in")
    for file in (tmp_path / "in").rglob("*.*"):
        (stored / "saved" / file.relative_to(tmp_path / "in").as_posix()).write_bytes(
            file.read_bytes())
    assert _read(stored / "saved") == [("two", "test")]


def test_files_and_splits_in_a_store(stored: Location) -> None:
    for name in ("data/train.jsonl", "data/dev.jsonl", "README.md"):
        (stored / name).write_text(json.dumps({"text": name}))
    found = [("data/train.jsonl", "train"), ("data/dev.jsonl", "validation")]
    assert _read(stored) == found
    assert _read(stored / "data" / "*.jsonl", split="validation") == found[1:]
    assert _read([stored / "data" / "dev.jsonl", stored / "data" / "train.jsonl"]) == found[::-1]
    with pytest.raises(InputError, match=r"^s3://\S+/dev\.jsonl: has no column"):
        read(stored / "data" / "dev.jsonl", format="csv", lang="en", columns={"text": "x"})
    before = find_input([stored / "data"]).content()
    (stored / "data" / "dev.jsonl").write_text('{"text": "new"}\n')
    assert find_input([stored / "data"]).content() != before


NAME = st.sampled_from(["train", "dev", "test", "eval", "a", "x-train", "test_en", "contest"])


@settings(max_examples=15)
@given(st.lists(st.tuples(NAME, NAME), min_size=1, max_size=6, unique=True))
def test_splits_are_those_that_datasets_finds(names: list[tuple[str, str]]) -> None:
    from datasets.data_files import EmptyDatasetError, get_data_patterns, resolve_pattern

    with TemporaryDirectory() as folder:
        for one, two in names:
            _lines(Path(folder) / one / f"{two}.jsonl", {"text": "x"})
        try:
            patterns = get_data_patterns(folder)
        except EmptyDatasetError:
            patterns = {}
        expected: dict[str, str] = {}
        for split, some in patterns.items():
            for pattern in some:
                with suppress(FileNotFoundError):
                    for file in resolve_pattern(pattern, folder) if pattern != "**" else ():
                        expected.setdefault(Path(file).relative_to(folder).as_posix(), str(split))
    found = splits_by_name([f"{one}/{two}.jsonl" for one, two in names])
    assert found == expected
    assert in_order(["x", "test", "train"]) == ["train", "test", "x"]
