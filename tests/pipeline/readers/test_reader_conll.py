"""CoNLL columns: tag schemes, documents, comments, bad lines."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import read
from crosslabel.projection.errors import InputError
from tests.unmarked import is_unmarked


def rows(folder: Path, content: str | bytes, lang: str = "en") -> list[Example | Reject]:
    file = folder / "news.train.conll"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(file, lang=lang))


def sentence(tags: str) -> str:
    return "".join(f"w{n} {tag}\n" for n, tag in enumerate(tags.split()))


def covered(example: Example | Reject) -> str:
    assert isinstance(example, Example), example
    text = example.fields["text"]
    ranges = [(span.label, *span.fragments[0]) for span in example.spans]
    return ", ".join(f"{label} {text[start:end]}" for label, start, end in ranges)


def code(row: Example | Reject) -> str:
    assert isinstance(row, Reject), row
    return row.reasons[0].partition(":")[0]


def test_columns_become_text_words_and_spans(tmp_path: Path) -> None:
    [row] = rows(tmp_path, "U.N. NNP I-NP B-ORG\ndid VBD O O\nn't RB O O\n. . O O\n")
    assert isinstance(row, Example)
    assert row.fields["text"] == "U.N. didn't."
    assert covered(row) == "ORG U.N."
    assert [row.fields["text"][a:b] for a, b in row.words[0].ranges] == ["U.N.", "did", "n't", "."]


@pytest.mark.parametrize(
    ("tags", "spans", "repairs"),
    [
        ("B-A I-A O B-B B-B", "A w0 w1, B w3, B w4", 0),
        ("B-A E-A S-B O", "A w0 w1, B w2", 0),
        ("B-A I-A L-A U-B", "A w0 w1 w2, B w3", 0),
        ("I-A I-A B-A O", "A w0 w1, A w2", 1),
        ("B-A I-B I-B O", "A w0, B w1 w2", 1),
        ("O E-A B-B O", "A w1, B w2", 2),
        ("B-A I-A", "A w0 w1", 0),
        ("B-two-part I-two-part", "two-part w0 w1", 0),
    ],
)
def test_tag_schemes_are_read_and_mended(
    tmp_path: Path, tags: str, spans: str, repairs: int
) -> None:
    [row] = rows(tmp_path, sentence(tags))
    assert covered(row) == spans
    assert isinstance(row, Example) and row.meta.get("repaired_tags", 0) == repairs


def test_document_starts_are_counted_not_read(tmp_path: Path) -> None:
    start = "-DOCSTART- -X- O O\n\n"
    found = rows(tmp_path, f"{start}a b c O\n\n\nb b c O\n{start}c b c O")
    assert [row.meta["document"] for row in found if isinstance(row, Example)] == [1, 1, 2]


def test_comments_are_kept_and_hash_words_are_words(tmp_path: Path) -> None:
    first, second = rows(tmp_path, "# id = 4\n# text = so it is O\nso\tO\n\n#\tO\n1 O\n")
    assert isinstance(first, Example) and isinstance(second, Example)
    assert first.meta == {"comments": ["id = 4", "text = so it is O"]}
    assert second.fields["text"] == "#1"


def test_only_tabs_separate_in_a_line_with_tabs(tmp_path: Path) -> None:
    [row] = rows(tmp_path, "New York\tB-LOC\nnow\u00a0then\tO\n")
    assert covered(row) == "LOC New York"


@pytest.mark.parametrize(
    ("line", "expected"),
    [("lonely", "wrong-columns"), ("a b c d e f O", "wrong-columns"), ("a NN O", "wrong-columns"),
     ("a X-PER", "unknown-tag"), ("a B-", "unknown-tag"), ("\tO", "empty-token"),
     (b"\xff O", "invalid-utf8")],
)
def test_bad_line_rejects_its_sentence_only(
    tmp_path: Path, line: str | bytes, expected: str
) -> None:
    raw = line.encode() if isinstance(line, str) else line
    found = rows(tmp_path, b"a O\n\na O\n" + raw + b"\nb O\n\nlast O\n")
    assert [isinstance(row, Example) for row in found] == [True, False, True]
    bad = found[1]
    assert code(bad) == expected
    assert isinstance(bad, Reject)
    assert bad.row == 3
    assert "line 4" in bad.reasons[0]


def test_language_must_be_given(tmp_path: Path) -> None:
    (tmp_path / "a.conll").write_text("a O\n")
    with pytest.raises(InputError, match="give it"):
        read(tmp_path / "a.conll")


WORD = st.sampled_from(["a", "#", "-DOCSTART-", "O", "B-X", "I-X", "Q", "", "\xff"])
LINES = st.lists(st.binary() | st.builds(lambda words: " ".join(words).encode("latin-1"),
                                         st.lists(WORD)))


@given(LINES)
def test_every_sentence_is_accounted_for(lines: list[bytes]) -> None:
    content = b"\n".join(lines)
    assume(is_unmarked(content))
    with TemporaryDirectory() as folder:
        try:
            found = rows(Path(folder), content)
        except InputError as error:
            assert re.search(r"news\.train\.conll: .*(columns: \{|task: words|format: text)",
                             str(error)), error
            return
    assert len({row.id for row in found if row.id}) == sum(row.id is not None for row in found)
    assert bool(found) <= bool(content.strip())


@given(st.lists(st.lists(st.binary(min_size=1).map(lambda b: re.sub(rb"\s|#|-", b"x", b)),
                         min_size=1), min_size=1))
def test_blocks_and_rows_are_equally_many(blocks: list[list[bytes]]) -> None:
    content = b"\n\n".join(b"\n".join(word + b" O" for word in block) for block in blocks)
    assume(is_unmarked(content))
    with TemporaryDirectory() as folder:
        assert len(rows(Path(folder), content)) == len(blocks)
