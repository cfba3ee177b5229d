"""Writers: what they write, what they leave out and count, and that readers get it back."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example as also
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.corpus import arrow
from crosslabel.pipeline.corpus.records import Example, LikelyWord, LostSpan, Relation, Span, Words
from crosslabel.pipeline.export.writers import WRITERS, WrittenRows
from crosslabel.pipeline.export.writers.conll import to_conll, write_conll
from crosslabel.pipeline.export.writers.jsonl import to_line, write_jsonl
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.readers.rows.missing_labels import SIGNS

WORDS = ((0, 3), (4, 8), (9, 13), (14, 18))
Ranges = tuple[tuple[int, int], ...]


def example(*spans: tuple[str, Ranges]) -> Example:
    made = tuple(Span(str(n), "text", ranges, label) for n, (label, ranges) in enumerate(spans))
    return Example("1", "spans", "en", {"text": "New York City Hall"}, made,
                   words=(Words("text", WORDS),))


def tags(written: str) -> str:
    return " ".join(line.partition("\t")[2] for line in written.splitlines())


@pytest.mark.parametrize(
    ("spans", "expected", "lost"),
    [
        ([("A", ((0, 8),)), ("B", ((9, 13),))], "B-A I-A B-B O", ""),
        ([("in", ((4, 8),)), ("out", ((0, 13),))], "B-out I-out I-out O", "within or across"),
        ([("left", ((0, 8),)), ("right", ((4, 13),))], "B-left I-left O O", "within or across"),
        ([("first", ((0, 3),)), ("second", ((0, 3),))], "B-first O O O", "within or across"),
        ([("gap", ((0, 3), (9, 13)))], "O O O O", "several pieces"),
        ([("touching", ((0, 3), (4, 8)))], "B-touching I-touching O O", ""),
        ([("part", ((5, 12),))], "O B-part I-part O", "within a word"),
        ([("space", ((3, 4),))], "O O O O", "within or across"),
    ],
)
def test_conll_flattens_by_the_stated_rule_and_counts_what_is_lost(
    spans: list[tuple[str, Ranges]], expected: str, lost: str
) -> None:
    losses: Counter[str] = Counter()
    assert tags(to_conll(example(*spans), losses)).strip() == expected
    assert (+losses).total() == bool(lost)
    assert all(lost in what for what in +losses)


BARE = Example("7", "spans", "en", {"text": "a b"})
LABELLED = replace(BARE, words=(Words("text", ((0, 1), (2, 3)), ("X", None)),), task="words")
TAGGED = replace(BARE, words=(Words("text", ((0, 1), (2, 3))),))


def _text(text: str, *ranges: tuple[int, int]) -> Example:
    return replace(TAGGED, fields={"text": text}, words=(Words("text", ranges),))


def _label(label: str | None) -> Example:
    return replace(BARE, task="text", label=label)


@pytest.mark.parametrize(
    ("format", "made", "reason"),
    [
        ("conll", BARE, "no words"),
        ("conll", _text("a\tb", (0, 3)), "tab or a line break"),
        ("conll", _text("-DOCSTART-", (0, 10)), "beginning of a document"),
        ("conll", replace(TAGGED, fields={"text": "a b", "title": "c"}), "columns hold one text"),
        ("conll", replace(TAGGED, task="text"), "labels the whole text"),
        ("conll", replace(TAGGED, spans=(Span("0", "text", ((0, 1),), "a\nb"),)), "line break"),
        ("conllu", TAGGED, "labels no words"),
        ("conllu", replace(LABELLED, words=(Words("text", ((0, 1),), ("X",)),)), "not cover the"),
        ("conllu", replace(LABELLED, words=(Words("text", ((0, 2), (2, 3)), ("X", "Y")),)),
         "not cover the"),
        ("conllu", replace(LABELLED, words=(Words("text", ((0, 1), (2, 3)), ("_", "Y")),)),
         "means 'no label'"),
        ("conllu", replace(LABELLED, words=(Words("text", ((0, 1), (2, 3)), ("", "Y")),)),
         "is blank"),
        ("conllu", replace(LABELLED, fields={"text": "a b "}), "white space around"),
        ("conllu", replace(LABELLED, id="a\nb"), "sent_id 'a\\nb'"),
        ("slots", LABELLED, "labels words"),
        ("slots", BARE, "no words"),
        ("slots", replace(TAGGED, label="_"), "means 'no label'"),
        ("slots", replace(TAGGED, label=" a"), "intent ' a'"),
        ("slots", _text("a\nb", (0, 1), (2, 3)), "line break"),
        ("tsv", _label("a\tb"), "tab or a line break"),
        ("tsv", replace(_label("a"), fields={"text": "a\rb"}), "tab or a line break"),
        ("csv", _label(" "), "means 'no label'"),
        ("csv", LABELLED, "labels parts"),
        ("tsv", example(("A", ((0, 3),))), "labels parts"),
        ("tsv", replace(_label("a"), fields={"lang": "a"}), "named 'lang'"),
        ("squad", BARE, "no field"),
    ],
)
def test_what_a_format_cannot_say_is_left_out_with_the_reason(
    tmp_path: Path, format: str, made: Example, reason: str
) -> None:
    written = WRITERS[format](tmp_path / "out", [made])
    assert (written.rows, len(written.left_out)) == (0, 1)
    [(id, why)] = written.left_out
    assert id == made.id
    assert reason in why


@pytest.mark.parametrize("format", ["tsv", "csv"])
def test_a_table_leaves_out_rows_that_its_columns_do_not_fit(tmp_path: Path, format: str) -> None:
    rows = [_label("x"), replace(_label(None), id="8", value=2.0),
            replace(_label("y"), id="9", fields={"premise": "a", "hypothesis": "b"}),
            replace(_label(None), id="10")]
    written = WRITERS[format](tmp_path / f"out.{format}", rows)
    assert [id for id, _ in written.left_out] == ["8", "9"]
    back = [row for row in read(tmp_path / f"out.{format}") if isinstance(row, Example)]
    assert [(row.id, row.label) for row in back] == [("7", "x"), ("10", None)]


@pytest.mark.parametrize("format", list(WRITERS))
def test_no_examples_give_a_file_without_rows(tmp_path: Path, format: str) -> None:
    path = tmp_path / "out"
    assert WRITERS[format](path, []) == WrittenRows()
    assert list(read(path, format=format, lang="en")) == []


@pytest.mark.parametrize("format", ["conll", "conllu", "slots"])
def test_labels_of_whole_texts_that_get_lost_are_counted(tmp_path: Path, format: str) -> None:
    made = LABELLED if format == "conllu" else TAGGED
    written = WRITERS[format](tmp_path / "out", [replace(made, label="x", value=1.0)])
    assert (written.rows, list(written.losses.values())) == (1, [1])


def test_relations_that_columns_cannot_hold_are_counted(tmp_path: Path) -> None:
    spans = (Span("0", "text", ((0, 1),), "A"), Span("1", "text", ((2, 3),), "B"))
    made = replace(TAGGED, spans=spans, relations=(Relation("0", "1", "R"),))
    assert dict(write_conll(tmp_path / "out", [made]).losses) == {"relations": 1}


def test_same_examples_give_the_same_gzip_bytes(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        assert write_jsonl(tmp_path / name, [example(), example()]).rows == 2
    content = (tmp_path / "a.jsonl.gz").read_bytes()
    assert content == (tmp_path / "b.jsonl.gz").read_bytes()
    assert gzip.decompress(content).decode() == to_line(example()) * 2


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
NAME = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
SCORE = st.none() | FINITE
CLASS = NAME.filter(lambda name: name not in SIGNS)
JSON = st.dictionaries(NAME, st.none() | st.booleans() | st.integers() | TEXT | st.lists(TEXT))


@st.composite
def ranges(draw: st.DrawFn, length: int) -> Ranges:
    bounds = draw(st.lists(st.integers(0, length), min_size=2, max_size=6, unique=True))
    ordered = sorted(bounds)
    return tuple(zip(ordered[::2], ordered[1::2], strict=False))


@st.composite
def lost_spans(draw: st.DrawFn, fields: dict[str, str]) -> tuple[LostSpan, ...]:
    """Lost spans whose likely words are anywhere in their field."""
    where = draw(st.lists(st.sampled_from(sorted(fields)), max_size=3))
    return tuple(
        LostSpan(f"l{number}", field, draw(NAME), draw(st.sampled_from(["abstained", "rejected"])),
                 draw(st.text(max_size=5)),
                 tuple(LikelyWord(*place, draw(st.floats(0.0, 1.0)), draw(st.booleans()))
                       for place in draw(ranges(len(fields[field])))))
        for number, field in enumerate(where)
    )


@st.composite
def examples(draw: st.DrawFn) -> Example:
    texts = TEXT.filter(str.strip)
    fields = draw(st.just(None) | st.dictionaries(NAME, texts, min_size=1, max_size=3))
    fields = fields or {"text": draw(texts)}
    names = st.sampled_from(sorted(fields))
    where = draw(st.lists(names, max_size=4))
    spans = tuple(Span(f"s{n}", field, draw(ranges(len(fields[field]))), draw(NAME), draw(SCORE))
                  for n, field in enumerate(where))
    ends = st.sampled_from([span.id for span in spans]) if spans else st.nothing()
    relations = draw(st.lists(st.builds(Relation, ends, ends, NAME))) if spans else []
    word_fields = draw(st.lists(names, max_size=2, unique=True))
    words = [draw(ranges(len(fields[field]))) for field in word_fields]
    labels, scores = draw(st.sampled_from([(False, False), (True, False), (True, True)]))
    return Example(
        draw(NAME), draw(st.sampled_from(["spans", "text"])),
        draw(st.sampled_from(["en", "pt-BR"])),
        fields, spans, tuple(relations), draw(st.none() | CLASS),
        draw(st.none() | FINITE),
        tuple(Words(field, found, (None,) * len(found) if labels else (),
                    tuple(draw(SCORE) for _ in found) if scores else ())
              for field, found in zip(word_fields, words, strict=True)),
        draw(st.dictionaries(NAME, FINITE, max_size=3)),
        draw(JSON),
        draw(lost_spans(fields)),
    )


def written_and_read(format: str, made: Sequence[Example], **options: object) -> list[Example]:
    """What comes back; nothing is left out or lost on the way."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"out.{format}"
        assert WRITERS[format](file, made) == WrittenRows(rows=len(made))
        back = list(read(file, format=format, **options))  # type: ignore[arg-type]
    assert all(isinstance(row, Example) for row in back), back
    return [row for row in back if isinstance(row, Example)]


@given(st.lists(examples(), max_size=3, unique_by=lambda made: made.id))
def test_jsonl_gives_back_the_same_examples(made: list[Example]) -> None:
    assert written_and_read("jsonl", made) == made


@given(examples())
def test_the_arrow_form_gives_back_the_same_example(made: Example) -> None:
    assert arrow.example(arrow.side(made, "human")) == made


COLUMN = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=6)
FORM = COLUMN.filter(lambda word: word != "-DOCSTART-")


@st.composite
def columns(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Well-formed IOB2: ``I-`` only goes on with a span of its label."""
    tag, made = "O", []
    for word in draw(st.lists(FORM, min_size=1)):
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
        assert write_conll(copy, made) == WrittenRows(rows=len(sentences))
        assert copy.read_bytes().decode() == content


SOME_WORDS = st.sampled_from(["Wake", "me", "#", "# id: 3", "20 000", "ل", "منبه", "设置", "闹钟",
                              "🙂", "👨‍👩‍👧", "n't", '"', "“", "_", "é", "O", "B-x", "-DOCSTART-"])


@st.composite
def sentences(draw: st.DrawFn, words: st.SearchStrategy[str]) -> tuple[str, Ranges]:
    """A text and its words, with any space or none between them."""
    text, found = "", []
    for form in draw(st.lists(words, min_size=1, max_size=6)):
        text += draw(st.sampled_from(["", " ", "  ", "\u00a0"])) if text else ""
        found.append((len(text), len(text) + len(form)))
        text += form
    return text, tuple(found)


LABEL = st.sampled_from(["NOUN", "a b", "é/设", "O", "-"])


@st.composite
def labelled(draw: st.DrawFn, words: st.SearchStrategy[str]) -> Example:
    text, found = draw(sentences(words))
    labels = draw(st.lists(st.none() | LABEL, min_size=len(found), max_size=len(found)))
    return Example(draw(COLUMN), "words", "en", {"text": text},
                   words=(Words("text", found, tuple(labels)),))


def unique(made: st.SearchStrategy[Example]) -> st.SearchStrategy[list[Example]]:
    return st.lists(made, min_size=1, max_size=3, unique_by=lambda example: example.id)


@given(unique(labelled(SOME_WORDS | COLUMN)))
def test_conllu_gives_back_texts_words_and_labels(made: list[Example]) -> None:
    assert written_and_read("conllu", made, lang="en") == made


@given(unique(labelled(FORM)))
@also([Example("0", "words", "en", {"text": "WORD0"},
               words=(Words("text", ((0, 4), (4, 5)), (None, "NOUN")),))])
def test_conll_gives_back_labels_of_words(made: list[Example]) -> None:
    def said(row: Example) -> list[tuple[str, str | None]]:
        [words], text = row.words, row.fields["text"]
        return [(text[a:b], label) for (a, b), label in zip(words.ranges, words.labels,
                                                            strict=True)]

    back = written_and_read("conll", made, lang="en", task="words")
    assert [said(row) for row in back] == [said(row) for row in made]


@st.composite
def requests(draw: st.DrawFn) -> Example:
    text, found = draw(sentences(SOME_WORDS | COLUMN))
    edges = sorted(draw(st.sets(st.integers(0, len(found)), max_size=6)))
    spans = tuple(Span(str(n), "text", ((found[a][0], found[b - 1][1]),), draw(LABEL))
                  for n, (a, b) in enumerate(zip(edges[::2], edges[1::2], strict=False)))
    return Example(draw(COLUMN), "spans", "en", {"text": text}, spans,
                   label=draw(st.none() | LABEL), words=(Words("text", found),))


@given(unique(requests()))
def test_slots_give_back_texts_words_intents_and_spans(made: list[Example]) -> None:
    assert written_and_read("slots", made, lang="en") == made


ODD = st.sampled_from('a,;"\'|\\ #é\u00a0\u2028\u200dلا中文🙂👧\x00')
CELL = st.text(ODD | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    str.strip)
PLAIN_CELL = CELL.map(lambda cell: cell.translate(dict.fromkeys(map(ord, "\t\n\r")))).filter(
    str.strip)
BROKEN_CELL = CELL | st.sampled_from(["a\tb", "a\r\nb", '"\n"', "\na", "a\r", '""', ",", "a\n\n"])


def is_a_class(label: str) -> bool:
    """Whether a label is read as it is, not as none or as a whole number of a table."""
    return label not in SIGNS and not re.fullmatch(r"-?[0-9]+\.0+", label.strip())


@st.composite
def labelled_texts(draw: st.DrawFn, cell: st.SearchStrategy[str]) -> list[Example]:
    names = draw(st.sampled_from(
        [("text",), ("premise", "hypothesis"), ("sentence1", "sentence2")]))
    numbers = draw(st.booleans())
    made = st.builds(
        Example, cell, st.just("text"), st.sampled_from(["en", "pt-BR"]),
        st.tuples(*[cell] * len(names)).map(lambda cells: dict(zip(names, cells, strict=True))),
        label=st.none() if numbers else st.none() | cell.filter(is_a_class),
        value=FINITE if numbers else st.none(),
    )
    return draw(st.lists(made, min_size=1, max_size=4, unique_by=lambda made: made.id))


@given(labelled_texts(PLAIN_CELL))
def test_tsv_gives_back_the_same_examples(made: list[Example]) -> None:
    assert written_and_read("tsv", made) == made


@given(labelled_texts(BROKEN_CELL))
def test_csv_gives_back_the_same_examples(made: list[Example]) -> None:
    assert written_and_read("csv", made) == made


@pytest.mark.parametrize("format", ["tsv", "csv"])
def test_texts_with_other_names_come_back_by_columns(format: str) -> None:
    made = replace(_label("x"), fields={"body": "a", "title": "b"})
    names = {"title": "title", "body": "body", "label": "label"}
    [back] = written_and_read(format, [made], columns=names)
    assert (list(back.fields.items()), back.label) == ([("title", "b"), ("body", "a")], "x")
