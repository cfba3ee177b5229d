"""Questions in the layout of SQuAD: read, repaired, rejected, written and read back."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs
from crosslabel.pipeline.corpus.records import Example, Reject, Span
from crosslabel.pipeline.export.export import export
from crosslabel.pipeline.export.writers.squad import write_squad
from crosslabel.pipeline.readers import guess_format, read
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.file import load
from crosslabel.projection.errors import InputError
from tests.pipeline.corpus_builds import TINY_ENCODER
from tests.tiny_encoder import tiny_encoder

Row = dict[str, Any]
ROME = "Rome lies on the Tiber. Romulus founded Rome."


def _answer(context: str, text: str) -> Row:
    return {"text": text, "answer_start": context.index(text)}


def _file(folder: Path, questions: Sequence[Any], context: Any = ROME, **more: Any) -> Path:
    data = [{"title": "Rome", "paragraphs": [{"context": context, "qas": list(questions)}]}]
    file = folder / "qa.json"
    file.write_text(json.dumps({"version": "2.0", "data": data} | more), encoding="utf-8")
    return file


def _read(file: Path) -> list[Example | Reject]:
    return list(read(file, lang="en"))


def _codes(rows: Sequence[Example | Reject]) -> list[str | None]:
    return [row.reasons[0].partition(":")[0] if isinstance(row, Reject) else None for row in rows]


def _answers(row: Example | Reject) -> list[tuple[int, str]]:
    assert isinstance(row, Example)
    context = row.fields["context"]
    return [(start, context[start:end]) for span in row.spans for start, end in span.fragments]


def test_questions_have_their_answers_as_spans_in_the_context(tmp_path: Path) -> None:
    answers = [_answer(ROME, "the Tiber"), _answer(ROME, "Tiber"), _answer(ROME, "Tiber")]
    file = _file(tmp_path, [
        {"id": 7, "question": "Where?", "answers": answers, "level": "easy"},
        {"id": "b", "question": "When?", "answers": [], "is_impossible": True,
         "plausible_answers": [_answer(ROME, "Romulus")]},
        {"question": "Which river?"},
    ])
    several, impossible, unlabelled = _read(file)
    assert isinstance(several, Example)
    assert (several.id, several.task, several.lang) == ("7", "spans", "en")
    assert list(several.fields.items()) == [("question", "Where?"), ("context", ROME)]
    assert [(span.id, span.field, span.label) for span in several.spans] == [
        ("0", "context", "answer"), ("1", "context", "answer"), ("2", "context", "answer")]
    assert _answers(several) == [(13, "the Tiber"), (17, "Tiber"), (17, "Tiber")]
    assert several.meta == {"title": "Rome", "level": "easy"}
    assert isinstance(impossible, Example) and isinstance(unlabelled, Example)
    assert impossible.spans == ()
    assert impossible.meta == {"title": "Rome", "is_impossible": True,
                               "plausible_answers": [{"text": "Romulus", "answer_start": 24}]}
    assert (unlabelled.spans, unlabelled.meta) == ((), {"title": "Rome"})


@pytest.mark.parametrize(
    ("context", "answer", "said", "found"),
    [
        (ROME, "Rome", 38, 40),  # off by a few characters
        (ROME, "Rome", 3, 0),
        (ROME, "Romulus", 900, 24),  # there is no other
        (ROME, "Romulus", -1, 24),
        (ROME, " the Tiber.\t", 12, 13),  # other white space around it
        ("😀😀😀😀😀😀😀😀😀😀😀😀 ab, then ab, then ab", "ab", 25, 13),  # units of UTF-16
        ("ру́сский дом и русский дом и дом", "дом", 42, 23),  # bytes of UTF-8
    ],
)
def test_an_answer_elsewhere_is_found_and_what_the_file_says_is_kept(
    tmp_path: Path, context: str, answer: str, said: int, found: int
) -> None:
    wrong = {"text": answer, "answer_start": said}
    [row] = _read(_file(tmp_path, [{"id": "1", "question": "?", "answers": [wrong]}], context))
    assert _answers(row) == [(found, answer.strip())]
    assert isinstance(row, Example)
    assert row.meta["repaired_answers"] == {"0": wrong}


def test_exact_answers_are_not_repaired(tmp_path: Path) -> None:
    answer = {"text": "Rome", "answer_start": 40}
    [row] = _read(_file(tmp_path, [{"id": "1", "question": "?", "answers": [answer]}]))
    assert _answers(row) == [(40, "Rome")]
    assert isinstance(row, Example)
    assert "repaired_answers" not in row.meta


BAD = [
    ({"answers": [{"text": "Rome", "answer_start": 20}]}, "answer-not-found"),  # both too far
    ({"answers": [{"text": "Paris", "answer_start": 0}]}, "answer-not-found"),
    ({"answers": [{"text": " ", "answer_start": 0}]}, "empty-answer"),
    ({"answers": [{"text": "Rome"}]}, "missing-key"),
    ({"answers": [{"text": "Rome", "answer_start": "0"}]}, "wrong-type"),
    ({"answers": ["Rome"]}, "wrong-type"),
    ({"answers": {"text": ["Rome"], "answer_start": []}}, "unknown-form"),
    ({"answers": {"text": ["Rome"]}}, "unknown-form"),
    ({"answers": [{"text": "Rome", "answer_start": 0}], "is_impossible": True}, "two-answers"),
    ({"answers": [], "is_impossible": False}, "no-answer"),
    ({"is_impossible": "no"}, "wrong-type"),
    ({"question": None}, "wrong-type"),
    ({"question": " "}, "empty-text"),
    ({"question": "\ud800?"}, "lone-surrogate"),
    ({"id": "good"}, "duplicate-id"),
    ({"notes": json.loads("[" * 200 + "]" * 200)}, "nested-too-deep"),
]


@pytest.mark.parametrize(("change", "code"), BAD)
def test_a_bad_question_rejects_itself_alone(tmp_path: Path, change: Row, code: str) -> None:
    good = {"id": "good", "question": "?", "answers": []}
    rows = _read(_file(tmp_path, [good, {"id": "bad", "question": "?"} | change,
                                  good | {"id": "after"}]))
    assert [row.id for row in rows][::2] == ["good", "after"]
    assert _codes(rows) == [None, code, None]
    assert isinstance(rows[1], Reject)
    assert rows[1].row == 2
    assert all("\n" not in reason for reason in rows[1].reasons)


def test_what_is_broken_is_named_with_its_place(tmp_path: Path) -> None:
    question = {"id": "1", "question": "?", "answers": []}
    data: list[Any] = [
        {"title": "A", "paragraphs": [{"context": "A.", "qas": [question]},
                                      {"context": "B.", "qas": None}, "C",
                                      {"context": 4, "qas": [question | {"id": "2"}, 5]}]},
        {"title": "B"}, 6,
        {"paragraphs": [{"context": "D.", "qas": [question | {"id": "3"}]}]},
    ]
    rows = _read(_file(tmp_path, [], data=data))
    assert [row.row if isinstance(row, Reject) else row.id for row in rows] == [
        "1", 2, 3, 4, 5, 6, 7, "3"]
    places = ["data[0].paragraphs[1]", "data[0].paragraphs[2]", "data[0].paragraphs[3].qas[0]",
              "data[0].paragraphs[3].qas[1]", "data[1]", "data[2]"]
    rejected = [row for row in rows if isinstance(row, Reject)]
    assert all(place in row.reasons[0] for place, row in zip(places, rejected, strict=True))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not valid JSON"), (b"{", "not valid JSON"), (b"[" * 100_000, "not valid JSON"),
        (b'{"data": "\xff"}', "byte 10 is 0xff"), (b"[]", "has no list 'data'"),
        (b'{"data": {}}', "has no list 'data'"),
    ],
)
def test_a_file_of_another_layout_is_an_error(
    tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "qa.json"
    file.write_bytes(content)
    with pytest.raises(InputError) as error:
        list(read(file, format="squad", lang="en"))
    assert str(file) in str(error.value)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


ARTICLE: Row = {"title": "A", "paragraphs": []}


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (json.dumps({"version": "1.1", "data": [ARTICLE]}), "squad"),
        (json.dumps({"data": [ARTICLE], "version": "1.1"}, indent=2), "squad"),
        ("\ufeff" + json.dumps({"a\"}": [{"data": "{"}], "data": [ARTICLE]}), "squad"),
        (json.dumps({"data": [ARTICLE | {"paragraphs": [{"context": "x" * 99_999}]}]}), "squad"),
        (json.dumps({"id": "1", "lang": "en", "text": "data"}) + "\n{}", "jsonl"),
        (json.dumps({"id": "1", "text": "a", "data": [1, 2]}), "jsonl"),
        (json.dumps({"id": "1", "text": "a", "meta": {"data": [ARTICLE]}}), "jsonl"),
        ("", "jsonl"), ("[" * 70_000, "jsonl"),
    ],
)
def test_json_is_told_from_json_lines_by_its_beginning(
    tmp_path: Path, content: str, format: str
) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(content.encode()))
    assert guess_format(tmp_path / "a.json") == format
    assert guess_format(tmp_path / "a.json.gz") == format


def test_labels_that_are_allowed_and_the_longest_text(tmp_path: Path) -> None:
    questions = [{"id": "1", "question": "?", "answers": [_answer(ROME, "Rome")]}]
    file = _file(tmp_path, questions)
    assert _codes(list(read(file, lang="en", labels=["PER"]))) == ["unknown-label"]
    assert _codes(list(read(file, lang="en", max_characters=20))) == ["text-too-long"]
    with pytest.raises(InputError, match="give it"):
        read(file)


@given(st.text(st.sampled_from("aбb😀 "), min_size=1, max_size=30), st.data())
def test_offsets_in_other_units_give_the_answer_or_a_reject(
    context: str, data: st.DataObject
) -> None:
    """Whatever the unit, the characters that come back are the answer's."""
    start = data.draw(st.integers(0, len(context) - 1))
    end = data.draw(st.integers(start + 1, len(context)))
    text = context[start:end]
    encoding, size = data.draw(st.sampled_from([("utf-8", 1), ("utf-16-le", 2), ("utf-32-le", 4)]))
    said = len(context[:start].encode(encoding)) // size
    with TemporaryDirectory() as folder:
        answer = {"text": text, "answer_start": said}
        [row] = _read(_file(Path(folder), [{"id": "1", "question": "?", "answers": [answer]}],
                            context))
    if isinstance(row, Example):
        [(found, got)] = _answers(row)
        assert got in (text, text.strip())
        if size == 4:
            assert (found, got) == (start, text)
    else:
        assert size != 4 or not text.strip()


@st.composite
def _questions(draw: st.DrawFn) -> list[Example]:
    """Some questions about few contexts, with several answers, the same ones too, or none."""
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).filter(str.strip)
    contexts = draw(st.lists(text, min_size=1, max_size=3))
    made = []
    for number in range(draw(st.integers(1, 6))):
        context = draw(st.sampled_from(contexts))
        cuts = draw(st.lists(st.lists(st.integers(0, len(context)), min_size=2, max_size=2,
                                      unique=True).map(sorted), max_size=3))
        ranges = [(start, end) for start, end in cuts if context[start:end].strip()]
        spans = tuple(Span(str(n), "context", (own,), "answer") for n, own in enumerate(ranges))
        meta = {"title": draw(st.sampled_from(["A", "Ü \"B\""])), "level": draw(st.integers())}
        fields = {"question": draw(text), "context": context}
        made.append(Example(f"q{number}", "spans", "en", fields, spans, meta=meta))
    return made


@given(_questions(), st.sampled_from(["qa.json", "qa.json.gz"]))
def test_what_is_written_is_read_back_grouped_by_title_and_context(
    made: list[Example], name: str
) -> None:
    with TemporaryDirectory() as folder:
        file, again = Path(folder) / name, Path(folder) / ("again-" + name)
        assert write_squad(file, made).rows == len(made)
        back = [row for row in read(file, lang="en") if isinstance(row, Example)]
        write_squad(again, back)
        assert again.read_bytes() == file.read_bytes()
    places = [(row.meta["title"], row.fields["context"]) for row in made]
    seen = [row.meta["title"] for row in back]
    assert len({*seen}) == sum(a != b for a, b in zip(seen, [None, *seen], strict=False))
    assert [(row.meta["title"], row.fields["context"]) for row in back] == sorted(
        places, key=lambda own: ([p[0] for p in places].index(own[0]), places.index(own)))
    answerable = all(row.spans for row in made)
    for row in made:
        expected = dict(row.meta) | ({} if answerable else {"is_impossible": not row.spans})
        read_back = next(own for own in back if own.id == row.id)
        assert read_back == Example(row.id, "spans", "en", row.fields, row.spans, meta=expected)


def test_what_the_layout_cannot_say_is_left_out_with_the_reason(tmp_path: Path) -> None:
    fields = {"question": "Where?", "context": ROME}

    def question(id: str, *spans: Span, **texts: str) -> Example:
        return Example(id, "spans", "en", texts or fields, spans)

    written = write_squad(tmp_path / "qa.json", [
        question("good", Span("3", "context", ((0, 4),), "answer")),
        question("text", text="Where?"),
        question("inside", Span("0", "question", ((0, 5),), "answer")),
        question("parts", Span("0", "context", ((0, 4), (13, 16)), "answer")),
    ])
    assert written.rows == 1
    assert [id for id, _ in written.left_out] == ["text", "inside", "parts"]
    [row] = _read(tmp_path / "qa.json")
    assert _answers(row) == [(0, "Rome")]


def test_plausible_answers_are_written_where_they_stand_in_the_context(tmp_path: Path) -> None:
    meta = {"plausible_answers": [_answer(ROME, "Tiber")], "title": "Rome", "is_impossible": True}
    source = Example("1", "spans", "en", {"question": "?", "context": ROME}, meta=meta)
    german = Example("1", "spans", "de", {"question": "?", "context": "Rom."}, meta=meta)
    for example, expected in ((source, meta), (german, {"title": "Rome", "is_impossible": True})):
        write_squad(tmp_path / "qa.json", [example])
        [row] = read(tmp_path / "qa.json", lang="en")
        assert isinstance(row, Example)
        assert row.meta == expected


def test_what_answers_have_beside_their_text_is_kept(tmp_path: Path) -> None:
    answers = [_answer(ROME, "Tiber"), _answer(ROME, "Rome") | {"by": "worker 3"}]
    [row] = _read(_file(tmp_path, [{"id": "1", "question": "?", "answers": answers}]))
    assert isinstance(row, Example)
    write_squad(tmp_path / "copy.json", [row])
    assert _read(tmp_path / "copy.json") == [row]
    assert json.loads((tmp_path / "copy.json").read_text())["data"][0]["paragraphs"][0]["qas"][0][
        "answers"] == answers


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Questions whose German context leaves out what some of them ask for."""
    context = "Rome lies on the Tiber. Romulus founded it long ago."
    answers = {"kept": ["Rome"], "lost": ["long ago"], "none": [],
               "half": ["the Tiber", "long ago"]}
    folder = tmp_path_factory.mktemp("questions")
    file = _file(folder, [
        {"id": id, "question": f"{id}?", "is_impossible": not own,
         "answers": [_answer(context, text) for text in own]} for id, own in answers.items()
    ], context)
    german = [{"id": id, "fields": {"question": f"{id}?", "context": "Rom liegt am Tiber."}}
              for id in answers]
    given = folder / "de.jsonl"
    given.write_text("".join(json.dumps(row) + "\n" for row in german), encoding="utf-8")
    build(Recipe.model_validate({
        "name": "qa", "source": {"path": file}, "targets": ["de"],
        "segmentation": {"sentences": False}, "translation": {"given": {"de": given}},
    }), folder / "out")  # fmt: skip
    return folder / "out"


def test_a_lost_answer_is_not_learnt_as_no_answer(corpus: Path, tmp_path: Path) -> None:
    from datasets import load_from_disk

    from crosslabel.finetune.features.featurize import featurize
    from crosslabel.finetune.features.options import feature_options

    featurize(corpus, tmp_path / "features", str(tiny_encoder()), feature_options(
        task="qa", max_length=64, stride=16, evaluation=True))
    rows = {row["example_id"]: row for row in load_from_disk(str(tmp_path / "features"))}
    assert rows["lost"]["a_start"] is None and rows["lost"]["a_end"] is None
    assert rows["none"]["a_start"] == rows["none"]["a_end"] == 0
    for id, text in (("kept", "Rom"), ("half", "Tiber")):
        offsets = rows[id]["a_offsets"][2 * rows[id]["a_start"]], rows[id]["a_offsets"][
            2 * rows[id]["a_end"] + 1]
        assert rows[id]["a_text"][slice(*offsets)] == text
    assert all(rows[id]["b_start"] > 0 for id in ("kept", "lost", "half"))
    assert rows["none"]["b_start"] == 0


def test_a_question_whose_answer_was_lost_is_not_exported(corpus: Path, tmp_path: Path) -> None:
    [done] = export(corpus, "squad", tmp_path)
    assert [id for id, _ in done.written.left_out] == ["lost"]
    rows = {row.id: row for row in read(done.path, lang="de")}
    assert {id: _answers(row) for id, row in rows.items()} == {
        "kept": [(0, "Rom")], "none": [], "half": [(13, "Tiber")]}


def test_questions_about_one_context_share_its_translation(tmp_path: Path) -> None:
    recipe = load("demo-qa", [
        "translation.beam=1", "projection.method=itermax", TINY_ENCODER])
    _, manifest, account = build(recipe, tmp_path / "out", limit=12)
    made = list(pairs(tmp_path / "out"))
    counts = manifest["languages"]["de"]
    assert counts["rows_in"] == 12 == len(made) + counts["rejected"]
    translations: dict[str, set[str]] = {}
    for pair in made:
        translations.setdefault(pair.b.fields["context"], set()).add(pair.a.fields["context"])
    assert len(translations) == 3
    assert all(len(own) == 1 for own in translations.values())
    texts = {pair.b.fields[segment.field][slice(*segment.b)]
             for pair in made for segment in pair.segments}
    assert account.texts == len(texts)
    answered = [pair for pair in made if pair.b.spans]
    assert sum(bool(pair.a.spans) for pair in answered) > len(answered) // 2
