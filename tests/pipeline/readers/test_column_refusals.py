"""Files in columns that are not clear are refused with what was seen and with settings that help;
texts that are no columns stay texts.
"""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.readers import guess_format, read
from crosslabel.projection.errors import InputError
from tests.pipeline.readers.column_files.prose import PROSE
from tests.pipeline.readers.column_files.refused import POS_SENTENCES, REFUSED, RefusedFile


def written(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("file", REFUSED, ids=str)
def test_unclear_files_are_refused_by_name_with_the_way_out(
    tmp_path: Path, file: RefusedFile
) -> None:
    path = written(tmp_path, file.name, file.content)
    with pytest.raises(InputError) as refused:
        list(read(path, lang="en"))
    message = str(refused.value)
    assert message.startswith(f"{path}: ")
    assert [part for part in file.said if part not in message] == []
    if file.way_out:
        rows = list(read(path, lang="en", **file.way_out))  # type: ignore[arg-type]
        assert rows and any(isinstance(row, Example) for row in rows)


@pytest.mark.parametrize("name", PROSE)
def test_texts_stay_texts(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, "in.txt", PROSE[name])
    assert guess_format(path) == "text"
    rows = list(read(path, lang="en"))
    assert len(rows) == PROSE[name].count("\n")


WORDS = ("O", "a", "B-52", "I", "the", "sea", "S-Bahn", "#", "1", "en:x", "PER", "NN", "night.",
         "Bremen", "and", "_", "o", "B", "-", "U-boat")


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(1, 3), st.sampled_from([" ", "\t"]))
def test_random_prose_stays_text(seed: int, shortest: int, space: str) -> None:
    chance = random.Random(seed)
    lines = [space.join(chance.choices(WORDS, k=chance.randint(shortest, shortest + 6)))
             for _ in range(chance.randint(5, 60))]
    lines.append("It is the end of the text that nobody labelled.")
    with TemporaryDirectory() as folder:
        assert guess_format(written(Path(folder), "in.txt", "\n".join(lines))) == "text"


def test_labels_of_words_are_columns_if_the_task_says_so(tmp_path: Path) -> None:
    content = "\n\n".join(own.replace("|", "\n") for own in POS_SENTENCES)
    path = written(tmp_path, "pos.txt", content)
    first, *_ = read(path, lang="en", task="words")
    assert isinstance(first, Example)
    assert first.words[0].labels == ("NOUN", "VERB", "PUNCT")


def test_parts_of_speech_in_a_conll_file_are_rejected_sentence_by_sentence(tmp_path: Path) -> None:
    path = written(tmp_path, "pos.conll", "Dogs NOUN\nbark VERB\n\nIt PRON\nrains VERB\n! PUNCT\n")
    rows = list(read(path, lang="en"))
    assert not any(isinstance(row, Example) for row in rows) and len(rows) == 2


def test_the_given_format_overrules_the_contents(tmp_path: Path) -> None:
    path = written(tmp_path, "in.txt", "Nora B-PER\nworks O\n. O\n")
    assert [len(list(read(path, format, "en"))) for format in (None, "text", "conll")] == [1, 3, 1]


def test_names_that_say_nothing_are_answered_with_what_was_seen(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"first line 'Nora works\.'; name it with format: jsonl"):
        read(written(tmp_path, "letter", "Nora works.\n"), lang="en")
