"""Columns that the caller names by number or by name overrule what the file looks like."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import guess_format, read
from crosslabel.pipeline.recipe.file import load
from crosslabel.projection.errors import InputError

TABLE = "a1\tNora\tB-PER\tO\tNOUN\na2\tLindt\tI-PER\tB-ORG\tNOUN\n\nb1\tran\tO\tB-EVENT\tVERB\n"


def rows(folder: Path, content: str, name: str = "in.conll", **options: Any) -> list[Any]:
    (folder / name).write_text(content, encoding="utf-8")
    return list(read(folder / name, lang="en", **options))


def names(row: Example | Reject) -> list[tuple[str, str]]:
    assert isinstance(row, Example), row
    return [(row.fields["text"][slice(*span.fragments[0])], span.label) for span in row.spans]


@pytest.mark.parametrize(
    ("tags", "first", "second"),
    [(3, [("Nora Lindt", "PER")], []), ("4", [("Lindt", "ORG")], [("ran", "EVENT")]),
     ("3,4", [("Nora Lindt", "PER"), ("Lindt", "ORG")], [("ran", "EVENT")]),
     ((4, 3), [("Nora Lindt", "PER"), ("Lindt", "ORG")], [("ran", "EVENT")])],
)
def test_columns_are_named_by_numbers_from_one(
    tmp_path: Path, tags: Any, first: list[tuple[str, str]], second: list[tuple[str, str]]
) -> None:
    found = rows(tmp_path, TABLE, columns={"tokens": 2, "tags": tags})
    assert [names(row) for row in found] == [first, second]
    assert [row.fields["text"] for row in found] == ["Nora Lindt", "ran"]


def test_numbers_of_columns_say_that_a_text_is_columns(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("a Nora\nb ran\n")
    columns = {"tokens": "2", "tags": "1"}
    assert guess_format(tmp_path / "in.txt", columns=columns) == "conll"
    [bad] = read(tmp_path / "in.txt", lang="en", columns=columns)
    assert isinstance(bad, Reject) and bad.reasons[0].startswith("unknown-tag: line 1")


def test_names_of_columns_that_are_numbers_stay_names_in_tables(tmp_path: Path) -> None:
    [row] = rows(tmp_path, "0\t1\nNora ran.\tnews\n", "in.tsv", columns={"text": 0, "label": 1})
    assert (row.fields["text"], row.label) == ("Nora ran.", "news")


def test_labels_of_words_are_in_the_column_that_is_named(tmp_path: Path) -> None:
    first, _ = rows(tmp_path, TABLE, columns={"tokens": 2, "tags": 5}, task="words")
    assert first.words[0].labels == ("NOUN", "NOUN")


def test_a_column_that_differs_from_sentence_to_sentence_ends_them(tmp_path: Path) -> None:
    content = "x Nora B-PER\nx ran O\ny Ben B-PER\ny sat O\n"
    found = rows(tmp_path, content, columns={"id": 1, "tokens": 2, "tags": 3})
    assert [row.fields["text"] for row in found] == ["Nora ran", "Ben sat"]


def test_columns_are_named_as_the_first_line_or_a_comment_names_them(tmp_path: Path) -> None:
    columns = {"tokens": "TOKEN", "tags": "NE-FINE"}
    header = "TOKEN\tNE-COARSE\tNE-FINE\n"
    comment = "# global.columns = TOKEN NE-COARSE NE-FINE\n"
    for above in (header, comment):
        [row] = rows(tmp_path, above + "Nora\tB-pers\tB-pers.ind\nran\tO\tO\n", "in.tsv",
                     columns=columns, format="conll")
        assert names(row) == [("Nora", "pers.ind")]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"tokens": 2}, "add tags"),
        ({"tokens": 2, "tags": 3, "text": 1}, "leave out text"),
        ({"tokens": 7, "tags": 3}, "no column 7 (columns: tokens); its lines have 5"),
        ({"tokens": 0, "tags": 3}, "no column 0 (columns: tokens)"),
        ({"tokens": 1, "tags": "ner"}, "no column 'ner' (columns: tags); the file does not name"),
    ],
)
def test_columns_that_the_file_has_not_are_refused(
    tmp_path: Path, columns: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(InputError) as refused:
        rows(tmp_path, TABLE, columns=columns)
    assert message in str(refused.value) and "in.conll: " in str(refused.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [({"tokens": 2, "tags": 3}, {"tokens": "2", "tags": "3"}),
     ({"tokens": 2, "tags": [3, 4]}, {"tokens": "2", "tags": "3,4"}),
     ({"tokens": "2", "tags": "3,4"}, {"tokens": "2", "tags": "3,4"})],
)
def test_recipes_take_numbers_and_lists(given: Any, kept: Any) -> None:
    recipe = load("demo-ner", [f"source.columns={json.dumps(given)}"])
    assert recipe.source.columns == kept


def test_a_recipe_does_not_take_columns_of_other_kinds() -> None:
    for value in (True, {"a": 1}, 1.5, [[1]]):
        with pytest.raises(InputError, match="columns"):
            load("demo-ner", [f"source.columns={json.dumps({'tokens': 1, 'tags': value})}"])
