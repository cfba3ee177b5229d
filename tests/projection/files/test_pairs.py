"""Reading of pair files, good rows and bad ones."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.jsonl import RowError
from crosslabel.projection.files.pairs import PairRow, parse_pair, read_pairs, snap
from crosslabel.projection.words import side_from_tokens
from tests.projection.conftest import SAMPLES


def row(**changes: Any) -> dict[str, Any]:
    good = {
        "id": "a",
        "source": {"lang": "en", "tokens": ["Anna", "sleeps"],
                   "spans": [{"start": 0, "end": 1, "label": "PER"}]},
        "target": {"lang": "de", "text": "Anna schläft.",
                   "spans": [{"start": 0, "end": 4, "label": "PER"}]},
    }
    return good | changes


def side(**changes: Any) -> dict[str, Any]:
    return {"lang": "en", "tokens": ["a", "b"]} | changes


def span(**changes: Any) -> dict[str, Any]:
    return side(spans=[{"start": 0, "end": 1, "label": "X"} | changes])


def test_units_are_those_of_each_side() -> None:
    parsed = parse_pair(row(), 1)
    assert parsed.pair.spans[0].fragments == ((0, 4),)
    assert parsed.unit == "characters" and parsed.in_unit((0, 4)) == (0, 4)
    assert parsed.gold is not None and parsed.gold[0].fragments == ((0, 4),)
    tokens = parse_pair(row(target=side(tokens=["Anna", "schläft", "."])), 1)
    assert tokens.unit == "tokens" and tokens.in_unit((5, 14)) == (1, 3)
    assert tokens.gold is None


def test_discontinuous_spans_keep_their_fragments() -> None:
    given = side(spans=[{"fragments": [[1, 2], [0, 1]], "label": "X"}])
    assert parse_pair(row(source=given), 1).pair.spans[0].fragments == ((0, 1), (2, 3))


def test_gold_links_are_read() -> None:
    parsed = parse_pair(row(target=side(), sure=[[0, 1]], possible=[[1, 1]]), 1)
    assert (parsed.sure, parsed.possible) == (((0, 1),), ((1, 1),))


BAD = {
    "no id": {k: v for k, v in row().items() if k != "id"},
    "id is a number": row(id=7),
    "no source": {k: v for k, v in row().items() if k != "source"},
    "side is a list": row(target=[]),
    "no lang": row(target={"tokens": ["a"]}),
    "odd lang": row(target=side(lang="../de")),
    "no text": row(target={"lang": "de"}),
    "empty text": row(target={"lang": "de", "text": "  "}),
    "text is a number": row(target={"lang": "de", "text": 3}),
    "no tokens": row(target=side(tokens=[])),
    "tokens are text": row(target=side(tokens="a b")),
    "empty token": row(target=side(tokens=["a", ""])),
    "token is null": row(target=side(tokens=["a", None])),
    "50,000 characters": row(target={"lang": "de", "text": "ab " * 16_667}),
    "50,000 characters in tokens": row(target=side(tokens=["ab"] * 16_667)),
    "half a character": row(target={"lang": "de", "text": "\ud83d!"}),
    "spans are an object": row(source=side(spans={})),
    "span is a list": row(source=side(spans=[[0, 1]])),
    "span beyond the end": row(source=span(end=3)),
    "span before the start": row(source=span(start=-1)),
    "span is empty": row(source=span(start=1)),
    "span has no end": row(source=side(spans=[{"start": 0, "label": "X"}])),
    "offset is true": row(source=span(end=True)),
    "offset is a fraction": row(source=span(end=1.0)),
    "label is empty": row(source=span(label="")),
    "label is a list": row(source=span(label=["X"])),
    "no fragments": row(source=span(fragments=[])),
    "target span beyond the end": row(target=span(end=9)),
    "link beyond the words": row(target=side(), sure=[[0, 2]]),
    "links are text": row(target=side(), sure="0-0"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_named_and_the_others_go_on(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.jsonl"
    rows = [row(id="first"), BAD[name], row(id="last")]
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    first, bad, last = read_pairs(path)
    assert isinstance(first, PairRow) and isinstance(last, PairRow)
    assert isinstance(bad, RowError) and str(bad).startswith("x.jsonl, row 2: ")
    assert "\n" not in str(bad) and len(str(bad)) < 200


@pytest.mark.parametrize(
    "line",
    [b"", b"{", b"null", b"[]", b'{"id": "\xff"}', b'{"id": NaN', b"[" * 100_000,
     b'{"id": ' + b"1" * 5000 + b"}", b"\x00\x01"],
)
def test_a_line_that_is_no_object_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(line + b"\n" + json.dumps(row()).encode() + b"\n")
    bad, good = read_pairs(path)
    assert isinstance(bad, RowError) and bad.row == 1
    assert isinstance(good, PairRow) and good.row == 2


def test_a_repeated_id_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text((json.dumps(row()) + "\n") * 2)
    _, second = read_pairs(path)
    assert isinstance(second, RowError) and "was used in row 1" in second.problem
    assert second.id == "a"


@pytest.mark.parametrize(
    "content",
    [None, b"\x1f\x8bbroken", gzip.compress(b"{}\n" * 999)[:-9]],
    ids=["none", "broken", "cut"],
)
def test_a_file_that_cannot_be_read_is_an_input_error(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "x.jsonl.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"x\.jsonl\.gz.*check the file"):
        list(read_pairs(path))


def test_the_samples_are_good() -> None:
    for lang in ("de", "es"):
        rows = list(read_pairs(SAMPLES / f"ner.en-{lang}.jsonl"))
        assert len(rows) == 72 and all(isinstance(found, PairRow) for found in rows)


@pytest.mark.data
def test_the_public_sets_are_good(crosslabel_data: Path) -> None:
    paths = [path for folder in ("projection", "alignment")
             for path in sorted((crosslabel_data / folder).glob("*.jsonl.gz"))]
    assert len(paths) > 10
    for path in paths:
        rows = list(read_pairs(path))
        bad = [found for found in rows if isinstance(found, RowError)]
        assert rows and not bad, bad[:3]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["start", "end", "label", "lang", "tokens", "text", "spans"]), inner,
        max_size=5),
    max_leaves=8,
)


@settings(max_examples=300)
@given(st.sampled_from(["id", "source", "target", "sure"]), json_values)
def test_any_value_is_read_or_refused(key: str, value: Any) -> None:
    try:
        parse_pair(row(**{key: value}), 1)
    except InputError as error:
        assert str(error)


@given(st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=6), st.data())
def test_snap_gives_back_the_words_of_a_range(tokens: list[str], data: st.DataObject) -> None:
    words = side_from_tokens(tokens, "en").words
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    assert snap((words[first][0], words[last][1]), words) == (first, last + 1)
    assert snap((words[last][1], words[last][1] + 1), words) is None
