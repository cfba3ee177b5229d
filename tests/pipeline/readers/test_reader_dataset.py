"""Datasets on disk: columns, class labels, bad rows, several kinds of file."""

import gzip
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, Dataset, Features, List, Value

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import read
from crosslabel.projection.errors import InputError

TAGS = ["O", "B-PER", "I-PER"]
TAGGED = Features(tokens=List(Value("string")), ner_tags=List(ClassLabel(names=TAGS)))


def code(row: Example | Reject) -> str:
    assert isinstance(row, Reject), row
    return row.reasons[0].partition(":")[0]


def labelled(example: Example | Reject) -> list[tuple[str, str]]:
    assert isinstance(example, Example), example
    return [(s.label, example.fields["text"][s.fragments[0][0]:s.fragments[0][1]])
            for s in example.spans]


def saved(folder: Path, kind: str, dataset: Dataset) -> Path:
    path = folder / f"in.{kind}"
    if kind == "folder":
        dataset.save_to_disk(path)
    elif kind == "parquet":
        dataset.to_parquet(path)
    else:
        with pa.ipc.new_stream(str(path), dataset.data.table.schema) as out:
            out.write_table(dataset.data.table)
    return path


@pytest.mark.parametrize("kind", ["folder", "parquet", "arrow"])
def test_class_labels_are_read_by_name(tmp_path: Path, kind: str) -> None:
    dataset = Dataset.from_dict(
        {"tokens": [["Anna", "Bo", "left"], ["x"]], "ner_tags": [[1, 2, 0], [0]]}, TAGGED)
    first, second = read(saved(tmp_path, kind, dataset), lang="en", format="dataset")
    assert labelled(first) == [("PER", "Anna Bo")]
    assert labelled(second) == []


def test_text_and_spans_columns_are_the_own_form(tmp_path: Path) -> None:
    dataset = Dataset.from_list([
        {"id": "a", "lang": "en", "text": "Anna left", "day": date(2020, 1, 2),
         "spans": [{"start": 0, "end": 4, "label": "PER"}]},
        {"id": "b", "lang": "de", "text": "Ja", "day": None, "spans": None},
    ])
    first, second = read(saved(tmp_path, "parquet", dataset))
    assert labelled(first) == [("PER", "Anna")]
    assert isinstance(first, Example) and isinstance(second, Example)
    assert (first.meta, second.lang) == ({"day": "2020-01-02"}, "de")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"tokens": ["a"], "tags": ["Q"]}, "unknown-tag"),
        ({"tokens": ["a"], "tags": ["O", "O"]}, "tags-differ"),
        ({"tokens": None, "tags": ["O"]}, "missing-key"),
        ({"tokens": ["a", None], "tags": ["O", "O"]}, "wrong-type"),
        ({"tokens": [], "tags": []}, "empty-text"),
    ],
)
def test_bad_row_is_rejected_with_its_reason(
    tmp_path: Path, row: dict[str, Any], expected: str
) -> None:
    good = {"tokens": ["a"], "tags": ["B-X"]}
    found = list(read(saved(tmp_path, "folder", Dataset.from_list([good, row, good])), lang="en"))
    assert [isinstance(each, Example) for each in found] == [True, False, True]
    assert code(found[1]) == expected


def test_tag_number_without_a_name_is_rejected(tmp_path: Path) -> None:
    table = pa.table({"tokens": [["a"], ["b"]], "ner_tags": [[7], [0]]},
                     schema=TAGGED.arrow_schema)
    pq.write_table(table, tmp_path / "in.parquet")
    bad, good = read(tmp_path / "in.parquet", lang="en")
    assert code(bad) == "unknown-tag"
    assert isinstance(good, Example)


def test_text_that_is_not_utf8_is_rejected_alone(tmp_path: Path) -> None:
    texts = pa.array([b"good", b"\xff", b"fine"]).view(pa.string())
    pq.write_table(pa.table({"text": texts}), tmp_path / "in.parquet")
    found = list(read(tmp_path / "in.parquet", lang="en"))
    assert [isinstance(row, Example) for row in found] == [True, False, True]
    assert code(found[1]) == "invalid-utf8"


def test_a_table_that_is_packed_from_outside_is_named(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["a"]}), tmp_path / "in.parquet")
    (tmp_path / "in.parquet.gz").write_bytes(
        gzip.compress((tmp_path / "in.parquet").read_bytes()))
    with pytest.raises(InputError, match=r"packed twice; unpack it to in\.parquet"):
        read(tmp_path / "in.parquet.gz", lang="en")


def test_unusable_tables_say_what_is_expected(tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no")
    (tmp_path / "folder").mkdir()
    pq.write_table(pa.table({"words": ["a"]}), tmp_path / "columns.parquet")
    pq.write_table(pa.table({"text": ["a"]}), tmp_path / "language.parquet")
    for name, message in [("broken.parquet", "save_to_disk"), ("folder", "save_to_disk"),
                          ("columns.parquet", "no text"), ("language.parquet", "language")]:
        with pytest.raises(InputError, match=message):
            read(tmp_path / name)
