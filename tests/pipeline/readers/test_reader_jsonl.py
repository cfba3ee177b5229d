"""JSON lines: forms, reasons, and every line accounted for."""

import gzip
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import read
from tests.unmarked import is_unmarked

GOOD: dict[str, Any] = {"id": "g", "lang": "en", "text": "Anna met Bo.",
                        "spans": [{"start": 0, "end": 4, "label": "PER"}]}


def rows(folder: Path, *lines: Any, **options: Any) -> list[Example | Reject]:
    file = folder / "in.jsonl"
    raw = (line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    file.write_bytes(b"".join(line + b"\n" for line in raw))
    return list(read(file, **options))


def covered(example: Example | Reject) -> list[tuple[str, str]]:
    assert isinstance(example, Example), example
    return [(span.label, "|".join(example.fields[span.field][start:end]
                                  for start, end in span.fragments)) for span in example.spans]


def code(row: Example | Reject) -> str:
    assert isinstance(row, Reject), row
    return row.reasons[0].partition(":")[0]


def test_own_form_keeps_everything_the_row_says(tmp_path: Path) -> None:
    [row] = rows(tmp_path, {
        "id": 7, "lang": "en", "fields": {"question": "Who?", "context": "Anna met Bo."},
        "spans": [{"id": "t", "field": "context", "fragments": [[0, 4], [9, 11]], "label": "PER"},
                  {"id": "q", "field": "question", "start": 0, "end": 3, "label": "W", "by": "x"}],
        "relations": [{"head": "t", "tail": "q", "label": "answers"}],
        "words": [{"field": "question", "ranges": [[0, 3], [3, 4]], "labels": ["WP", None]}],
        "value": 2, "source_file": "a.txt", "meta": {"page": 3},
    })
    assert isinstance(row, Example)
    assert covered(row) == [("PER", "Anna|Bo"), ("W", "Who")]
    assert (row.id, row.value, row.relations[0].label) == ("7", 2.0, "answers")
    assert row.words[0].labels == ("WP", None)
    assert row.meta == {"page": 3, "source_file": "a.txt", "spans": {"q": {"by": "x"}}}


def test_offsets_count_code_points(tmp_path: Path) -> None:
    span = {"start": 2, "end": 5, "label": "P"}
    [row] = rows(tmp_path, GOOD | {"text": "😀 Zoë", "spans": [span]})
    assert covered(row) == [("P", "Zoë")]


def test_token_form_writes_the_text_and_moves_the_offsets(tmp_path: Path) -> None:
    [row] = rows(tmp_path, {"id": "t", "lang": "en", "tokens": ["Bo", "did", "n't", "."],
                            "spans": [{"start": 1, "end": 3, "label": "V"}]})
    assert covered(row) == [("V", "didn't")]
    assert isinstance(row, Example)
    assert row.words[0].ranges == ((0, 2), (3, 6), (6, 9), (9, 10))


def test_token_form_with_text_aligns_to_it(tmp_path: Path) -> None:
    spans = [{"start": 1, "end": 2, "label": "P"}]
    good, bad = rows(tmp_path, {"id": "1", "lang": "en", "text": "a  “B”", "spans": spans,
                                "tokens": ["a", '"', "B", '"']},
                     {"id": "2", "lang": "de", "text": "zum B", "tokens": ["zu", "dem", "B"]})
    assert covered(good) == [("P", "“")]
    assert code(bad) == "tokens-differ"


def test_pair_form_reads_the_labelled_side(tmp_path: Path) -> None:
    [row] = rows(tmp_path, {"id": "p", "source": {"lang": "en", "tokens": ["Bo", "!"],
                 "spans": [{"start": 0, "end": 1, "label": "PER"}]},
                 "target": {"lang": "de", "tokens": ["Bo", "!"]}, "meta": {"split": "dev"}})
    assert covered(row) == [("PER", "Bo")]
    assert isinstance(row, Example)
    assert (row.lang, row.fields["text"], row.meta) == ("en", "Bo!", {"split": "dev"})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"text": None}, "wrong-type"), ({"text": 3}, "wrong-type"),
        ({"text": " \n"}, "empty-text"), ({"value": "1"}, "wrong-type"),
        ({"text": "x" * 50_000}, "text-too-long"),
        ({"id": True}, "wrong-type"), ({"lang": "not a tag"}, "bad-language"),
        ({"spans": {}}, "wrong-type"), ({"spans": [3]}, "wrong-type"),
        ({"value": 10**400}, "not-finite"), ({"value": True}, "wrong-type"),
        ({"task": "sums"}, "unknown-task"), ({"meta": 3}, "wrong-type"),
        ({"fields": {"a": "b"}}, "two-texts"), ({"text": "\ud800", "spans": []}, "lone-surrogate"),
        ({"note": json.loads("[" * 200 + "]" * 200)}, "nested-too-deep"),
        ({"tokens": [""], "text": None}, "empty-token"), ({"tokens": ["a", 1]}, "wrong-type"),
        ({"words": [{"ranges": [[2, 1]]}]}, "words-unordered"),
        ({"words": [{"ranges": [[0, 1]], "labels": ["a", "b"]}]}, "labels-differ"),
        ({"words": [{"ranges": [[0, 1]], "labels": ["a"], "scores": [1, 2]}]}, "scores-differ"),
        ({"words": [{"ranges": [[0, 1]], "labels": ["a"], "scores": ["1"]}]}, "wrong-type"),
        ({"probabilities": {"a": "1"}}, "wrong-type"), ({"probabilities": [1]}, "wrong-type"),
        ({"relations": [{"head": "0", "tail": "9", "label": "r"}]}, "unknown-span"),
    ],
)
def test_bad_row_is_rejected_with_its_reason(
    tmp_path: Path, change: dict[str, Any], expected: str
) -> None:
    bad, good = rows(tmp_path, GOOD | change, GOOD)
    assert code(bad) == expected
    assert isinstance(good, Example)


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ({"start": 0, "end": 99}, "offset-outside-text"), ({"start": -1, "end": 2}, "offset"),
        ({"start": 2, "end": 2}, "offset-outside"), ({"start": False, "end": 2}, "wrong-type"),
        ({"start": 0.5, "end": 2}, "wrong-type"), ({"start": 0}, "missing-key"),
        ({"start": 0, "end": 2, "label": None}, "wrong-type"), ({"fragments": []}, "no-fragments"),
        ({"fragments": [[1]]}, "wrong-type"), ({"fragments": [[3, 4], [0, 1]]}, "fragments-unord"),
        ({"fragments": [[0, 1]], "start": 0, "end": 1}, "two-ranges"),
        ({"start": 0, "end": 1, "field": "title"}, "unknown-field"),
        ({"start": 0, "end": 1, "label": "LOC"}, "unknown-label"),
    ],
)
def test_bad_span_is_rejected_with_its_reason(
    tmp_path: Path, span: dict[str, Any], expected: str
) -> None:
    [bad] = rows(tmp_path, GOOD | {"spans": [{"label": "PER"} | span]}, labels=["ORG", "PER"])
    assert code(bad).startswith(expected)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"", "malformed-json"), (b"{", "malformed-json"), (b"[]", "malformed-json"),
        (b'{"value": NaN}', "malformed-json"), (b"[" * 100_000, "malformed-json"),
        (b'{"id": "\xff"}', "invalid-utf8"), (b'{"id": "1", "lang": "en"}', "missing-key"),
        (b'{"id": "1", "text": "a"}', "missing-key"),
    ],
)
def test_bad_line_is_rejected_with_its_reason(tmp_path: Path, line: bytes, expected: str) -> None:
    good, bad = rows(tmp_path, GOOD, line)
    assert isinstance(good, Example)
    assert (code(bad), bad.row if isinstance(bad, Reject) else 0) == (expected, 2)


def test_unknown_label_lists_the_allowed_ones(tmp_path: Path) -> None:
    [bad] = rows(tmp_path, GOOD, labels=["LOC", "ORG"])
    assert isinstance(bad, Reject)
    assert bad.reasons == ("unknown-label: 'PER' is not one of LOC, ORG",)


def test_reject_carries_every_reason(tmp_path: Path) -> None:
    [bad] = rows(tmp_path, GOOD | {"text": "x" * 30, "lang": "?"}, max_characters=20, labels=["X"])
    assert isinstance(bad, Reject)
    assert [reason.partition(":")[0] for reason in bad.reasons] == [
        "bad-language", "text-too-long", "unknown-label"]


def test_duplicate_id_names_the_first_row(tmp_path: Path) -> None:
    _, bad = rows(tmp_path, GOOD, GOOD)
    assert isinstance(bad, Reject)
    assert bad.reasons[0].startswith("duplicate-id: 'g' is also the id of row 1")


def test_row_language_comes_before_the_given_one(tmp_path: Path) -> None:
    own, other = rows(tmp_path, GOOD, {"id": "2", "text": "Ja"}, lang="de")
    assert isinstance(own, Example) and isinstance(other, Example)
    assert (own.lang, other.lang) == ("en", "de")


def test_gzip_and_byte_order_mark_and_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl.gz"
    other = json.dumps(GOOD | {"id": "2", "text": "a\u2028b Anna"}, ensure_ascii=False)
    file.write_bytes(gzip.compress(
        b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\r\n" + other.encode()))
    assert all(isinstance(row, Example) for row in read(file))


LINE = st.binary() | st.builds(
    lambda value: json.dumps(value).encode(),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
        lambda inner: st.lists(inner) | st.dictionaries(
            st.sampled_from(["id", "lang", "text", "spans", "start", "end", "label", "tokens",
                             "source", "target", "fields", "words", "ranges", "meta"]), inner),
        max_leaves=20))


@given(st.lists(LINE.filter(lambda line: b"\n" not in line)), st.sampled_from([None, "en"]))
def test_every_line_is_accounted_for(lines: list[bytes], lang: str | None) -> None:
    assume(is_unmarked(b"\n".join(lines)))
    with TemporaryDirectory() as folder:
        found = rows(Path(folder), b'{"text": "a"}', *lines, lang=lang)
    assert len(found) == len(lines) + 1
    assert [row.row for row in found if isinstance(row, Reject)] == [
        number for number, row in enumerate(found, start=1) if isinstance(row, Reject)]
    for row in found:
        assert isinstance(row, Example) or ":" in row.reasons[0]


@pytest.mark.data
def test_public_corpora_are_read_whole(crosslabel_data: Path) -> None:
    files = sorted([*crosslabel_data.glob("projection/*"), *crosslabel_data.glob("ner_en/*")])
    assert len(files) > 10
    for file in files:
        rows = list(read(file))
        bad = [row for row in rows if isinstance(row, Reject)]
        assert rows and not bad, bad[:3]
