"""Tagged words of several systems, against doing it by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.finetune.combine.run import combine
from crosslabel.projection.errors import InputError
from tests.finetune.combine.by_hand import Row, combined, spans_of
from tests.finetune.combine.row_files import read, write

PLAIN = ("NOUN", "VERB", "X")
IOB = ("O", "B-A", "I-A", "B-B", "I-B")


def row(tags: Sequence[str | None], scores: Sequence[float | None] | None = None,
        id: str = "1", **more: Any) -> Row:
    words = [[2 * n, 2 * n + 1] for n in range(len(tags))]
    made: Row = {"id": id, "lang": "de", "words": words, "tags": list(tags), **more}
    return made if scores is None else made | {"scores": list(scores)}


@st.composite
def systems(draw: st.DrawFn, names: Sequence[str]) -> list[list[Row]]:
    """Files of a few texts that not every file has, and not every tag has a score."""
    texts = draw(st.lists(st.integers(0, 6), min_size=1, max_size=3))
    scores = st.sampled_from([0.25, 0.5, 0.75, 1.0, None])
    files = []
    for _ in range(draw(st.integers(2, 4))):
        rows = []
        for id, words in enumerate(texts):
            if draw(st.integers(0, 4)):
                tags = [draw(st.sampled_from(names)) for _ in range(words)]
                made = row(tags, [draw(scores) for _ in tags], str(id))
                if draw(st.booleans()):
                    made["tag_probabilities"] = [draw(st.none() | st.dictionaries(
                        st.sampled_from(names), st.sampled_from([0.25, 0.5]), min_size=1))
                        for _ in tags]
                made["words"] = [word if draw(st.integers(0, 6)) else None
                                 for word in made["words"]]
                rows.append(made)
        files.append(rows)
    return files


def inventory(files: Sequence[Sequence[Row]], iob: bool) -> list[str]:
    """Every tag of the files, of spans also O and the first tag of each label."""
    seen = [tag for rows in files for own in rows for tag in own["tags"]]
    seen += [tag for rows in files for own in rows
             for given in own.get("tag_probabilities") or () for tag in given or ()]
    more = ["O", *(f"B-{tag[2:]}" for tag in seen if tag != "O")] if iob else []
    return sorted({*more, *seen})


@pytest.mark.parametrize("by", ["mean", "vote"])
@pytest.mark.parametrize("names", [IOB, PLAIN])
@given(st.data())
def test_words_are_combined_as_by_hand(
    tmp_path_factory: pytest.TempPathFactory, names: Sequence[str], by: Any, data: st.DataObject
) -> None:
    files = data.draw(systems(names))
    weights = [data.draw(st.integers(1, 3)) for _ in files]
    folder = tmp_path_factory.mktemp("files")
    combine(write(folder, *files), folder / "out", by, weights)
    found = {own["id"]: own for own in read(folder / "out")}
    ids = dict.fromkeys(own["id"] for rows in files for own in rows)
    assert list(found) == list(ids)
    iob = names is IOB or not any(own["tags"] for rows in files for own in rows)
    seen = inventory(files, iob)
    for id in ids:
        having = [(own, weight) for rows, weight in zip(files, weights, strict=True)
                  for own in rows if own["id"] == id]
        tags, scores = combined(*zip(*having, strict=True), names=seen, by=by, iob=iob)
        assert found[id]["tags"] == tags
        assert found[id]["scores"] == [None if own is None else pytest.approx(float(own), abs=1e-6)
                                       for own in scores]
        places = [[2 * n, 2 * n + 1] if any(own["words"][n] for own, _ in having) else None
                  for n in range(len(tags))]
        assert found[id]["words"] == places
        if iob:
            spans = [(2 * first, 2 * last + 1, label) for first, last, label in spans_of(tags)]
            assert [(s["start"], s["end"], s["label"]) for s in found[id]["spans"]] == spans
        else:
            assert "spans" not in found[id]


def test_scores_of_spans_are_the_means_of_their_words(tmp_path: Path) -> None:
    files = write(tmp_path, [row(["B-A", "I-A", "O"], [0.9, 0.5, 0.8])],
                  [row(["B-A", "I-A", "O"], [0.7, 0.7, 0.9])])
    combine(files, tmp_path / "out", "mean")
    [found] = read(tmp_path / "out")
    assert found["scores"] == [0.8, 0.6, 0.85]
    assert found["spans"] == [{"start": 0, "end": 3, "label": "A", "score": 0.7}]


def test_a_sure_system_outweighs_an_unsure_one_and_votes_do_not(tmp_path: Path) -> None:
    files = write(tmp_path, [row(["B-A"], [0.99], text="Anna")], [row(["O"], [0.5])],
                  [row(["O"], [0.55])])
    combine(files, tmp_path / "mean", "mean")
    combine(files, tmp_path / "vote", "vote")
    assert [own["tags"] for own in read(tmp_path / "mean")] == [["B-A"]]
    assert [own["tags"] for own in read(tmp_path / "vote")] == [["O"]]
    assert read(tmp_path / "mean")[0]["text"] == "Anna"


def test_texts_that_files_cut_into_other_words_are_named_and_left_out(tmp_path: Path) -> None:
    moved = row(["O", "O"], id="moved")
    files = write(tmp_path, [row(["O"], id="more"), moved, row(["O"], id="good")],
                  [row(["O"], id="good"), row(["O", "O"], id="more"),
                   moved | {"words": [[0, 1], [3, 4]]}])
    problems = combine(files, tmp_path / "out", "mean")
    assert [own["id"] for own in read(tmp_path / "out")] == ["good"]
    assert [str(problem).partition(";")[0] for problem in problems] == [
        "1.jsonl, row 2: 2 words in place of 1, compared with 0.jsonl",
        "1.jsonl, row 3: word [3, 4] in place of [2, 3], compared with 0.jsonl",
    ]


def test_rows_that_some_files_lack_come_from_the_others(tmp_path: Path) -> None:
    files = write(tmp_path, [row(["B-A"], id="b"), row(["O"], id="c")],
                  [row(["O"], id="a"), row(["B-A"], id="c")])
    problems = combine(files, tmp_path / "out", "vote")
    assert [(own["id"], own["tags"]) for own in read(tmp_path / "out")] == [
        ("b", ["B-A"]), ("c", ["O"]), ("a", ["O"])]
    assert [str(problem).partition(",")[0] for problem in problems] == [
        "0.jsonl: has no row for 1 texts", "1.jsonl: has no row for 1 texts"]


def test_many_texts_are_combined_in_their_order(tmp_path: Path) -> None:
    rows = [row(["B-A", "O"], [0.9, 0.8], id=str(n)) for n in range(2500)]
    files = write(tmp_path, rows, rows[::-1])
    assert combine(files, tmp_path / "out", "mean") == []
    assert [own["id"] for own in read(tmp_path / "out")] == [own["id"] for own in rows]


BAD: list[tuple[Row, str]] = [
    ({"words": [[0, 1]]}, "lists of equal length"),
    ({"words": [[0, 1], "b"]}, "[start, end] or null"),
    ({"tags": ["O", 1]}, "text or null"),
    ({"scores": [0.5]}, "one probability"),
    ({"scores": [0.5, 1.5]}, "one probability"),
    ({"scores": [0.5, float("nan")]}, "NaN is not a JSON number"),
    ({"scores": [0.5, 10**400]}, "one probability"),
    ({"tag_probabilities": [{"O": 2.0}, None]}, "one object of probabilities"),
    ({"lang": None}, "'lang' is None"),
    ({"id": "good"}, "was predicted before"),
    ({"label": "A"}, "has 2 of tags, label, value, answer"),
]


@pytest.mark.parametrize(("change", "message"), BAD)
def test_a_bad_row_is_named_and_the_others_are_combined(
    tmp_path: Path, change: Row, message: str
) -> None:
    good, bad = row(["O", "O"], id="good"), row(["O", "O"], id="bad")
    files = write(tmp_path, [good, bad | change], [good, bad])
    [problem, lacking] = combine(files, tmp_path / "out", "mean")
    assert str(problem).startswith("0.jsonl, row 2: ")
    assert message in str(problem)
    assert "0.jsonl: has no row for 1 texts, such as 'bad' (de)" in str(lacking)
    assert [own["id"] for own in read(tmp_path / "out")] == ["good", "bad"]


def test_tags_of_spans_and_plain_labels_do_not_go_together(tmp_path: Path) -> None:
    files = write(tmp_path, [row(["B-A"])], [row(["NOUN"])])
    with pytest.raises(InputError, match=r"tags of spans \(B-A\) and plain labels \(NOUN\)"):
        combine(files, tmp_path / "out", "mean")
    assert not (tmp_path / "out").exists()
