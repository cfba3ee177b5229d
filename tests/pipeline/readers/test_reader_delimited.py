"""Tab- and comma-separated tables: layouts, cells, and bad records that harm no other."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import guess_format, read
from crosslabel.projection.errors import InputError

TEXT_LABEL = {"text": "t", "label": "l"}


def rows(folder: Path, name: str, content: str | bytes, **options: Any) -> list[Example | Reject]:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(file, **({"lang": "en"} | options)))


def example(row: Example | Reject) -> Example:
    assert isinstance(row, Example), row
    return row


def shown(found: list[Example | Reject]) -> list[str]:
    """Texts of examples, codes of rejects."""
    return [row.fields["text"] if isinstance(row, Example) else row.reasons[0].partition(":")[0]
            for row in found]


def test_own_names_are_known(tmp_path: Path) -> None:
    content = "id\tlang\tpremise\thypothesis\tvalue\tnote\nx\tde\ta\tb\t-2.5e1\tseen\n"
    [row] = map(example, rows(tmp_path, "in.tsv", content, lang=None))
    assert (row.id, row.lang, row.task, row.value) == ("x", "de", "text", -25.0)
    assert row.fields == {"premise": "a", "hypothesis": "b"}
    assert row.meta == {"note": "seen"}


def test_paws_x_is_known(tmp_path: Path) -> None:
    [row] = map(example, rows(tmp_path, "in.tsv",
                              'id\tsentence1\tsentence2\tlabel\n7\tHe said "a\tb"\t0\n'))
    assert (row.id, row.label) == ("7", "0")
    assert row.fields == {"sentence1": 'He said "a', "sentence2": 'b"'}


def test_xnli_is_known_and_ids_count_per_language(tmp_path: Path) -> None:
    content = ("language\tgold_label\tsentence1_parse\tsentence1\tsentence2\tpairID\tmatch\n"
               "de\tneutral\t( A )\tA\tB\t1\tTrue\nen\tentailment\t( a )\ta\tb\t1\tTrue\n"
               "en\t-\t( c )\tc\td\t2\tFalse\nen\tneutral\t( e )\te\tf\t1\tTrue\n")
    german, english, undecided, again = rows(tmp_path, "in.tsv", content, lang=None)
    assert (example(german).lang, example(german).id) == ("de", "1")
    assert (example(english).lang, example(english).id) == ("en", "1")
    assert example(english).fields == {"premise": "a", "hypothesis": "b"}
    assert (example(undecided).label, example(undecided).task) == (None, "text")
    assert isinstance(again, Reject)
    assert again.reasons[0].startswith("duplicate-id: '1' is also the id of row 3")


def test_sts_b_is_known_and_its_scores_are_numbers(tmp_path: Path) -> None:
    head = "index\tgenre\tsource1\tsentence1\tsentence2\tscore\n"
    content = head + "".join(f"{n}\tnews\tx\ta\tb\t{score}\n" for n, score in enumerate(
        ["4.75", "", "five", "nan", "1e999", "1_0", "3"]))
    found = rows(tmp_path, "in.tsv", content)
    assert [row.value if isinstance(row, Example) else row.reasons[0].partition(":")[0]
            for row in found] == [4.75, None, "not-a-number", "not-finite", "not-finite",
                                  "not-a-number", 3.0]
    assert example(found[1]).task == "text"


def test_columns_of_other_names_are_named(tmp_path: Path) -> None:
    [row] = map(example, rows(tmp_path, "in.csv", "t,l,id\na,b,c\n", columns=TEXT_LABEL))
    assert (row.id, row.fields, row.label) == ("c", {"text": "a"}, "b")


def test_tokens_and_tags_of_a_cell_are_separated_by_spaces(tmp_path: Path) -> None:
    content = "words,tags\nAnna left,B-PER O\nBo,O O\n"
    good, bad = rows(tmp_path, "in.csv", content, columns={"tokens": "words", "tags": "tags"})
    assert [span.fragments for span in example(good).spans] == [((0, 4),)]
    assert isinstance(bad, Reject) and bad.reasons[0].startswith("tags-differ")
    labels = rows(tmp_path, "in.csv", "words,tags\nDogs bark,NOUN _\n", task="words",
                  columns={"tokens": "words", "tags": "tags"})
    assert example(labels[0]).words[0].labels == ("NOUN", None)


@pytest.mark.parametrize(
    ("header", "options", "message"),
    [
        ("a,b", {}, "names no text that is known; its keys are a, b, the nearest known"),
        ("a,b", {"columns": TEXT_LABEL}, r"has no column 't' \(columns: text\); it has a, b"),
        ("text,text,label", {}, "two columns are called 'text'"),
        ("text,label", {"lang": None}, "has no column lang"),
        ("text,s", {"columns": {"text": "text", "spans": "s"}}, "a cell cannot hold spans"),
        ('"text,label', {}, "first line does not name columns: malformed-csv"),
        ("", {}, "name the keys with columns"),
    ],
)
def test_header_that_cannot_be_used_says_why(
    tmp_path: Path, header: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=rf"in\.csv: .*{message}"):
        rows(tmp_path, "in.csv", f"{header}\n", **options)


@pytest.mark.parametrize("name", ["in.tsv", "in.csv", "in.csv.gz", "in.tsv.gz"])
def test_byte_order_mark_and_windows_line_ends_are_no_text(tmp_path: Path, name: str) -> None:
    split = "\t" if "tsv" in name else ","
    content = f"\ufefftext{split}label\r\none{split}x\r\ntwo{split}y\r\n".encode()
    found = rows(tmp_path, name, gzip.compress(content) if name.endswith("gz") else content)
    assert [(example(row).fields["text"], example(row).label) for row in found] == [
        ("one", "x"), ("two", "y")]


@pytest.mark.parametrize("name", ["in.tsv", "in.csv"])
def test_header_alone_and_nothing_at_all_have_no_rows(tmp_path: Path, name: str) -> None:
    split = "\t" if name == "in.tsv" else ","
    assert rows(tmp_path, name, f"text{split}label\n") == []
    assert rows(tmp_path, name, "", format=name[-3:]) == []


def test_bad_lines_of_a_tsv_are_rejects_with_their_numbers(tmp_path: Path) -> None:
    content = b"text\tlabel\na\tx\tmore\n\nb\ty\n\xff\tz\n\tz\nc\t\nd\0\tz\n"
    found = rows(tmp_path, "in.tsv", content)
    assert shown(found) == ["wrong-columns", "wrong-columns", "b", "invalid-utf8", "empty-text",
                            "c", "d\0"]
    assert [row.row for row in found if isinstance(row, Reject)] == [2, 3, 5, 6]
    assert "line 2 has 3 columns, the first line has 2" in str(found[0])
    assert example(found[5]).label is None


def test_quoted_cells_hold_commas_quotes_and_line_breaks(tmp_path: Path) -> None:
    content = 'text,label\n"a, ""b""\r\nc\rd\n",x\n5" disk,y\n'
    found = rows(tmp_path, "in.csv", content)
    assert shown(found) == ['a, "b"\r\nc\rd\n', '5" disk']


def test_lone_quotes_take_no_other_row_with_them(tmp_path: Path) -> None:
    content = ('text,label\n"open,x\nb,y\n"two\nlines",z\n"c" d,w\ne,v\n"never closed,u\n'
               + "f,t\n" * 5)
    found = rows(tmp_path, "in.csv", content)
    assert shown(found) == ["malformed-csv", "b", "two\nlines", "malformed-csv", "e",
                            "malformed-csv", *["f"] * 5]
    assert [row.row for row in found if isinstance(row, Reject)] == [2, 6, 8]


def test_quote_that_is_never_closed_before_a_long_rest_is_one_reject(tmp_path: Path) -> None:
    long = "word " * 3000
    found = rows(tmp_path, "in.csv", 'text,label\n"open,x\n' + f"{long},y\n" * 200)
    assert shown(found) == ["malformed-csv", *[long] * 200]


def test_cells_longer_than_the_csv_module_allows_by_itself_are_read(tmp_path: Path) -> None:
    long = "word " * 60_000
    found = rows(tmp_path, "in.csv", f'text,label\n"{long}",x\na,y\n', max_characters=400_000)
    assert shown(found) == [long, "a"]
    assert shown(rows(tmp_path, "in.csv", f'text,label\n"{long}",x\na,y\n')) == [
        "text-too-long", "a"]


def test_bytes_that_are_not_utf8_reject_their_record_alone(tmp_path: Path) -> None:
    found = rows(tmp_path, "in.csv", b'text,label\n"a\n\xe9",x\nb,y\n')
    assert shown(found) == ["invalid-utf8", "b"]
    assert "0xe9" in str(found[0])


@pytest.mark.parametrize(
    ("line", "format"),
    [("text\tlabel", "tsv"), ("id\tsentence1\tsentence2\tlabel", "tsv"), ("Anna\tB-PER", "conll"),
     ("Anna\tPROPN\tO", "conll"), ("Anna NNP O", "conll"), ("# text = Anna", "conll"),
     ("-DOCSTART- -X- O", "conll"), ("", "conll"), ("#\ttext\tlabel", "tsv"), ("a\tb", "tsv")],
)
def test_a_file_called_tsv_is_told_by_its_first_line(
    tmp_path: Path, line: str, format: str
) -> None:
    for name, pack in (("in.tsv", bytes), ("in.tsv.gz", gzip.compress)):
        (tmp_path / name).write_bytes(pack(f"{line}\n".encode()))
        assert guess_format(tmp_path / name) == format


LINE = st.binary(max_size=12).map(lambda line: line.replace(b"\n", b""))


@given(st.lists(LINE))
def test_every_line_of_a_tsv_is_accounted_for(lines: list[bytes]) -> None:
    content = b"text\tlabel\n" + b"".join(line + b"\n" for line in lines)
    with TemporaryDirectory() as folder:
        assert len(rows(Path(folder), "in.tsv", content)) == len(lines)


ODD = st.sampled_from('a",\n\r é')
QUOTED = st.text(ODD | st.characters(exclude_categories=["Cs"]), max_size=6)


@given(st.lists(st.tuples(QUOTED, QUOTED), min_size=1), st.sampled_from(["\n", "\r\n"]))
def test_csv_is_read_as_the_standard_library_reads_it(
    records: list[tuple[str, str]], end: str
) -> None:
    assume(not {"-", "-1"} & {label for _, label in records})  # these may mean "no label"
    made = io.StringIO()
    out = csv.writer(made, lineterminator=end, quoting=csv.QUOTE_ALL)
    out.writerows([("t", "l"), *records])
    with TemporaryDirectory() as folder:
        found = rows(Path(folder), "in.csv", made.getvalue(), columns=TEXT_LABEL)
    assert [(row.fields["text"], row.label or "") if isinstance(row, Example) else "empty-text"
            for row in found] == [
        (text, label if label.strip() else "") if text.strip() else "empty-text"
        for text, label in records]


@given(st.lists(st.tuples(QUOTED, QUOTED)), st.lists(LINE))
def test_good_records_after_rubbish_come_through(
    records: list[tuple[str, str]], rubbish: list[bytes]
) -> None:
    good = "".join(f"good{n},x\n" for n in range(3)).encode()
    bad = b"".join(line.replace(b'"', b"'") + b"\n" for line in rubbish)
    with TemporaryDirectory() as folder:
        found = rows(Path(folder), "in.csv", b"text,label\n" + bad + b'"open\n' + good)
    assert shown(found)[-3:] == ["good0", "good1", "good2"]
    assert len(found) == len(rubbish) + 4
