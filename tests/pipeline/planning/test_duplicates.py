"""Rows that repeat others, and test data in a corpus."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.records import Example, Reject, Span
from crosslabel.pipeline.planning.duplicates import Duplicates
from crosslabel.pipeline.planning.held_out import RUN, HeldOut
from crosslabel.pipeline.planning.rows import SourceRow, plan_source
from crosslabel.pipeline.recipe.file import load
from crosslabel.pipeline.text.same_text import Kind, normalised
from crosslabel.projection.errors import InputError

LONG = "one two three four five six seven eight nine ten eleven twelve thirteen"


def _example(text: str, label: str | None = None) -> Example:
    return Example("x", "text", "en", {"text": text}, label=label)


def _reasons(rows: Sequence[Example | Reject], kind: Kind) -> list[str | None]:
    found = Duplicates(rows, kind)
    return [found.reason(number) for number, row in enumerate(rows, 1) if isinstance(row, Example)]


@given(st.lists(st.sampled_from(["", "a", "b", "a b c", "A b, c!"]), max_size=8))
def test_exact_duplicates_name_the_first_row_with_their_text(texts: list[str]) -> None:
    first = [texts.index(text) + 1 for text in texts]
    expected = [None if row == number else f"duplicate: same text as row {row}"
                for number, row in enumerate(first, 1)]
    assert _reasons([_example(text) for text in texts], "exact") == expected


def test_near_duplicates_have_the_same_letters_and_digits() -> None:
    texts = ["He said: “No way!”", "he said no way", "He said, no  WAY...", "He said no ways"]
    found = _reasons([_example(text) for text in texts], "near")
    assert found == [None, *["duplicate: same text as row 1"] * 2, None]
    assert _reasons([_example(text) for text in texts], "exact") == [None] * 4


def test_near_duplicates_of_fewer_than_three_words_are_exact_ones() -> None:
    texts = ["Great!", "Great?", "C++", "C", "Great!", "नमस्ते", "नमस्त"]
    found = _reasons([_example(text) for text in texts], "near")
    assert [bool(reason) for reason in found] == [False] * 4 + [True] + [False] * 2


def test_fields_are_not_run_together() -> None:
    rows = [Example("x", "text", "en", {"premise": one, "hypothesis": other})
            for one, other in (("one two", "three"), ("one", "two three"))]
    assert _reasons(rows, "near") == _reasons(rows, "exact") == [None, None]


def test_unread_rows_count_but_are_no_duplicates() -> None:
    rows = [Reject("f", 1, None, ("bad",)), Reject("f", 2, None, ("bad",)),
            _example("same"), _example("same")]
    assert _reasons(rows, "exact") == [None, "duplicate: same text as row 3"]


def test_a_duplicate_with_other_labels_says_so() -> None:
    def tagged(id: str, label: str) -> Example:
        return Example("x", "spans", "en", {"text": "Anna"}, (Span(id, "text", ((0, 4),), label),))

    found = _reasons([tagged("1", "PER"), tagged("other", "PER"), tagged("1", "LOC")], "exact")
    assert found == [None, "duplicate: same text as row 1",
                     "duplicate: same text as row 1 with other labels"]


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


def _held_out(*texts: str) -> HeldOut:
    return HeldOut([(Path("other.jsonl"), []),
                    (Path("folder/test.jsonl"), [_example(text) for text in texts])])


def test_a_held_out_text_is_found_by_file_and_row() -> None:
    held_out = _held_out("Something else here.", "The cat sat!")
    assert held_out.reason(_example("the CAT sat")) == (
        "held-out: same text as row 2 of test.jsonl")
    assert held_out.reason(_example("the cat sat down")) is None


WORDS = st.lists(st.sampled_from("abcdef"), max_size=40)


@given(WORDS, WORDS)
def test_a_run_of_thirteen_words_in_common_is_leakage(one: list[str], other: list[str]) -> None:
    runs = {tuple(one[i:i + RUN]) for i in range(len(one) - RUN + 1)}
    common = any(tuple(other[i:i + RUN]) in runs for i in range(len(other) - RUN + 1))
    found = _held_out(" ".join(one)).reason(_example(", ".join(other).upper()))
    assert bool(found) == (common or (one == other and len(one) >= 3) or one == other == [])


@given(WORDS, WORDS)
def test_a_shared_run_is_found_wherever_it_stands(before: list[str], after: list[str]) -> None:
    text = " ".join([*before, LONG, *after])
    found = _held_out("First.", f"Some start, then {LONG}; and an end.").reason(_example(text))
    assert found == "held-out: 13 words in a row as in row 2 of test.jsonl"
    assert _held_out(LONG.replace("seven", "other")).reason(_example(text)) is None


def test_chinese_characters_are_words() -> None:
    text = "委员会周五发布了关于气候变化的年度报告"
    found = _held_out(f"据报道，{text}。").reason(_example(f"今天{text}，很长"))
    assert found == "held-out: 13 words in a row as in row 1 of test.jsonl"


def _plan(folder: Path, rows: Sequence[dict[str, Any] | str], *overrides: str) -> list[Any]:
    (folder / "corpus.jsonl").write_text(
        "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    recipe = folder / "recipe.yaml"
    recipe.write_text("name: mine\nsource: {path: corpus.jsonl}\ntargets: [de]\n"
                      "output: {shard_rows: 2}\n")
    source = plan_source(load(str(recipe), overrides), folder / "work")
    return [row for shard in range(len(source.hashes)) for row in source.rows(shard)]


ROWS: list[dict[str, Any] | str] = [
    {"id": "1", "text": "The cat sat."}, "{broken", {"id": "3", "text": "A dog ran off."},
    {"id": "4", "text": "the cat sat"}, {"id": "5", "text": "The cat sat."},
]


def test_planned_rows_that_repeat_others_are_rejected_in_their_place(tmp_path: Path) -> None:
    (tmp_path / "test.txt").write_text("Something.\na dog ran off\n")
    near = _plan(tmp_path, ROWS, "source.duplicates=near",
                 f"source.held_out=[{tmp_path / 'test.txt'}]")
    assert [type(row) for row in near] == [SourceRow, Reject, Reject, Reject, Reject]
    assert [row.reasons for row in near[2:]] == [
        ("held-out: same text as row 2 of test.txt",),
        ("duplicate: same text as row 1",), ("duplicate: same text as row 1",)]
    exact = _plan(tmp_path, ROWS, "source.duplicates=exact")
    assert [row.id for row in exact if isinstance(row, Reject)] == [None, "5"]
    assert len(_plan(tmp_path, ROWS)) == 5


def test_a_row_can_be_both_a_duplicate_and_test_data(tmp_path: Path) -> None:
    (tmp_path / "test.txt").write_text("The cat sat.\n")
    rows = _plan(tmp_path, ROWS, "source.duplicates=near",
                 f"source.held_out=[{tmp_path / 'test.txt'}]")
    assert [reason.split(":")[0] for reason in rows[4].reasons] == ["duplicate", "held-out"]


def test_the_plan_depends_on_what_is_in_the_held_out_file(tmp_path: Path) -> None:
    (tmp_path / "test.txt").write_text("The cat sat.\n")
    override = f"source.held_out=[{tmp_path / 'test.txt'}]"
    assert isinstance(_plan(tmp_path, ROWS, override)[0], Reject)
    (tmp_path / "test.txt").write_text("The bird sat.\n")
    assert isinstance(_plan(tmp_path, ROWS, override)[0], SourceRow)


def test_held_out_files_are_relative_to_the_recipe_file(tmp_path: Path) -> None:
    (tmp_path / "recipe.yaml").write_text(
        "name: mine\nsource: {path: c.jsonl, held_out: [tests/t.txt]}\ntargets: [de]\n")
    recipe = load(str(tmp_path / "recipe.yaml"))
    assert recipe.source.held_out == (tmp_path / "tests" / "t.txt",)
    assert recipe.public()["source"]["held_out"] == ["t.txt"]


def test_a_held_out_file_that_cannot_be_read_whole_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "test.jsonl").write_text('{"id": "1", "text": "Good."}\n{bad\n')
    with pytest.raises(InputError, match=r"test.jsonl, row 2: .*must be readable as a whole"):
        _plan(tmp_path, ROWS, f"source.held_out=[{tmp_path / 'test.jsonl'}]")
    with pytest.raises(InputError, match=r"none.txt: no such file .*source.held_out"):
        _plan(tmp_path, ROWS, f"source.held_out=[{tmp_path / 'none.txt'}]")


def test_what_is_not_looked_for_leaves_the_manifest_as_it_was(tmp_path: Path) -> None:
    _plan(tmp_path, ROWS)
    public = load(str(tmp_path / "recipe.yaml")).public()
    assert not {"duplicates", "held_out", "other_language"} & set(public["source"])
    assert public["quality"] == {"numbers": True, "ruined": True}
    off = ["quality.numbers=false", "quality.ruined=false"]
    assert "quality" not in load(str(tmp_path / "recipe.yaml"), off).public()
