"""Rows that are meant to do harm become rejects, and the rows beside them are read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.export.writers import WRITERS
from crosslabel.pipeline.readers import read
from crosslabel.projection.files.limits import (
    MAX_ANNOTATIONS,
    MAX_COLUMNS,
    MAX_FIELDS,
    MAX_LABELS,
    MAX_NAME,
    MAX_RECORD_BYTES,
    MAX_SIGNS,
)

GOOD: dict[str, Any] = {"id": "good", "lang": "en", "text": "Anna left."}


def codes(rows: list[Example | Reject]) -> list[str]:
    """The first reason of each reject, ``ok`` of each example."""
    return [row.reasons[0].partition(":")[0] if isinstance(row, Reject) else "ok" for row in rows]


def read_lines(file: Path, *rows: Any) -> list[str]:
    """What becomes of rows of JSON, each given as a value or as it stands in the file."""
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    file.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return codes(list(read(file, format="jsonl")))


def span(**changes: Any) -> dict[str, Any]:
    return {"start": 0, "end": 4, "label": "PER"} | changes


LARGE = {
    "too-many-fields": {"text": None, "fields": {f"f{n}": "a" for n in range(MAX_FIELDS + 1)}},
    "too-many-spans": {"spans": [span() for _ in range(MAX_ANNOTATIONS + 1)]},
    "too-many-relations": {"spans": [span()], "relations": [
        {"head": "0", "tail": "0", "label": "x"}] * (MAX_ANNOTATIONS + 1)},
    "too-many-probabilities": {"probabilities": {f"{n}": 0.1 for n in range(MAX_ANNOTATIONS + 1)}},
    "name-too-long": {"spans": [span(label="x" * (MAX_NAME + 1))]},
    "text-too-long": {"text": "x" * 1_000_000},
    "signs-in-a-row": {"text": "a " + "(" * (MAX_SIGNS + 1)},
    "offset-outside-text": {"spans": [span(end=10**4000)]},
    "duplicate-span-id": {"spans": [span(id="x"), span(id="x")]},
    "two-words": {"words": [{"field": "text", "ranges": [[0, 4]]}] * 2},
}


@pytest.mark.parametrize("code", LARGE)
def test_a_row_of_unreasonable_size_is_rejected(tmp_path: Path, code: str) -> None:
    assert read_lines(tmp_path / "a.jsonl", GOOD | LARGE[code], GOOD) == [code, "ok"]


@pytest.mark.parametrize("field", ["id", "label"])
def test_a_name_of_a_megabyte_is_neither_kept_nor_shown(tmp_path: Path, field: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(GOOD | {field: "x" * 1_000_000}) + "\n")
    [row] = read(file)
    assert isinstance(row, Reject)
    assert sum(map(len, (row.id or "", row.raw, *row.reasons))) < 5000


@pytest.mark.parametrize("depth", [*range(960, 1010, 2), 100_000])
@pytest.mark.parametrize("value", ['"\\u00e9"', "1e999"])
def test_deep_nesting_is_rejected_at_every_depth(tmp_path: Path, depth: int, value: str) -> None:
    deep = '{"id": "1", "x": ' + "[" * depth + value + "]" * depth + "}"
    assert read_lines(tmp_path / "a.jsonl", deep, GOOD)[1] == "ok"


@pytest.mark.parametrize("depth", [*range(940, 1000, 3)])
def test_deep_nesting_of_anything_in_squad_is_rejected(tmp_path: Path, depth: int) -> None:
    file = tmp_path / "a.json"
    deep = "[" * depth + "]" * depth
    for place in ("title", "id", "context", "question", "answers"):
        question = {"id": "1", "question": "?", "answers": [], "context": "c", "title": "t"}
        parts = {key: json.dumps(own) for key, own in question.items()} | {place: deep}
        file.write_text(
            '{{"data": [{{"title": {title}, "paragraphs": [{{"context": {context}, "qas": [{{"id": '
            '{id}, "question": {question}, "answers": {answers}}}]}}]}}]}}'.format(**parts))
        try:
            [row] = read(file, format="squad", lang="en")
        except Exception as error:
            assert "not valid JSON" in str(error)
        else:
            assert isinstance(row, Reject)


@pytest.mark.parametrize("row", ['"meta": {"x": 1e999}', '"x": [-1e999]', '"value": 1e999'])
def test_a_number_that_json_cannot_say_is_rejected(tmp_path: Path, row: str) -> None:
    bad = f'{{"id": "1", "lang": "en", "text": "a", {row}}}'
    assert read_lines(tmp_path / "a.jsonl", bad, GOOD) == ["not-finite", "ok"]


def test_more_labels_than_a_corpus_has_are_rejected(tmp_path: Path) -> None:
    rows = [GOOD | {"id": f"{n}", "task": "text", "label": f"l{n}"} for n in range(MAX_LABELS + 2)]
    found = read_lines(tmp_path / "a.jsonl", *rows, GOOD)
    assert found[-3:] == ["too-many-labels", "too-many-labels", "ok"]
    assert found.count("ok") == MAX_LABELS + 1


def test_many_unknown_labels_do_not_make_a_reason_each(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(GOOD | {"spans": [span(label=f"l{n}") for n in range(4000)]}))
    [row] = read(file, labels=[f"k{n}" for n in range(4000)])
    assert isinstance(row, Reject) and len(row.reasons) < 50
    assert all(len(reason) < 1001 for reason in row.reasons)


@pytest.mark.parametrize(
    ("format", "lines"),
    [("conllu", "1\tA\t_\tX\t_\t_\t_\t_\t_\t_\n"), ("slots", "A\tO\n"), ("conll", "A\tO\n")],
)
def test_a_comment_of_spaces_takes_no_time(tmp_path: Path, format: str, lines: str) -> None:
    file = tmp_path / "a"
    spaces = " " * 1_000_000
    file.write_text(f"# a{spaces}b\n# text: a{spaces}b\n#{spaces}= \n{lines}\n{lines}")
    assert codes(list(read(file, format=format, lang="en")))[1] == "ok"


@pytest.mark.parametrize("format", ["conll", "conllu", "slots"])
def test_a_sentence_without_end_is_one_reject(tmp_path: Path, format: str) -> None:
    file = tmp_path / "a"
    line = "1\tA\t_\tX\t_\t_\t_\t_\t_\t_\n" if format == "conllu" else "A\tO\n"
    file.write_text(line * (MAX_RECORD_BYTES // 60) + "\n" + line)
    assert codes(list(read(file, format=format, lang="en"))) == ["sentence-too-long", "ok"]


def test_a_word_number_of_many_digits_is_rejected(tmp_path: Path) -> None:
    file = tmp_path / "a"
    rest = "\tA\t_\tX\t_\t_\t_\t_\t_\t_\n"
    file.write_text("9" * 5000 + rest + "\n1-" + "9" * 5000 + rest + "\n1" + rest)
    assert codes(list(read(file, format="conllu", lang="en"))) == ["wrong-id", "wrong-id", "ok"]


def test_a_row_of_quotation_marks_is_written_as_text_in_linear_time(tmp_path: Path) -> None:
    row = {"id": "1", "lang": "en", "tokens": ["'", '"'] * 200_000}
    assert read_lines(tmp_path / "a.jsonl", row, GOOD) == ["text-too-long", "ok"]


def test_csv_is_read_without_a_limit_of_characters(tmp_path: Path) -> None:
    """As test data that is held out is."""
    file = tmp_path / "a.csv"
    file.write_text('text,label\n"a",x\n')
    assert codes(list(read(file, lang="en", max_characters=sys.maxsize))) == ["ok"]


def test_a_table_of_endless_columns_is_refused(tmp_path: Path) -> None:
    from crosslabel.projection.errors import InputError

    file = tmp_path / "a.tsv"
    file.write_text("\t".join(["text", *map(str, range(MAX_COLUMNS))]) + "\n")
    with pytest.raises(InputError, match=r"a\.tsv: the first line has 10001 columns"):
        read(file, lang="en")


@pytest.mark.parametrize("format", ["tsv", "csv"])
def test_a_text_called_by_two_lines_does_not_stop_a_table(tmp_path: Path, format: str) -> None:
    odd = Example("1", "text", "en", {"a\nb": "x"}, label="y")
    plain = Example("2", "text", "en", {"text": "x"}, label="y")
    written = WRITERS[format](tmp_path / "out", [odd, plain])
    assert written.rows + len(written.left_out) == 2
    assert written.rows >= 1


def test_line_ends_of_other_systems_and_invisible_ones_are_text(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    text = "a\u2028b\u0085c\x0bd\x1ce\rf"
    file.write_bytes(json.dumps(GOOD | {"text": text}, ensure_ascii=False).encode() + b"\r\n")
    [row] = read(file)
    assert isinstance(row, Example) and row.fields["text"] == text
