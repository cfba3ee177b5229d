"""Offsets that count something else than code points, and texts of spans that stand elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.readers.notes import Notes

Span = dict[str, Any]
Place = tuple[int, int]
NAMES = ["Zoë", "Łódź", "🎻 Nora", "Ünal", "Zürich 🎻", "東京", "Bo", "Владимир"]
UNITS = {
    "bytes of UTF-8": lambda text: len(text.encode()),
    "UTF-16 units": lambda text: len(text.encode("utf-16-le")) // 2,
    "code points": len,
}


def rows_of(texts: list[tuple[str, list[Span]]], notes: Notes) -> list[Example | Reject]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "in.jsonl"
        file.write_text("".join(json.dumps({"text": text, "spans": spans}) + "\n"
                                for text, spans in texts))
        return list(read(file, lang="en", notes=notes))


@st.composite
def sentences(draw: st.DrawFn) -> tuple[str, list[Place]]:
    """A text and the places of its names."""
    text, places = "", list[Place]()
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4)):
        text += draw(st.sampled_from(["met ", "é – ", "𝒜 "]))
        places.append((len(text), len(text) + len(name)))
        text += name + " "
    return text + ".", places


@given(st.lists(sentences(), min_size=1, max_size=4), st.sampled_from(sorted(UNITS)),
       st.booleans(), st.data())
def test_offsets_in_any_unit_come_out_in_code_points(
    made: list[tuple[str, list[Place]]], unit: str, last_included: bool, data: st.DataObject
) -> None:
    """Spans without a text of their own are converted like the others."""
    count = UNITS[unit]
    silent = data.draw(st.sets(st.integers(1, 2)))
    texts = [(text, [
        {"start": count(text[:start]), "end": count(text[:end]) - last_included, "label": "X",
         **({} if number in silent and 0 < number < len(places) - 1 else
            {"text": text[start:end]})}
        for number, (start, end) in enumerate(places)]) for text, places in made]
    notes = Notes()
    for row, (_, places) in zip(rows_of(texts, notes), made, strict=True):
        assert isinstance(row, Example), row
        assert [span.fragments for span in row.spans] == [((s, e),) for s, e in places]
        assert "repaired_spans" not in row.meta
    usual = all(count(text) == len(text) for text, _ in made) and not last_included
    assert usual <= (notes.lines == [])
    if unit != "code points" and not usual:
        assert len(notes.lines) <= 1


def test_the_unit_is_said_once(tmp_path: Path) -> None:
    notes = Notes()
    rows_of([("José Núñez sings.", [{"start": 0, "end": 13, "label": "PER", "text": "José Núñez"}]),
             ("Zoë 🎻 sings in Łódź.", [{"start": 19, "end": 26, "label": "LOC",
                                         "surface": "Łódź"}])] * 3, notes)
    assert notes.lines == ["in.jsonl: offsets of spans count bytes of UTF-8, by the texts of the "
                           "spans; they are converted to code points"]


@pytest.mark.parametrize(("span", "fragments"), [
    ({"start": 1, "end": 11, "text": "Nora Lindt"}, ((0, 10),)),
    ({"start": 0, "end": 10, "text": "Nora Lindt"}, ((0, 10),)),
    ({"start": 19, "end": 26, "text": "Bremen"}, ((19, 26),)),  # a blank more is no other text
    ({"start": 0, "end": 10, "text": "Nora\nLindt"}, ((0, 10),)),
    ({"fragments": [[0, 4], [20, 26]], "surface": "Nora Bremen"}, ((0, 4), (20, 26))),
    ({"start": 15, "end": 20, "mention": "Bremen"}, ((20, 26),)),
])
def test_the_text_of_a_span_decides_where_it_is(
    span: Span, fragments: tuple[tuple[int, int], ...]
) -> None:
    good = {"start": 0, "end": 4, "label": "X", "text": "Nora"}
    text = "Nora Lindt works in Bremen."
    [row] = rows_of([(text, [good] * 30 + [{"label": "X", **span}])], Notes())
    assert isinstance(row, Example), row
    assert row.spans[-1].fragments == fragments
    assert ("repaired_spans" in row.meta) == (len(fragments) == 1 and span["start"] not in (0, 19))


@pytest.mark.parametrize(("span", "why"), [
    ({"start": 0, "end": 6, "text": "Hamburg"}, "stands nowhere nearby"),
    ({"start": 2, "end": 6, "text": "Bo"}, "stands several times nearby"),
    ({"start": 30, "end": 32, "text": "Bo"}, "stands nowhere nearby"),
    ({"fragments": [[0, 2], [3, 5]], "text": "Anna"}, "stands nowhere nearby"),
])
def test_a_span_whose_text_is_not_there_is_rejected(span: Span, why: str) -> None:
    good = {"start": 0, "end": 2, "label": "X", "text": "Bo"}
    text = "Bo met Bo and Al, who had been late."
    bad, kept = rows_of([(text, [{"label": "X", **span}]), (text, [good] * 30)], Notes())
    assert isinstance(bad, Reject) and isinstance(kept, Example)
    assert bad.reasons[0].startswith("surface-differs: span '0' is ")
    assert why in bad.reasons[0]
