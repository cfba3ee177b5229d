"""Builds with ruined translations: no row is lost, and nothing is claimed of ruined words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from datasets import load_from_disk

from crosslabel import Corpus
from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs, read_manifest, rejects
from crosslabel.pipeline.corpus.records import Example, Pair
from crosslabel.pipeline.corpus.tags import UNKNOWN
from crosslabel.pipeline.export.export import export
from crosslabel.pipeline.quality.ruined.judged import Judged
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.recipe.file import load
from crosslabel.pipeline.stages import shard_ruined
from tests.pipeline.corpus_builds import TINY_ENCODER
from tests.pipeline.labellers.tiny_labellers import tiny_labeller
from tests.tiny_encoder import tiny_encoder

Row = dict[str, Any]

ROWS: dict[str, tuple[str, str]] = {
    "good": ("Ada Keller lives in Bremen.", "Ada Keller wohnt in Bremen."),
    "loop": ("Ada Keller lives in Hamburg and works in Bremen.",
             "Ada Ada Ada Ada Ada Ada Ada wohnt in Hamburg und arbeitet in Bremen."),
    "bare": ("They were waiting outside until the morning came.",
             "Sie warteten drau\ufffden bis zum Morg\ufffdn."),
}
SENTENCES = "Ada Keller lives in Bremen. Tom likes Hamburg."
RUINED_LINE = ("ruined in de: corpus.jsonl, row 2 (loop): ruined: a piece occurs 7.0 times in a "
               "row: “Ada Keller lives in Hamburg and works in Bremen.”")


def _write(path: Path, rows: Sequence[Row]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _span(text: str, word: str, label: str) -> Row:
    return {"start": text.index(word), "end": text.index(word) + len(word), "label": label}


def _spans(text: str) -> list[Row]:
    named = (("Ada Keller", "PER"), ("Tom", "PER"), ("Hamburg", "LOC"), ("Bremen", "LOC"))
    return [_span(text, word, label) for word, label in named if word in text]


def _given(folder: Path, *changes: str) -> Path:
    """Build with given translations, one of which is a loop and one broken, without spans."""
    _write(folder / "corpus.jsonl", [{"id": id, "text": text, "spans": _spans(text)}
                                     for id, (text, _) in ROWS.items()])
    _write(folder / "de.jsonl", [{"id": id, "text": text} for id, (_, text) in ROWS.items()])
    recipe = folder / "recipe.yaml"
    recipe.write_text(
        "name: ruined\nsource: {path: corpus.jsonl}\ntargets: [de]\n"
        "segmentation: {sentences: false}\n"
        f"projection: {{method: itermax, model: {tiny_encoder()}}}\n"
        "translation: {given: {de: de.jsonl}}\n"
    )
    build(load(str(recipe), ["quality.ruined=true", *changes]), folder / "out")
    return folder / "out"


def _by_id(out: Path) -> dict[str, tuple[Pair, Row]]:
    rows = load_from_disk(str(out))
    return {pair.a.id: (pair, row) for pair, row in zip(pairs(out), rows, strict=True)}


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _given(tmp_path_factory.mktemp("given"))


def test_rows_stay_with_unknown_words_and_without_spans(given: Path) -> None:
    found = _by_id(given)
    assert list(rejects(given)) == []
    assert set(found) == set(ROWS)
    for id in ("loop", "bare"):
        pair, row = found[id]
        assert set(row["a_tags"]) == {UNKNOWN}
        assert pair.a.spans == ()
        assert UNKNOWN not in row["b_tags"]
        assert {(p.status, p.reason, p.likely) for p in pair.projections} <= {
            ("abstained", "ruined", ())}
    assert len(found["loop"][0].projections) == 3
    assert UNKNOWN not in found["good"][1]["a_tags"] or found["good"][0].projections


def test_ruined_rows_are_counted_and_named(given: Path) -> None:
    counts = read_manifest(given)["languages"]["de"]
    assert counts["ruined"] == {"rows": 2, "segments": 2}
    assert {(e["label"], e["status"], e["count"]) for e in counts["spans"]
            if e["reason"] == "ruined"} == {("PER", "abstained", 1), ("LOC", "abstained", 2)}
    corpus = Corpus(given)
    said = corpus.ruined_lines()
    assert said[0] == RUINED_LINE
    assert said[-1].startswith("de: 2 ruined translations in 2 rows")
    assert RUINED_LINE in corpus._repr_html_()


def test_nothing_is_looked_for_in_given_translations_unless_asked(tmp_path: Path) -> None:
    out = _given(tmp_path, "quality.ruined=null")
    assert "ruined" not in read_manifest(out)["languages"]["de"]
    assert all(not pair.a.lost for pair, _ in _by_id(out).values())


def test_words_are_unknown_where_other_lost_spans_are_outside(tmp_path: Path) -> None:
    found = _by_id(_given(tmp_path, "on_lost_span=outside"))
    assert set(found["bare"][1]["a_tags"]) == set(found["loop"][1]["a_tags"]) == {UNKNOWN}
    assert UNKNOWN not in found["good"][1]["a_tags"]


def test_pairs_are_dropped_for_their_spans_where_the_recipe_says_so(tmp_path: Path) -> None:
    out = _given(tmp_path, "on_lost_span=drop_pair", "quality.span_coverage=null")
    [dropped] = [reject for reject in rejects(out) if reject.id == "loop"]
    assert dropped.reasons[0] == "lost-span: PER 0: ruined"
    assert set(_by_id(out)["bare"][1]["a_tags"]) == {UNKNOWN}


def test_formats_that_mark_no_words_leave_ruined_rows_out(given: Path, tmp_path: Path) -> None:
    for format in ("conll", "conllu", "slots"):
        [exported] = export(given, format, tmp_path)
        assert {"loop", "bare"} <= {id for id, _ in exported.written.left_out}
    why = dict(exported.written.left_out)
    assert "ruined" in why["bare"]


def test_json_lines_mark_every_word_and_come_back(given: Path, tmp_path: Path) -> None:
    [exported] = export(given, "jsonl", tmp_path)
    rows = {row["id"]: row for row in map(json.loads, exported.path.read_text().splitlines())}
    for id in ("loop", "bare"):
        whole = rows[id]["lost_spans"][-1]
        assert (whole["label"], whole["reason"]) == ("", "ruined")
        assert [word["unknown"] for word in whole["likely"]] == [True] * len(
            rows[id]["words"][0]["ranges"])
    back = {row.id: row for row in read(exported.path) if isinstance(row, Example)}
    for id, (pair, _) in _by_id(given).items():
        assert back[id].lost[len(pair.projections):] == pair.a.lost


def test_a_ruined_sentence_is_no_label_of_the_next_corpus(given: Path, tmp_path: Path) -> None:
    [exported] = export(given, "jsonl", tmp_path)
    recipe = load("demo-ner", [f"source.path={exported.path}", "source.labels=null",
                               "source.lang=de", "targets=[en]", "translation.beam=1",
                               "quality.numbers=false", "projection.method=itermax", TINY_ENCODER])
    build(recipe, tmp_path / "next")
    assert read_manifest(tmp_path / "next")["labels"] == ["LOC", "PER"]
    pair, row = _by_id(tmp_path / "next")["bare"]
    assert set(row["b_tags"]) == {UNKNOWN}
    assert [lost.label for lost in pair.b.lost] == [""]


def test_features_have_no_label_for_ruined_words(given: Path, tmp_path: Path) -> None:
    for lost in ("mask", "outside"):
        Corpus(given).featurize(tmp_path / lost, task="token", student=str(tiny_encoder()),
                                on_lost_span=lost)
        rows = load_from_disk(str(tmp_path / lost))
        for pair, row in zip(pairs(given), rows, strict=True):
            labels = {label for label in row["a_token_labels"] if label != UNKNOWN}
            assert bool(labels) == (pair.a.id == "good")
            assert {label for label in row["b_token_labels"] if label != UNKNOWN}


def _ruins(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """Call the translations of sentences with a word ruined."""
    def judge(segments: Sequence[Judged], *known: object) -> list[str | None]:
        return ["looks bad" if word in segment.human else None for segment in segments]

    monkeypatch.setattr(shard_ruined, "judge", judge)


def _small(folder: Path, row: Row, *changes: str) -> tuple[Pair, Row]:
    _write(folder / "corpus.jsonl", [{"id": "1", **row}])
    recipe = load("demo-ner", [f"source.path={folder / 'corpus.jsonl'}", "source.labels=null",
                               "targets=[de]", "translation.beam=1", "quality.numbers=false",
                               "projection.method=itermax", TINY_ENCODER, *changes])
    build(recipe, folder / "out")
    return _by_id(folder / "out")["1"]


def test_the_other_sentences_of_a_row_are_as_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"text": SENTENCES, "spans": _spans(SENTENCES)}
    (tmp_path / "sound").mkdir()
    (tmp_path / "ruined").mkdir()
    before, _ = _small(tmp_path / "sound", row, "quality.ruined=false")
    _ruins(monkeypatch, "Tom")
    pair, values = _small(tmp_path / "ruined", row)
    first, second = pair.segments
    assert pair.projections[0] == before.projections[0]
    assert [p.reason for p in pair.projections if p.span_id in ("1", "2")] == ["ruined"] * 2
    for (start, _end), tag in zip(pair.a.words[0].ranges, values["a_tags"], strict=True):
        assert (tag == UNKNOWN) >= (second.a[0] <= start < second.a[1])
    assert all(span.fragments[0][1] <= first.a[1] for span in pair.a.spans)


def test_labelled_words_lose_their_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ruins(monkeypatch, "Tom")
    tokens = ["Ada", "lives", "in", "Bremen", ".", "Tom", "likes", "Hamburg", "."]
    tags = ["PROPN", "VERB", "ADP", "PROPN", "PUNCT", "PROPN", "VERB", "PROPN", "PUNCT"]
    pair, values = _small(tmp_path, {"tokens": tokens, "tags": tags, "task": "words",
                                     "lang": "en", "text": " ".join(tokens)})
    assert len(pair.segments) == 2
    start = pair.segments[1].a[0]
    for (left, _), label, tag in zip(pair.a.words[0].ranges, pair.a.words[0].labels,
                                     values["a_tags"], strict=True):
        assert left < start or (label, tag) == (None, UNKNOWN)
    assert any(pair.a.words[0].labels)
    assert [p.reason for p in pair.projections[-4:]] == ["ruined"] * 4
    [exported] = export(tmp_path / "out", "conll", tmp_path)
    assert exported.path.read_text().rstrip().endswith("\t_")


def test_what_a_model_read_in_ruins_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ruins(monkeypatch, "Tom")
    text = "Ada wohnt in Bremen. Tom mag Hamburg."
    tagger = tiny_labeller(tmp_path / "tagger", "token")
    pair, values = _small(
        tmp_path, {"text": text}, "source.lang=de", "targets=[en]", f"label={{model: {tagger}}}")
    second = pair.segments[-1]
    for side, place, span_side in (("a", second.a, pair.a), ("b", second.b, pair.b)):
        inside = [tag for (start, _), tag in zip(span_side.words[0].ranges,
                                                 values[f"{side}_tags"], strict=True)
                  if place[0] <= start < place[1]]
        assert inside and set(inside) == {UNKNOWN}
        assert all(not place[0] <= s.fragments[0][0] < place[1] for s in span_side.spans)
    [exported] = export(tmp_path / "out", "predictions", tmp_path)
    [predicted] = map(json.loads, exported.path.read_text().splitlines())
    assert all(end <= second.a[0] for end in (s["end"] for s in predicted["spans"]))
