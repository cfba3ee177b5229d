"""Slots with an intent per sentence, and labels of words in CoNLL columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import read
from crosslabel.projection.errors import InputError

WAKE = """# id: 17
# text: Wake me at 6, please
# intent: alarm/set
# domain: alarm
1\tWake\talarm/set\tO
2\tme\talarm/set\tO
3\tat\talarm/set\tB-time
4\t6\talarm/set\tI-time
5\t,\talarm/set\tO
6\tplease\talarm/set\tO
"""


def rows(folder: Path, content: str | bytes, **options: object) -> list[Example | Reject]:
    file = folder / "de.test.slots"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(file, lang="en", **options))  # type: ignore[arg-type]


def example(row: Example | Reject) -> Example:
    assert isinstance(row, Example), row
    return row


def slots(row: Example | Reject) -> list[tuple[str, str]]:
    text = example(row).fields["text"]
    return [(span.label, text[start:end]) for span in example(row).spans
            for start, end in span.fragments]


def test_slots_become_spans_and_the_intent_the_label(tmp_path: Path) -> None:
    [row] = rows(tmp_path, WAKE)
    assert slots(row) == [("time", "at 6")]
    made = example(row)
    assert (made.id, made.task, made.label) == ("17", "spans", "alarm/set")
    assert made.fields == {"text": "Wake me at 6, please"}
    assert made.meta == {"comments": ["domain: alarm"]}


def test_two_columns_and_equals_signs_say_the_same(tmp_path: Path) -> None:
    content = "# id = 17\n# intent = alarm/set\nWake\tO\nme\tO\nat\tB-time\n6\tI-time\n#\tO\n"
    [row] = rows(tmp_path, content)
    assert slots(row) == [("time", "at 6")]
    assert (example(row).id, example(row).label) == ("17", "alarm/set")
    assert example(row).fields["text"] == "Wake me at 6 #"


def test_comments_that_look_like_tags_are_comments(tmp_path: Path) -> None:
    [row] = rows(tmp_path, "# text: B-52\n# intent: O\n1\tB-52\tO\tB-plane\n")
    assert (slots(row), example(row).label) == ([("plane", "B-52")], "O")


def test_a_hash_in_a_column_of_its_own_is_a_word(tmp_path: Path) -> None:
    [row] = rows(tmp_path, "# intent: call\n#\tO\n1\tB-number\n")
    assert (slots(row), example(row).fields["text"]) == ([("number", "1")], "#1")


@pytest.mark.parametrize(
    ("columns", "comment", "label"),
    [("a/b", "", "a/b"), ("_", "a/b", "a/b"), ("_", "", None), ("_", "_", None)],
)
def test_intent_is_that_of_the_comment_or_the_columns(
    tmp_path: Path, columns: str, comment: str, label: str | None
) -> None:
    said = f"# intent: {comment}\n" if comment else ""
    [row] = rows(tmp_path, f"{said}1\tGo\t{columns}\tO\n")
    assert example(row).label == label


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("1\tGo\tO", "wrong-columns: line 8 has 3 columns"),
        ("1\tGo\ta\tTIME", "unknown-tag: line 8 ends with 'TIME'"),
        ("1\t \ta\tO", "empty-token: line 8 has no word"),
        ("1\tGo\ta\tO\n2\ton\tb\tO", "two-intents: the sentence has the intents a, b"),
        ("# intent: a\n1\tGo\tb\tO", "two-intents: the sentence has the intents a, b"),
        ("# text: Stop\n1\tGo\ta\tO", "tokens-differ"),
        (b"# text: \xff\n1\tGo\ta\tO", "invalid-utf8"),
        (b"1\t\xff\ta\tO", "invalid-utf8: byte 2"),
        ("# id: 17\n1\tGo\talarm/set\tO", "duplicate-id: '17' is also the id of row 5"),
    ],
)
def test_bad_sentence_is_rejected_alone(tmp_path: Path, bad: str | bytes, reason: str) -> None:
    raw = bad.encode() if isinstance(bad, str) else bad
    good, reject, after = rows(
        tmp_path, WAKE.encode() + b"\n" + raw + b"\n\n1\tGo\ta\tO\n")
    example(good), example(after)
    assert isinstance(reject, Reject)
    assert reject.reasons[0].startswith(reason.replace("line 8", f"line {reject.row}"))


def test_json_lines_with_spans_and_a_label_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(
        '{"id": "17", "lang": "en", "text": "Wake me at 6, please", "label": "alarm/set",'
        ' "spans": [{"start": 8, "end": 12, "label": "time"}]}\n')
    [row] = read(tmp_path / "in.jsonl")
    [same] = rows(tmp_path, WAKE)
    assert (slots(row), example(row).label) == (slots(same), example(same).label)
    assert example(row).task == example(same).task == "spans"


def test_language_must_be_given(tmp_path: Path) -> None:
    (tmp_path / "in.slots").write_text(WAKE)
    with pytest.raises(InputError, match="give it"):
        read(tmp_path / "in.slots")


def test_conll_columns_hold_labels_of_words_if_the_task_is_words(tmp_path: Path) -> None:
    content = "# a comment\nDogs\tNOUN\nbark\tVERB\n#\tSYM\n!\t_\n\nGo\t\n"
    (tmp_path / "in.conll").write_text(content)
    row, bad = read(tmp_path / "in.conll", lang="en", task="words")
    made = example(row)
    text, [words] = made.fields["text"], made.words
    assert [(text[a:b], label) for (a, b), label in zip(words.ranges, words.labels, strict=True)
            ] == [("Dogs", "NOUN"), ("bark", "VERB"), ("#", "SYM"), ("!", None)]
    assert (made.task, made.spans) == ("words", ())
    assert isinstance(bad, Reject) and bad.reasons[0].startswith("empty-label: line 7")
    first, _ = read(tmp_path / "in.conll", lang="en")
    assert isinstance(first, Reject) and "task words" in first.reasons[0]
