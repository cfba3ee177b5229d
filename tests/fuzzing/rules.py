"""What must hold of whatever a reader gives, stated anew and not by the code under test."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from crosslabel.pipeline.corpus import arrow
from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers import MAX_CHARACTERS
from crosslabel.projection.errors import InputError

_REASON = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*: .+", re.DOTALL)
_TAG = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")
_LONGEST_MESSAGE = 2000


def check_rows(rows: Sequence[Example | Reject]) -> list[Example]:
    """Check examples and rejects; give the examples."""
    examples = [row for row in rows if isinstance(row, Example)]
    for row in rows:
        if isinstance(row, Reject):
            _check_reject(row)
    for example in examples:
        _check_example(example)
    ids = [(example.lang, example.id) for example in examples]
    assert len(set(ids)) == len(ids)
    return examples


def _check_reject(reject: Reject) -> None:
    assert reject.reasons and reject.row >= 1
    for reason in reject.reasons:
        assert _REASON.match(reason), reason
        assert len(reason) <= _LONGEST_MESSAGE
    assert len(reject.raw) <= MAX_CHARACTERS and len(reject.id or "") <= MAX_CHARACTERS
    json.dumps([reject.reasons, reject.raw, reject.id], ensure_ascii=False).encode()


def _check_example(example: Example) -> None:
    assert example.id and example.fields and _TAG.fullmatch(example.lang)
    assert example.task in ("spans", "text", "words")
    for text in example.fields.values():
        assert text.strip() and len(text) <= MAX_CHARACTERS
    for span in example.spans:
        assert span.label and span.fragments
        _check_ranges(span.fragments, example.fields[span.field])
    for words in example.words:
        _check_ranges(words.ranges, example.fields[words.field])
        assert len(words.labels) in (0, len(words.ranges))
    names = {span.id for span in example.spans}
    assert len(names) == len(example.spans)
    assert all({own.head, own.tail} <= names for own in example.relations)
    values = arrow.side(example, "human")
    json.dumps(values, ensure_ascii=False, allow_nan=False).encode()
    json.loads(values["meta"], parse_constant=_not_json)
    assert arrow.example(values) == example


def _not_json(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def _check_ranges(ranges: Sequence[tuple[int, int]], text: str) -> None:
    done = 0
    for start, end in ranges:
        assert type(start) is int and type(end) is int
        assert done <= start < end <= len(text)
        done = end


def check_message(error: InputError, file: Path) -> None:
    """An error is one line of bearable length that names the file."""
    message = str(error)
    assert file.name in message, message
    assert len(message) <= _LONGEST_MESSAGE
    assert not re.search(r"[\r\n]", message), message
