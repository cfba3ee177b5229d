"""The front of the readers: formats and their names, plain text, files that cannot be read."""

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import FORMATS, guess_format, read
from crosslabel.projection.errors import InputError
from tests.unmarked import is_unmarked


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.jsonl", "jsonl"), ("a.JSONL.gz", "jsonl"), ("a.b.conll", "conll"), ("a.iob2.gz", "conll"),
     ("a.txt", "text"), ("a.parquet", "dataset"), ("a.arrow", "dataset")],
)
def test_format_is_guessed_from_the_name(name: str, format: str) -> None:
    assert guess_format(Path(name)) == format


def test_unknown_names_list_the_known_formats(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_text("a")
    for format in (None, "docx"):
        with pytest.raises(InputError, match=", ".join(FORMATS)):
            read(tmp_path / "a.docx", format=format)


def test_given_format_comes_before_the_name(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_text("Hello\n")
    [row] = read(tmp_path / "a.docx", format="text", lang="en")
    assert isinstance(row, Example)


@pytest.mark.parametrize("format", list(FORMATS))
def test_missing_file_is_named(tmp_path: Path, format: str) -> None:
    with pytest.raises(InputError, match=r"nowhere\.jsonl: no such file"):
        read(tmp_path / "nowhere.jsonl", format=format, lang="en")


@pytest.mark.parametrize("format", ["jsonl", "conll", "text"])
def test_folder_in_place_of_a_file_is_named(tmp_path: Path, format: str) -> None:
    with pytest.raises(InputError, match=str(tmp_path)):
        list(read(tmp_path, format=format, lang="en"))


def test_damaged_gzip_keeps_the_rows_before_it_and_says_where(tmp_path: Path) -> None:
    file = tmp_path / "a.txt.gz"
    content = b"".join(b"%d line\n" % n for n in range(100_000))
    file.write_bytes(gzip.compress(content)[:-40_000])
    rows = read(file, lang="en")
    assert isinstance(next(rows), Example)
    with pytest.raises(InputError, match=r"a\.txt\.gz, row \d+: cannot be read on"):
        list(rows)


def test_text_gives_one_row_per_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("One\u2028still one\r\n\n \nTwo\n".encode() + b"\xff\nlast")
    rows = list(read(tmp_path / "a.txt", lang="en"))
    assert [isinstance(row, Example) for row in rows] == [True, False, False, True, False, True]
    assert [row.reasons[0].partition(":")[0] for row in rows if isinstance(row, Reject)] == [
        "empty-text", "empty-text", "invalid-utf8"]
    assert isinstance(rows[0], Example)
    assert rows[0].fields["text"] == "One\u2028still one"


def test_text_needs_a_language(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Hello\n")
    with pytest.raises(InputError, match="give it"):
        read(tmp_path / "a.txt")


def test_endless_line_is_one_reject_and_the_next_line_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * ((1 << 24) + 5) + b"\nnext\n")
    long, short = read(tmp_path / "a.txt", lang="en")
    assert isinstance(long, Reject) and len(long.raw) < 1000
    assert isinstance(short, Example)


@given(st.lists(st.binary().filter(lambda line: b"\n" not in line)))
def test_every_line_of_text_is_accounted_for(lines: list[bytes]) -> None:
    assume(is_unmarked(b"\n".join(lines)))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "a.txt"
        file.write_bytes(b"".join(line + b"\n" for line in lines))
        assert len(list(read(file, lang="en", format="text"))) == len(lines)


@given(st.binary())
def test_bytes_of_any_kind_never_crash_a_reader(content: bytes) -> None:
    assume(is_unmarked(content))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "a"
        file.write_bytes(content)
        for format in FORMATS:
            try:
                rows = list(read(file, format=format, lang="en"))
            except InputError as error:
                assert str(file) in str(error)
                assert format not in ("jsonl", "text", "slots")
            else:
                assert len(rows) <= content.count(b"\n") + 1
