"""Text in UTF-16 and UTF-32 with a mark, through every reader of text."""

from __future__ import annotations

import codecs
import gzip
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import guess_format, read
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.lines import lines

MARKED = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
FILES = {
    "a.jsonl": '{"id": "1", "lang": "en", "text": "Zoë 🎻 left.", "spans": [{"start": 0, "end": 3, '
               '"label": "PER"}]}\n{"id": "2", "lang": "en", "text": "No ಕ here."}\n',
    "a.conll": "Zoë B-PER\nplays O\n🎻 O\n\nBremen B-LOC\n",
    "a.conllu": "# text = Zoë plays\n" + "".join(
        f"{n}\t{word}\t_\tX\t_\t_\t_\t_\t_\t_\n" for n, word in ((1, "Zoë"), (2, "plays"))),
    "a.txt": "Zoë left.\r\n\r\nಕ 🎻\r\n",
    "a.tsv": "text\tlabel\nZoë left.\tyes\n🎻\tno\n",
    "a.csv": 'text,label\n"Zoë\n""left""",yes\n🎻,no\n',
    "a.slots": "# intent: go\n1\tZoë\tgo\tB-who\n2\tleaves\tgo\tO\n",
    "a.json": '{"data": [{"title": "t", "paragraphs": [{"context": "Zoë 🎻 left.", "qas": '
              '[{"id": "1", "question": "Who?", "answers": '
              '[{"text": "Zoë", "answer_start": 0}]}]}]}]}',
}


def _read(folder: Path, name: str, content: bytes) -> list[Example | Reject]:
    file = folder / name
    file.write_bytes(content)
    format = "slots" if ".slots" in name else guess_format(file)
    return list(read(file, format, lang="en"))


@pytest.mark.parametrize("encoding", MARKED)
@pytest.mark.parametrize("name", FILES)
def test_every_format_reads_as_in_plain_utf8(tmp_path: Path, name: str, encoding: str) -> None:
    expected = _read(tmp_path, name, FILES[name].encode())
    assert any(isinstance(row, Example) for row in expected)
    marked = MARKED[encoding] + FILES[name].encode(encoding)
    assert _read(tmp_path, name, marked) == expected
    assert [_without_file(row) for row in _read(tmp_path, f"{name}.gz", gzip.compress(marked))] == [
        _without_file(row) for row in expected]


def _without_file(row: Example | Reject) -> object:
    return row if isinstance(row, Example) else (row.row, row.reasons)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.sampled_from([*MARKED]))
def test_lines_are_those_of_utf8(text: str, encoding: str) -> None:
    with TemporaryDirectory() as folder:
        file, plain = Path(folder) / "a", Path(folder) / "plain"
        # The first letter keeps a mark in the text from being the mark of the file.
        file.write_bytes(MARKED[encoding] + ("x" + text).encode(encoding))
        plain.write_bytes(("x" + text).encode())
        assert list(lines(file)) == list(lines(plain))


@pytest.mark.parametrize(("encoding", "wrong"), [
    ("utf-16-le", b"\x00\xd8"), ("utf-16-be", b"\xdc\x00"), ("utf-32-le", b"\x00\x00\x11\x00"),
    ("utf-32-be", b"\x00\x00\xd8\x00"),
])  # fmt: skip
def test_what_is_wrong_rejects_its_row_alone(
    tmp_path: Path, encoding: str, wrong: bytes
) -> None:
    parts = [b"One\n", b"a", b"\nThree\n"]
    coded = [part.decode().encode(encoding) for part in parts]
    content = MARKED[encoding] + coded[0] + coded[1] + wrong + coded[2]
    rows = _read(tmp_path, "a.txt", content)
    assert [type(row) for row in rows] == [Example, Reject, Example]
    assert isinstance(rows[1], Reject) and rows[1].row == 2
    assert rows[1].reasons[0].startswith("invalid-utf8")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_a_file_that_ends_within_a_character_rejects_its_last_row(
    tmp_path: Path, encoding: str
) -> None:
    content = MARKED[encoding] + "One\nTwo".encode(encoding)
    rows = _read(tmp_path, "a.txt", content[:-1])
    assert [type(row) for row in rows] == [Example, Reject]


@given(st.binary(max_size=120), st.sampled_from([*MARKED]))
def test_bytes_of_any_kind_behind_a_mark_are_lines(content: bytes, encoding: str) -> None:
    with TemporaryDirectory() as folder:
        rows = _read(Path(folder), "a.txt", MARKED[encoding] + content)
    assert all(isinstance(row, Example | Reject) for row in rows)


def test_without_a_mark_utf16_is_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="UTF-16 without a byte order mark; convert the file"):
        _read(tmp_path, "a.txt", "Zoë left.\n".encode("utf-16-le"))


def test_long_lines_in_utf16_keep_their_numbers(tmp_path: Path) -> None:
    long = "ä" * 300_000
    content = codecs.BOM_UTF16_BE + f"{long}\nnext\n{long}".encode("utf-16-be")
    file = tmp_path / "a.txt"
    file.write_bytes(content)
    assert [(n, line.decode()) for n, line in lines(file)] == [(1, long), (2, "next"), (3, long)]


def test_articles_in_utf16_that_break_off_are_named(tmp_path: Path) -> None:
    content = codecs.BOM_UTF16_LE + FILES["a.json"][:-3].encode("utf-16-le")
    with pytest.raises(InputError, match=r"a\.json: not valid JSON"):
        _read(tmp_path, "a.json", content)
