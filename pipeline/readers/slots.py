"""CoNLL columns with an intent per sentence, the format of xSID (van der Goot et al., 2021)::

    # id: 1
    # text: Wake me at 6
    # intent: alarm/set_alarm
    1   Wake    alarm/set_alarm   O
    2   me      alarm/set_alarm   O
    3   at      alarm/set_alarm   B-datetime
    4   6       alarm/set_alarm   I-datetime

Columns, separated by tabs, are number, word, intent and tag, or only word and tag. Slots become
spans, and the intent becomes the label of the text. Comments may also be written with ``=``. The
text may be left out; it is then built from the words. The intent may be left out if the columns
give it or if it is not known (``_``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers.gate import Gate
from crosslabel.pipeline.readers.ids import UNNAMED
from crosslabel.pipeline.readers.language import required_language
from crosslabel.pipeline.readers.lines import shown
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.sentences import Marks, Sentence, columns_of, decoded, sentences
from crosslabel.pipeline.readers.tagged import UNLABELLED, tagged_example
from crosslabel.pipeline.readers.tags import is_tag
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.lines import decode, lines

_NAME = re.compile(r"#\s*(id|text|intent)\s*[:=]")
_SHORT, _LONG = 2, 4


def read_slots(path: Path, options: Options, gate: Gate) -> Iterator[Example | Reject]:
    """Read the sentences of a file; a sentence with a bad line becomes one Reject.

    Ids come from ``# id:``. ``meta`` holds the other comments, and ``repaired_tags`` if tags did
    not fit together.

    Raises:
        InputError: no language is given, or the file cannot be read.
    """
    lang = required_language(path, options)
    return _rows(path, lang, gate)


def _rows(path: Path, lang: str, gate: Gate) -> Iterator[Example | Reject]:
    for sentence in sentences(lines(path), Marks(_is_comment)):
        id = _named(sentence, errors="replace").get("id")
        raw = shown(b"\n".join(sentence.lines[:100]))
        yield gate.admit(sentence.row, raw, partial(_example, id or UNNAMED, lang, sentence), id=id)


def _is_comment(line: bytes) -> bool:
    """Return whether a line is a comment; ``#`` in a separate column is a word."""
    return line.startswith(b"#") and not line.startswith(b"#\t")


def _example(id: str, lang: str, sentence: Sentence) -> Example:
    sentence.room.check()
    rows = [_row(number, line) for number, line in sentence.numbered()]
    named = _named(sentence)
    example = tagged_example(id, lang, [row[0] for row in rows], [row[-1] for row in rows],
                             text=named.get("text") or None, meta=_meta(sentence))
    intents = {row[1] for row in rows if len(row) > _SHORT} | {named.get("intent") or UNLABELLED}
    return replace(example, label=_intent(intents - {UNLABELLED}))


def _row(number: int, line: bytes) -> list[str]:
    """Return the word, the intent if the line has a column for it, and the tag of a line."""
    columns = columns_of(decoded(number, line))
    if len(columns) not in (_SHORT, _LONG):
        raise InputError(f"wrong-columns: line {number} has {len(columns)} columns, expected "
                         "number, word, intent and tag, or word and tag")
    columns = columns[-3:]
    if not columns[0].strip():
        raise InputError(f"empty-token: line {number} has no word")
    if not is_tag(columns[-1]):
        raise InputError(f"unknown-tag: line {number} ends with {columns[-1]!r}, expected O or "
                         "B-, I-, E-, S-, L-, U- with a label")
    return columns


def _intent(intents: set[str]) -> str | None:
    if len(intents) > 1:
        raise InputError(f"two-intents: the sentence has the intents {', '.join(sorted(intents))}; "
                         "it can have one")
    return intents.pop() if intents else None


def _named(sentence: Sentence, errors: str = "strict") -> Mapping[str, str]:
    """Return the values of the comments with a known name, by name."""
    named = ((_NAME.match(line), line) for line in _comments(sentence, errors))
    return {match[1]: line[match.end():].strip() for match, line in named if match}


def _comments(sentence: Sentence, errors: str) -> Sequence[str]:
    if errors == "strict":
        return [decode(line) for line in sentence.comments]
    return [line.decode("utf-8", errors) for line in sentence.comments]


def _meta(sentence: Sentence) -> dict[str, Any]:
    comments = [line.removeprefix("#").strip() for line in _comments(sentence, "strict")
                if not _NAME.match(line)]
    return {"comments": comments} if comments else {}
