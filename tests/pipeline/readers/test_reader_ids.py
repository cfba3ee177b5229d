"""Ids of rows that have none: from their texts, never from the name of the file or the line."""

from __future__ import annotations

import json
from pathlib import Path

from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.readers.ids import hashed

FILES = {
    "a.txt": "{}\n",
    "b.conll": "{} O\n\n",
    "c.jsonl": '{{"text": "{}"}}\n',
    "d.tsv": "text\tlabel\n{}\tx\n",
    "e.conllu": "1\t{}" + "\t_" * 8 + "\n\n",
}


def ids(file: Path) -> list[str]:
    return [row.id for row in read(file, lang="en") if isinstance(row, Example)]


def test_equal_texts_have_equal_ids_in_every_format_and_under_every_name(tmp_path: Path) -> None:
    for name, form in FILES.items():
        (tmp_path / name).write_text(form.format("Anna"))
    found = {tuple(ids(tmp_path / name)) for name in FILES}
    assert found == {(hashed({"text": "Anna"}),)}


def test_rows_keep_their_ids_when_rows_are_added_and_labels_corrected(tmp_path: Path) -> None:
    before, after = tmp_path / "a.conll", tmp_path / "b.conll"
    before.write_text("Anna B-LOC\n\nleft O\n")
    after.write_text("Ben O\n\nAnna B-PER\n\nleft O\n")
    assert ids(after)[1:] == ids(before)


def test_rows_with_the_same_texts_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("No.\nYes.\nNo.\nNo.\n")
    no, yes, second, third = ids(tmp_path / "a.txt")
    assert (second, third) == (f"{no}-2", f"{no}-3")
    assert yes != no


def test_a_null_and_an_empty_id_count_as_none(tmp_path: Path) -> None:
    rows = [{"id": None, "text": "a"}, {"id": "", "text": "b"}, {"text": "c"},
            {"id": 7, "text": "d"}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert ids(tmp_path / "a.jsonl") == [*(hashed({"text": text}) for text in "abc"), "7"]
