"""Data sets on the hub, through the real client, from a small server that plays the hub."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, DatasetInfo, Features, List, Value
from datasets.info import DatasetInfosDict
from datasets.utils.metadata import MetadataConfigs
from huggingface_hub import DatasetCardData

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.readers.inputs.find import find_input
from crosslabel.pipeline.readers.notes import Notes
from crosslabel.pipeline.storage.location import location
from crosslabel.projection.errors import InputError, TransientError
from tests.pipeline.stand_in_hub import Hub

NAME = "someone/ner"
ADDRESS = f"hf://datasets/{NAME}"
OLD, NEW, CONVERTED = "a" * 40, "b" * 40, "c" * 40
CARD = """\
---
license: cc-by-4.0
configs:
- config_name: {first}
  default: true
  data_files:
  - split: train
    path: one/part-*.jsonl.gz
  - split: test
    path: [one/test.jsonl]
- config_name: two
  data_dir: two
dataset_info:
- config_name: {first}
  features:
  - name: words
    sequence: string
  - name: kinds
    sequence:
      class_label:
        names: {{'0': O, '1': B-PER, '2': B-LOC}}
---
# A data set
"""


def _row(word: str, kind: int = 1) -> str:
    return json.dumps({"words": [word, "left"], "kinds": [kind, 0]}) + "\n"


def _files(folder: Path, **contents: str | bytes) -> Path:
    import gzip

    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return folder


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, str]]:
    folder = tmp_path_factory.mktemp("hub")
    files = {
        "one/part-0.jsonl.gz": _row("Nora"), "one/part-1.jsonl.gz": _row("Ada"),
        "one/test.jsonl": _row("Bremen", 2), "two/train-0.jsonl": _row("x"),
        "two/dev.jsonl": _row("y"), "two/extra.jsonl": _row("z"), "ner.py": "raise SystemExit",
        ".gitattributes": "", "LICENSE": "",
    }
    old = _files(folder / "old", **files, **{"README.md": CARD.format(first="one")})
    new = _files(folder / "new", **(files | {"one/test.jsonl": _row("Graz", 2)}),
                 **{"README.md": CARD.format(first="one")})
    features = Features(tokens=List(Value("string")), tags=List(ClassLabel(names=["O", "B-X"])))
    for place, word in (("c1/train", "Ida"), ("c1/partial-test", "Mia"), ("c2/train", "Leo")):
        (folder / "converted" / place).mkdir(parents=True)
        table = pa.Table.from_pylist([{"tokens": [word], "tags": [1]}],
                                     schema=features.arrow_schema)
        pq.write_table(table, folder / "converted" / place / "0000.parquet")
    hub = Hub(NAME, {OLD: old, NEW: new, CONVERTED: folder / "converted"}, main=OLD,
              kind="datasets", refs={"refs/convert/parquet": CONVERTED, "v1": OLD})
    with hub.serving() as address:
        yield hub, address


@pytest.fixture
def hub(
    served: tuple[Hub, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Hub:
    """The hub where nothing has happened, for a client with an empty cache."""
    hub, address = served
    hub.main, hub.broken, hub.token, hub.gated = OLD, set(), None, False
    hub.asked.clear()
    monkeypatch.setenv("HF_ENDPOINT", address)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    return hub


def _read(place: str, notes: Notes | None = None, **settings: Any) -> list[tuple[str, str, Any]]:
    """The first word, its label and the split of each row."""
    found = []
    for row in read(place, lang="en", notes=notes, **settings):
        assert isinstance(row, Example), row
        word, label = row.fields["text"].split(" ")[0], row.spans[0].label if row.spans else ""
        found.append((word, label, row.meta.get("split")))
    return found


def _fetched(hub: Hub) -> list[str]:
    return sorted({path.rpartition(f"{OLD}/")[2] for path in hub.asked
                   if "/resolve/" in path and "README" not in path})


def test_the_card_says_which_files_and_classes(hub: Hub) -> None:
    notes = Notes()
    assert _read(ADDRESS, notes) == [
        ("Nora", "PER", "train"), ("Ada", "PER", "train"), ("Bremen", "LOC", "test")]
    assert notes.classes == ["O", "B-PER", "B-LOC"]
    assert notes.lines == [
        "part-0.jsonl.gz: read words as tokens, kinds as tags; columns would overrule this"]
    assert _read(f"{ADDRESS}@v1", split="test") == [("Bremen", "LOC", "test")]


def test_only_what_is_read_is_fetched_and_nothing_twice(hub: Hub) -> None:
    rows = read(ADDRESS, lang="en")
    assert isinstance(next(rows), Example)
    assert _fetched(hub) == ["one/part-0.jsonl.gz"]
    assert len(list(rows)) == 2
    assert _fetched(hub) == ["one/part-0.jsonl.gz", "one/part-1.jsonl.gz", "one/test.jsonl"]
    hub.asked.clear()
    assert len(_read(ADDRESS)) == 3
    assert hub.asked == [f"/api/datasets/{NAME}"]  # where main points now


def test_another_configuration_is_read_by_the_names_of_files(hub: Hub) -> None:
    notes = Notes()
    found = _read(ADDRESS, notes, config="two", columns={"tokens": "words"})
    assert [split for _, _, split in found] == ["train", "validation"]
    assert notes.lines[0] == f"{ADDRESS}: not read, as they belong to no split: two/extra.jsonl"
    with pytest.raises(InputError, match=r"has no configuration 'six'; it has one, two"):
        read(ADDRESS, lang="en", config="six")


def test_without_a_default_the_configurations_are_listed(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = CARD.format(first="one").replace("  default: true\n", "")
    folder = _files(tmp_path / "repo", **{"README.md": card, "two/x.csv": "text\nx\n"})
    monkeypatch.setitem(hub.commits, OLD, folder)
    with pytest.raises(InputError, match=r"has the configurations one, two; choose one with "
                                         r"source\.config, such as source\.config=one"):
        read(ADDRESS, lang="en")
    with pytest.raises(InputError, match=r"has no file 'one/part-\*\.jsonl\.gz', which its card"):
        read(ADDRESS, lang="en", config="one")


@pytest.mark.parametrize(("files", "expected"), [
    ({"data/train-00000-of-00001.jsonl": _row("a"), "data/x-00000-of-00001.jsonl": _row("b"),
      "c.jsonl": ""}, [("a", "train"), ("b", "x")]),
    ({"train.jsonl": _row("a"), "test/b.jsonl": _row("b"), "c.txt": ""}, [("b", "test")]),
    ({"b.jsonl": _row("b"), "a.jsonl.gz": _row("a"), "x.py": "", "img.png": ""},
     [("a", "train"), ("b", "train")]),
])  # fmt: skip
def test_without_a_card_files_are_found_as_datasets_finds_them(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str],
    expected: list[tuple[str, str]],
) -> None:
    monkeypatch.setitem(hub.commits, OLD, _files(tmp_path / "repo", **files))
    found = _read(ADDRESS, columns={"tokens": "words"})
    assert [(word, split) for word, _, split in found] == expected


def test_a_card_that_datasets_itself_wrote(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    features = Features(words=List(Value("string")), kinds=List(ClassLabel(names=["O", "B-X"])))
    data = DatasetCardData()
    MetadataConfigs({"default": {"data_files": [
        {"split": "train", "path": "data/train-*"}, {"split": "odd.one", "path": "data/odd.one-*"}
    ]}}).to_dataset_card_data(data)  # fmt: skip
    DatasetInfosDict({"default": DatasetInfo(features=features)}).to_dataset_card_data(data)
    folder = _files(tmp_path / "repo", **{
        "README.md": f"---\n{data}\n---\n", "data/train-00000-of-00001.jsonl": _row("a"),
        "data/odd.one-00000-of-00001.jsonl.gz": _row("b", 0), "notes.csv": ""})
    monkeypatch.setitem(hub.commits, OLD, folder)
    assert _read(ADDRESS) == [("a", "X", "train"), ("b", "", "odd.one")]


def test_settings_of_a_card_that_are_not_used_are_named(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = "---\nconfigs:\n- {config_name: a, data_files: x.csv, sep: ';'}\n---\n"
    folder = _files(tmp_path / "repo", **{"README.md": card, "x.csv": "text\nGood\n"})
    monkeypatch.setitem(hub.commits, OLD, folder)
    notes = Notes()
    assert _read(ADDRESS, notes) == [("Good", "", "train")]
    assert notes.lines[0].startswith(f"{ADDRESS}: its card sets sep, which is not used here")


def test_a_path_in_the_data_set_is_a_file_folder_or_pattern(hub: Hub) -> None:
    train = [("Nora", "PER", None), ("Ada", "PER", None)]
    assert _read(f"{ADDRESS}/one/part-0.jsonl.gz") == train[:1]
    assert _read(f"{ADDRESS}@{OLD}/one/part-*.gz") == train
    assert _read(f"{ADDRESS}/one") == [("Bremen", "LOC", "test"), *train]
    for path, message in (("six", "no such file or folder; it has .gitattributes, LICENSE"),
                          ("one/*.csv", "holds no files of rows")):
        with pytest.raises(InputError, match=message):
            read(f"{ADDRESS}/{path}", lang="en")
    with pytest.raises(InputError, match=r"leave out the path in it, or source\.config"):
        read(f"{ADDRESS}/one", lang="en", config="one")


def test_what_the_hub_converted_is_read_by_configuration_and_split(hub: Hub) -> None:
    address = f"{ADDRESS}@refs/convert/parquet"
    assert _read(address, config="c1") == [("Ida", "X", "train"), ("Mia", "X", "test")]
    with pytest.raises(InputError, match=r"has the configurations c1, c2; choose one"):
        read(address, lang="en")


def test_a_loading_script_is_refused_by_name_with_the_way_out(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _files(tmp_path / "repo", **{"ner.py": "raise SystemExit", "data.zip": ""})
    monkeypatch.setitem(hub.commits, OLD, folder)
    with pytest.raises(InputError, match=r"loading script ner\.py, which is not run; read what the "
                                         rf"hub converted: {ADDRESS}@refs/convert/parquet"):
        read(ADDRESS, lang="en")


@pytest.mark.parametrize(("given", "answer"), [
    (f"hf://{NAME}", f"names a model by its form; the data set is {ADDRESS}"),
    (f"hf://{NAME}@v1/a.jsonl", f"the data set is {ADDRESS}@v1/a.jsonl"),
    ("hf://datasets/squad", r"write hf://datasets/OWNER/NAME\[@REVISION\]\[/PATH\]"),
    (f"hf://spaces/{NAME}", "not the address of a data set"),
    (f"{ADDRESS}@v9", "the data set has no revision 'v9'; give a commit, a tag or a branch"),
    ("hf://datasets/someone/other", "no such data set, or it is private; check the name, or"),
])  # fmt: skip
def test_what_is_no_data_set_is_one_line(hub: Hub, given: str, answer: str) -> None:
    with pytest.raises(InputError, match=answer) as raised:
        read(given, lang="en")
    assert str(raised.value).startswith(given)


def test_private_and_gated_data_sets_say_how_to_get_in(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.token = "secret"
    with pytest.raises(InputError, match="or it is private; check the name, or log in with"):
        read(ADDRESS, lang="en")
    monkeypatch.setenv("HF_TOKEN", "secret")
    assert len(_read(ADDRESS)) == 3
    hub.token, hub.gated = None, True
    with pytest.raises(InputError, match="only to those who may read it; ask for access"):
        list(read(f"{ADDRESS}@{NEW}", lang="en"))


def test_the_commit_is_part_of_the_content_and_moves_with_main(hub: Hub) -> None:
    places = [location(ADDRESS)]
    first = find_input(places)
    assert first.commits == {ADDRESS: OLD}
    hub.main = NEW
    second, pinned = find_input(places), find_input([location(f"{ADDRESS}@{OLD}")])
    assert (second.commits, pinned.commits) == ({ADDRESS: NEW}, {f"{ADDRESS}@{OLD}": OLD})
    assert first.content() == pinned.content() != second.content()
    assert _read(ADDRESS, split="test") == [("Graz", "LOC", "test")]


@pytest.mark.slow  # the client tries again, with pauses
def test_a_download_that_breaks_off_is_one_line_and_heals(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.broken = {"one/test.jsonl"}
    with pytest.raises(TransientError, match=r"one/test\.jsonl: the hub does not give it \(.*\); "
                                             r"check the connection and run"):
        _read(ADDRESS, split="test")
    hub.broken = set()
    assert _read(ADDRESS, split="test") == [("Bremen", "LOC", "test")]


def test_errors_name_the_address_of_a_file(hub: Hub) -> None:
    with pytest.raises(InputError, match=rf"^{ADDRESS}@{OLD}/one/test\.jsonl: "):
        read(f"{ADDRESS}/one/test.jsonl", lang="en", columns={"text": "none"}, format="csv")
    [row] = read(f"{ADDRESS}/one/test.jsonl", lang="en", columns={"text": "none"})
    assert isinstance(row, Reject) and row.file == "test.jsonl"


def test_offline_what_was_read_before_is_read_again(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(_read(ADDRESS)) == 3
    hub.asked.clear()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)  # was read at the import
    assert len(_read(ADDRESS)) == 3
    for place, config in ((f"{ADDRESS}@v1", None), (ADDRESS, "two")):
        with pytest.raises(InputError, match=r"HF_HUB_OFFLINE forbids to ask the hub for it; run "
                                             r"this once with HF_HUB_OFFLINE=0, or give a local"):
            _read(place, config=config)
    assert hub.asked == []
