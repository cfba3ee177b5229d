"""Labels on words: how they are projected, and what a corpus of them holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from crosslabel.cli.report import print_corpus
from crosslabel.library.corpus import open_corpus
from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs, rejects
from crosslabel.pipeline.corpus.records import Example, Pair, Span, Words
from crosslabel.pipeline.corpus.tags import UNKNOWN
from crosslabel.pipeline.corpus.word_labels import given_spans, projected_words
from crosslabel.pipeline.export.export import export
from crosslabel.pipeline.planning.plan import plan
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.recipe import Recipe
from crosslabel.pipeline.recipe.file import load
from crosslabel.projection.errors import InputError
from crosslabel.projection.interface import Projection

ENGLISH: Sequence[Sequence[tuple[str, str]]] = [
    [("Anna", "PROPN"), ("bought", "VERB"), ("a", "DET"), ("red", "ADJ"), ("house", "NOUN"),
     (".", "PUNCT")],
    [("The", "DET"), ("children", "NOUN"), ("sleep", "VERB"), (".", "PUNCT")],
    [("Well", "_"), (",", "PUNCT"), ("he", "PRON"), ("reads", "VERB"), ("books", "NOUN"),
     (".", "PUNCT")],
]
GERMAN = ["Anna kaufte ein rotes Haus.", "Die Kinder schlafen.", "Nun, er liest Bücher."]


def _conllu(sentences: Sequence[Sequence[tuple[str, str]]]) -> str:
    blocks = []
    for sentence in sentences:
        ends = [*(form for form, _ in sentence[1:]), ""]
        blocks.append("".join(
            f"{number}\t{form}\t_\t{upos}" + "\t_" * 5
            + ("\tSpaceAfter=No\n" if following in {",", ".", ""} else "\t_\n")
            for number, ((form, upos), following) in enumerate(zip(sentence, ends, strict=True), 1)
        ))
    return "\n".join(f"# sent_id = en-{number}\n{block}" for number, block in enumerate(blocks, 1))


def _recipe(folder: Path, *overrides: str) -> Recipe:
    (folder / "en.conllu").write_text(_conllu(ENGLISH), encoding="utf-8")
    (folder / "de.jsonl").write_text("".join(
        json.dumps({"id": f"en-{number}", "text": text}) + "\n"
        for number, text in enumerate(GERMAN, 1)
    ), encoding="utf-8")
    (folder / "recipe.yaml").write_text(
        "name: pos\nsource: {path: en.conllu, lang: en}\ntargets: [de]\n"
        "segmentation: {sentences: false}\ntranslation: {given: {de: de.jsonl}}\n"
        "projection: {method: itermax}\n"
    )
    return load(str(folder / "recipe.yaml"), overrides)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("words")
    _, manifest, _ = build(_recipe(folder), folder / "out")
    return folder / "out", manifest


def _labelled(example: Example) -> list[tuple[str, str | None]]:
    [words] = example.words
    text = example.fields["text"]
    return [(text[start:end], label)
            for (start, end), label in zip(words.ranges, words.labels, strict=True)]


def test_words_of_the_translation_get_the_labels_of_theirs(
    corpus: tuple[Path, dict[str, Any]]
) -> None:
    found = [_labelled(pair.a) for pair in pairs(corpus[0])]
    assert found[:2] == [
        [("Anna", "PROPN"), ("kaufte", "VERB"), ("ein", "DET"), ("rotes", "ADJ"), ("Haus", "NOUN"),
         (".", "PUNCT")],
        [("Die", "DET"), ("Kinder", "NOUN"), ("schlafen", "VERB"), (".", "PUNCT")],
    ]
    assert found[2][0] == ("Nun", None)


def test_sides_have_words_and_no_spans(corpus: tuple[Path, dict[str, Any]]) -> None:
    for pair, sentence in zip(pairs(corpus[0]), ENGLISH, strict=True):
        assert (pair.a.task, pair.b.task) == ("words", "words")
        assert not pair.a.spans and not pair.b.spans
        known = [(form, None if upos == "_" else upos) for form, upos in sentence]
        assert _labelled(pair.b) == known
        assert [(p.span_id, p.label) for p in pair.projections] == [
            (str(index), label) for index, (_, label) in enumerate(known) if label
        ]


def test_tags_are_the_labels_and_minus_100_where_there_is_none(
    corpus: tuple[Path, dict[str, Any]]
) -> None:
    from datasets import load_from_disk

    dataset = load_from_disk(str(corpus[0]))
    names = dataset.features["a_tags"].feature.names
    assert names == ["ADJ", "DET", "NOUN", "PRON", "PROPN", "PUNCT", "VERB"]
    assert dataset.features["b_tags"].feature.names == names
    for row, pair in zip(dataset, pairs(corpus[0]), strict=True):
        for side, example in (("a", pair.a), ("b", pair.b)):
            tags = [None if tag == UNKNOWN else names[tag] for tag in row[f"{side}_tags"]]
            assert list(zip(row[f"{side}_tokens"], tags, strict=True)) == _labelled(example)


def test_manifest_says_the_task_and_counts_words(corpus: tuple[Path, dict[str, Any]]) -> None:
    manifest = corpus[1]
    assert manifest["task"] == "words"
    given = sum(upos != "_" for sentence in ENGLISH for _, upos in sentence)
    assert sum(entry["count"] for entry in manifest["languages"]["de"]["spans"]) == given


def test_exports_keep_the_labels(corpus: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    [lines] = export(corpus[0], "jsonl", tmp_path)
    assert list(read(lines.path)) == [pair.a for pair in pairs(corpus[0])]
    [columns] = export(corpus[0], "conll", tmp_path)
    assert (columns.written.rows, columns.written.left_out) == (len(ENGLISH), [])
    expected = "".join(
        "".join(f"{word}\t{label or '_'}\n" for word, label in _labelled(pair.a)) + "\n"
        for pair in pairs(corpus[0])
    )
    assert columns.path.read_text(encoding="utf-8") == expected


def test_inspect_shows_words_with_their_labels(corpus: tuple[Path, dict[str, Any]]) -> None:
    console = Console(width=200, record=True, file=StringIO())
    print_corpus(open_corpus(corpus[0]), console)
    screen = console.export_text()
    assert "with the fewest lost words" in screen
    assert "Anna/PROPN kaufte/VERB ein/DET rotes/ADJ Haus/NOUN./PUNCT" in screen


def test_lost_words_can_drop_the_pair(tmp_path: Path) -> None:
    build(_recipe(tmp_path), tmp_path / "kept")
    (tmp_path / "de.jsonl").write_text('{"id": "en-2", "text": "Die Kinder schlafen."}\n'
                                       '{"id": "en-3", "text": "Ja"}\n', encoding="utf-8")
    recipe = load(str(tmp_path / "recipe.yaml"), ["on_lost_span=drop_pair"])
    build(recipe, tmp_path / "dropped")
    assert [pair.b.id for pair in pairs(tmp_path / "dropped")] == ["en-2"]
    assert {row.id: row.reasons[0].partition(":")[0] for row in rejects(tmp_path / "dropped")} == {
        "en-1": "no-translation", "en-3": "lost-span"
    }


def test_a_corpus_of_words_takes_no_rows_with_spans(tmp_path: Path) -> None:
    words = {"id": "w", "task": "words", "text": "Hi", "lang": "en",
             "words": [{"ranges": [[0, 2]], "labels": ["INTJ"]}]}
    spans = {"id": "s", "text": "Hi", "lang": "en", "spans": []}
    recipe = _recipe(tmp_path, f"source.path={tmp_path / 'mixed.jsonl'}")
    for first, second in ((words, spans), (spans, words)):
        rows = "".join(json.dumps(row) + "\n" for row in (first, second))
        (tmp_path / "mixed.jsonl").write_text(rows)
        (tmp_path / "de.jsonl").write_text('{"id": "w", "text": "Ha"}\n{"id": "s", "text": "Ha"}')
        out = tmp_path / str(first["id"])
        _, manifest, _ = build(recipe, out)
        assert [pair.b.id for pair in pairs(out)] == [first["id"]]
        assert [row.reasons[0].partition(":")[0] for row in rejects(out)] == ["other-task"]
        assert manifest["task"] == first.get("task", "spans")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"spans": [{"start": 0, "end": 2, "label": "X"}]}, "two-tasks"),
        ({"words": [{"ranges": [[0, 2]]}]}, "labels-differ"),
        ({"words": []}, "no-words"),
        ({"words": [{"ranges": [[0, 1]], "labels": ["X"]}] * 2}, "two-words"),
    ],
)
def test_rows_of_words_that_break_a_promise_are_rejected(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    row = {"id": "w", "task": "words", "text": "Hi", "lang": "en",
           "words": [{"ranges": [[0, 2]], "labels": ["INTJ"]}]}
    (tmp_path / "in.jsonl").write_text(json.dumps(row | change) + "\n" + json.dumps(row) + "\n")
    bad, good = read(tmp_path / "in.jsonl")
    assert isinstance(good, Example)
    assert not isinstance(bad, Example)
    assert bad.reasons[0].partition(":")[0] == reason


def test_words_are_not_marked_one_by_one(tmp_path: Path) -> None:
    _recipe(tmp_path)
    (tmp_path / "marked.yaml").write_text(
        "name: pos\nsource: {path: en.conllu, lang: en}\ntargets: [de]\n"
        "translation: {markers: letters}\n"
    )
    with pytest.raises(InputError, match=r"leave out translation\.markers"):
        plan(load(str(tmp_path / "marked.yaml")), tmp_path / "out")


def test_ids_name_the_field_where_there_are_several(tmp_path: Path) -> None:
    row = {"id": "w", "task": "words", "lang": "en", "fields": {"one": "a b", "two": "c"},
           "words": [{"field": "two", "ranges": [[0, 1]], "labels": ["X"]},
                     {"field": "one", "ranges": [[0, 1], [2, 3]], "labels": [None, "Y"]}]}
    (tmp_path / "in.jsonl").write_text(json.dumps(row) + "\n")
    [example] = read(tmp_path / "in.jsonl")
    assert isinstance(example, Example)
    assert [(s.id, s.field, s.fragments, s.label) for s in given_spans(example)] == [
        ("two:0", "two", ((0, 1),), "X"), ("one:1", "one", ((2, 3),), "Y")
    ]


RANGES = st.lists(st.integers(0, 30), max_size=12, unique=True).map(
    lambda bounds: tuple(zip(sorted(bounds)[::2], sorted(bounds)[1::2], strict=False)))
SCORES = st.sampled_from([None, 0.25, 0.5])


@st.composite
def projections(draw: st.DrawFn) -> Projection:
    return Projection("0", draw(st.sampled_from("XYZ")), draw(RANGES),
                      draw(st.sampled_from(["one", "other"])), "projected",
                      raw_score=draw(SCORES), probability=draw(SCORES))


def _independently(word: tuple[int, int], found: Sequence[Projection]) -> str | None:
    """The same decision from single characters."""
    characters = set(range(*word))
    claims = [p for p in found if any(characters & set(range(*own)) for own in p.fragments)]
    for scores in ([p.probability for p in claims],
                   [p.raw_score if p.method == claims[0].method else None for p in claims]):
        labels = {p.label for p in claims}
        if len(labels) > 1 and None not in scores:
            best = max(score for score in scores if score is not None)
            labels = {p.label for p, score in zip(claims, scores, strict=True) if score == best}
            return labels.pop() if len(labels) == 1 else None
        if len(labels) == 1:
            return labels.pop()
    return None


@given(RANGES, st.lists(projections(), max_size=4))
def test_the_surest_label_of_each_word_is_taken(
    words: tuple[tuple[int, int], ...], found: list[Projection]
) -> None:
    expected = tuple(_independently(word, found) for word in words)
    given = {"0": Span("0", "text", ((0, 1),), "X", 0.5)}
    labelled = projected_words(Words("text", words), given, found)
    assert labelled.labels == expected
    assert [score is None for score in labelled.scores] == (
        [label is None for label in expected] if any(expected) else [])
    for label, score in zip(labelled.labels, labelled.scores, strict=False):
        possible = {0.5 * (1.0 if p.probability is None else p.probability)
                    for p in found if p.label == label}
        assert score is None or score in possible


@pytest.mark.data
def test_real_treebank_from_english_to_german(crosslabel_data: Path, tmp_path: Path) -> None:
    """Professional translations with known parts of speech on both sides: most labels are right."""
    folder = crosslabel_data / "pos" / "conllu"
    gold = {_text_en(row): row for row in read(folder / "de_pud.conllu.gz", lang="de")
            if isinstance(row, Example)}
    source = [row for row in read(folder / "en_pud.conllu.gz", lang="en")
              if isinstance(row, Example) and row.fields["text"] in gold][:40]
    with (tmp_path / "de.jsonl").open("w", encoding="utf-8") as file:
        for row in source:
            text = gold[row.fields["text"]].fields["text"]
            file.write(json.dumps({"id": row.id, "text": text}) + "\n")
    recipe = _recipe(tmp_path / "..", f"source.path={folder / 'en_pud.conllu.gz'}",
                     f"translation.given.de={tmp_path / 'de.jsonl'}")
    build(recipe, tmp_path / "out", limit=100)
    right = [label == known for pair in pairs(tmp_path / "out")
             for label, known in _compared(pair, gold[pair.b.fields["text"]])]
    assert len(right) > 200
    assert sum(right) / len(right) > 0.75


def _text_en(row: Example) -> str:
    comments = {key: value for key, _, value in
                (comment.partition(" = ") for comment in row.meta["comments"])}
    return str(comments.get("text_en"))


def _compared(pair: Pair, gold: Example) -> list[tuple[str, str | None]]:
    known = dict(zip(gold.words[0].ranges, gold.words[0].labels, strict=True))
    [words] = pair.a.words
    return [(label, known[range_]) for range_, label in zip(words.ranges, words.labels, strict=True)
            if label and known.get(range_)]
