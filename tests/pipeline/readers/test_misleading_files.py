"""Files that look like columns and are none, or the other way round, are never misread."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import guess_format, read
from crosslabel.projection.errors import InputError
from tests.pipeline.readers.column_files.misleading import REFUSED, TABLES, TEXTS, WORDS_REFUSED
from tests.pipeline.readers.column_files.refused import RefusedFile
from tests.pipeline.readers.test_column_refusals import written


@pytest.mark.parametrize("file", REFUSED, ids=str)
def test_misleading_files_are_refused_with_a_way_out(tmp_path: Path, file: RefusedFile) -> None:
    refused(tmp_path, file, {})


@pytest.mark.parametrize("file", WORDS_REFUSED, ids=str)
def test_unclear_labels_of_words_are_refused(tmp_path: Path, file: RefusedFile) -> None:
    refused(tmp_path, file, {"task": "words"})


def refused(folder: Path, file: RefusedFile, options: dict[str, str]) -> None:
    path = written(folder, file.name, file.content)
    with pytest.raises(InputError) as error:
        list(read(path, lang="en", **options))  # type: ignore[arg-type]
    assert str(error.value).startswith(f"{path}: ")
    assert [part for part in file.said if part not in str(error.value)] == []
    if file.way_out:
        found = list(read(path, lang="en", **file.way_out))  # type: ignore[arg-type]
        assert any(isinstance(row, Example) for row in found)


@pytest.mark.parametrize("name", TEXTS)
def test_verse_and_lists_stay_texts(tmp_path: Path, name: str) -> None:
    assert guess_format(written(tmp_path, "in.txt", TEXTS[name])) == "text"


@pytest.mark.parametrize("name", TABLES)
def test_tables_of_names_and_words_are_no_columns(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="names no text that is known"):
        list(read(written(tmp_path, name, TABLES[name]), lang="en"))


@pytest.mark.parametrize(("content", "code"), [
    ("Nora O B-PER\nran O O\nhome O O\n\n" * 300 + "Ben B-PER O\nsat O O\n", "unknown-tag"),
    ("Nora PER\nran O\nhome O\n\n" * 300 + "Ben B-PER\nsat O\n", "unknown-tag"),
    ("Nora B-PER\nran O\nhome O\n\n" * 9 + "Ben B-PER#B-LOC\nsat O\n", "unknown-tag"),
    ("Nora B-PER\nran O\nhome O\n\n" * 9 + "B\0n B-PER\nsat O\n", "nul-byte"),
    ("Nora ran.\nBen sat home.\nA\0nn sang.\n", "nul-byte"),
], ids=["late tags", "late scheme", "several tags", "NUL in a word", "NUL in a text"])
def test_a_sentence_that_contradicts_the_layout_is_rejected_alone(
    tmp_path: Path, content: str, code: str
) -> None:
    *good, last = read(written(tmp_path, "in.txt", content), lang="en")
    assert all(isinstance(row, Example) for row in good)
    assert isinstance(last, Reject) and last.reasons[0].startswith(f"{code}: ")


@pytest.mark.parametrize("content", [
    '\n{"text": "Nora ran.", "spans": [{"start": 0, "end": 4, "label": "PER"}]}\n',
    '[{"text": "Nora ran.", "spans": [{"start": 0, "end": 4, "label": "PER"}]}]\n',
    '[\n{"text": "Nora ran.", "spans": [{"start": 0, "end": 4, "label": "PER"}]}\n]\n'])
def test_json_in_a_text_file_is_read_as_json(tmp_path: Path, content: str) -> None:
    *_, row = read(written(tmp_path, "in.txt", content), lang="en")
    assert isinstance(row, Example) and [span.label for span in row.spans] == ["PER"]


def test_the_part_of_speech_before_the_base_form_is_the_label(tmp_path: Path) -> None:
    path = written(tmp_path, "tt.tsv", "Nora\tNNP\tnora\nruns\tVBZ\trun\n.\t.\t.\n\n"
                   "It\tPRP\tit\nrains\tVBZ\train\n")
    first, _ = read(path, lang="en", task="words")
    assert isinstance(first, Example) and first.words[0].labels == ("NNP", "VBZ", ".")


@pytest.mark.parametrize("content", [
    "nora Nora B-PER\nrun ran O\n\nben Ben B-PER\nsit sat O\n",
    "ab Nora B-PER\ncd ran O\nab Ann B-PER\n\nab Ben B-PER\ncd sat O\n",
], ids=["base form first", "few labels first"])
def test_the_word_is_the_column_with_words(tmp_path: Path, content: str) -> None:
    first, *_ = read(written(tmp_path, "in.txt", content), lang="en")
    assert isinstance(first, Example) and first.fields["text"].startswith("Nora ran")
