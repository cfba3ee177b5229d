"""Writers: what they write, what they count, and that readers get it back."""

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.readers import read
from pipeline.records import Example, Relation, Span, Words
from pipeline.writers.conll import to_conll, write_conll
from pipeline.writers.jsonl import to_line, write_jsonl
from projection.errors import InputError

WORDS = ((0, 3), (4, 8), (9, 13), (14, 18))


def example(*spans: tuple[str, tuple[tuple[int, int], ...]]) -> Example:
    made = tuple(Span(str(n), "text", ranges, label) for n, (label, ranges) in enumerate(spans))
    return Example("1", "spans", "en", {"text": "New York City Hall"}, made,
                   words=(Words("text", WORDS),))


def tags(written: str) -> str:
    return " ".join(line.partition("\t")[2] for line in written.splitlines())


@pytest.mark.parametrize(
    ("spans", "expected", "left_out", "widened"),
    [
        ([("A", ((0, 8),)), ("B", ((9, 13),))], "B-A I-A B-B O", 0, 0),
        ([("in", ((4, 8),)), ("out", ((0, 13),))], "B-out I-out I-out O", 1, 0),
        ([("left", ((0, 8),)), ("right", ((4, 13),))], "B-left I-left O O", 1, 0),
        ([("first", ((0, 3),)), ("second", ((0, 3),))], "B-first O O O", 1, 0),
        ([("gap", ((0, 3), (9, 13)))], "O O O O", 1, 0),
        ([("touching", ((0, 3), (4, 8)))], "B-touching I-touching O O", 0, 0),
        ([("part", ((5, 12),))], "O B-part I-part O", 0, 1),
        ([("space", ((3, 4),))], "O O O O", 1, 0),
    ],
)
def test_conll_flattens_by_the_stated_rule(
    spans: list[tuple[str, tuple[tuple[int, int], ...]]], expected: str, left_out: int, widened: int
) -> None:
    written, tagged = to_conll(example(*spans))
    assert tags(written).strip() == expected
    assert (tagged.left_out, tagged.widened) == (left_out, widened)


def test_conll_takes_given_words_when_the_example_has_none(tmp_path: Path) -> None:
    bare = Example("1", "spans", "en", {"text": "a b"}, (Span("0", "text", ((2, 3),), "X"),))
    written = write_conll(tmp_path / "out.conll", [bare], words=lambda _: [(0, 1), (2, 3)])
    assert (tmp_path / "out.conll").read_text() == "a\tO\nb\tB-X\n\n"
    assert (written.sentences, written.left_out) == (1, 0)


def test_conll_refuses_what_columns_cannot_hold(tmp_path: Path) -> None:
    bare = Example("7", "spans", "en", {"text": "a\tb"})
    for words in (None, [(0, 3)]):
        with pytest.raises(InputError, match=r"^7: "):
            to_conll(bare, words)
    with pytest.raises(InputError):
        write_conll(tmp_path / "out.conll", [bare])
    assert not list(tmp_path.iterdir())


def test_same_examples_give_the_same_gzip_bytes(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        assert write_jsonl(tmp_path / name, [example(), example()]) == 2
    content = (tmp_path / "a.jsonl.gz").read_bytes()
    assert content == (tmp_path / "b.jsonl.gz").read_bytes()
    assert gzip.decompress(content).decode() == to_line(example()) * 2


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
NAME = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)
JSON = st.dictionaries(NAME, st.none() | st.booleans() | st.integers() | TEXT | st.lists(TEXT))


@st.composite
def ranges(draw: st.DrawFn, length: int) -> tuple[tuple[int, int], ...]:
    bounds = draw(st.lists(st.integers(0, length), min_size=2, max_size=6, unique=True))
    ordered = sorted(bounds)
    return tuple(zip(ordered[::2], ordered[1::2], strict=False))


@st.composite
def examples(draw: st.DrawFn) -> Example:
    texts = TEXT.filter(str.strip)
    fields = draw(st.just(None) | st.dictionaries(NAME, texts, min_size=1, max_size=3))
    fields = fields or {"text": draw(texts)}
    names = st.sampled_from(sorted(fields))
    where = draw(st.lists(names, max_size=4))
    spans = tuple(Span(f"s{n}", field, draw(ranges(len(fields[field]))), draw(NAME))
                  for n, field in enumerate(where))
    ends = st.sampled_from([span.id for span in spans]) if spans else st.nothing()
    relations = draw(st.lists(st.builds(Relation, ends, ends, NAME))) if spans else []
    word_fields = draw(st.lists(names, max_size=2))
    words = [draw(ranges(len(fields[field]))) for field in word_fields]
    labels = draw(st.booleans())
    return Example(
        draw(NAME), draw(st.sampled_from(["spans", "text"])),
        draw(st.sampled_from(["en", "pt-BR"])),
        fields, spans, tuple(relations), draw(st.none() | NAME),
        draw(st.none() | st.floats(allow_nan=False, allow_infinity=False)),
        tuple(Words(field, found, (None,) * len(found) if labels else ())
              for field, found in zip(word_fields, words, strict=True)),
        meta=draw(JSON),
    )


@given(st.lists(examples(), unique_by=lambda made: made.id))
def test_jsonl_gives_back_the_same_examples(made: list[Example]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "out.jsonl"
        assert write_jsonl(file, made) == len(made)
        assert list(read(file)) == made


COLUMN = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=6)


@st.composite
def columns(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Well-formed IOB2: ``I-`` only goes on with a span of its label."""
    words = draw(st.lists(COLUMN.filter(lambda word: word != "-DOCSTART-"), min_size=1))
    tag, made = "O", []
    for word in words:
        tag = draw(st.sampled_from(["O", "B-A", "B-b c", *(["I" + tag[1:]] if tag != "O" else [])]))
        made.append((word, tag))
    return made


@given(st.lists(columns(), min_size=1), st.sampled_from(["en", "fr", "zh"]))
def test_conll_gives_back_the_same_words_and_tags(
    sentences: list[list[tuple[str, str]]], lang: str
) -> None:
    content = "".join("".join(f"{w}\t{t}\n" for w, t in rows) + "\n" for rows in sentences)
    with TemporaryDirectory() as folder:
        file, copy = Path(folder) / "in.conll", Path(folder) / "out.conll"
        file.write_bytes(content.encode())
        made = [row for row in read(file, lang=lang) if isinstance(row, Example)]
        written = write_conll(copy, made)
        assert copy.read_bytes().decode() == content
    assert (written.sentences, written.left_out, written.widened) == (len(sentences), 0, 0)
