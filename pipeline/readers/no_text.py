"""Files that are called text and look like something else: tables, words with labels, bad bytes.

They are refused with the ways out; ``format: text`` always reads them as they are.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence

from crosslabel.pipeline.readers.token_columns.head import Head

_MOSTLY, _NEARLY, _USUAL, _FEW = 0.8, 0.95, 0.4, 0.3
_FEWEST, _ROWS, _SOME = 4, 10, 0.2
_BYTES, _SHARE, _CR_LINES = 16, 0.4, 2
_LETTER = re.compile(rb"[A-Za-z]")
_FASTTEXT = re.compile(r"\s*__label__\S")
_NAMES = frozenset((
    "text", "label", "labels", "sentence", "sentence1", "sentence2", "premise", "hypothesis",
    "question", "answer", "answers", "context", "category", "class", "review", "sentiment",
    "tokens", "tags", "intent", "slots", "id", "idx", "pair_id", "pairid", "sentence_a",
    "sentence_b", "text1", "text2", "title", "body", "content", "target", "score", "rating",
    "source", "translation", "word", "tag", "pos", "lemma", "relatedness_score",
    "entailment_judgment", "gold_label",
))
_NAME = re.compile(r"\w[\w #.-]*")
_TAG = re.compile(r"[BI][-_][A-Z][A-Za-z]\w*")
_LIKE_LABEL = re.compile(r"[A-Z0-9\W_]+|[a-z]|[A-Z][a-z]")


def bad_lines(head: Head) -> str:
    """Return the problem that bytes of a file are no lines of text; nothing if they are."""
    joined = b"".join(line for _, line in head.lines)
    if len(joined) >= _BYTES and _SHARE * len(joined) <= joined.count(0) <= len(joined) * (
            1 - _SHARE) and len(_LETTER.findall(joined)) >= _SOME * len(joined):
        return "has NUL bytes, as UTF-16 without a byte order mark; convert the file to UTF-8"
    parts = joined.rstrip(b"\r\n").split(b"\r")
    if len(head.lines) == 1 and sum(map(bool, map(_LETTER.search, parts))) > _CR_LINES:
        return "its lines end in CR alone; convert them to LF, as with tr '\\r' '\\n'"
    return ""


def is_json(head: Head) -> bool:
    """Return whether the first line is a JSON object, or an array of them."""
    first = next((line for _, line in head.lines if line.strip()), b"")
    if not first.lstrip().startswith((b"{", b"[")):
        return False
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        return _is_open_array(head)
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and all(isinstance(own, dict) for own in value))


def begins_like_json(head: Head) -> bool:
    """Return whether the first line begins as JSON rows do."""
    first = next((line for _, line in head.lines if line.strip()), b"")
    return first.lstrip().startswith((b"{", b"[", b'"'))


def no_text(head: Head) -> str:
    """Return why a file that is called text is none, with the ways out; nothing if it may be."""
    written = [line.decode("utf-8", errors="replace").rstrip("\r\n")
               for _, line in head.lines if line.strip()]
    if len(written) < 1:
        return ""
    if sum(map(bool, map(_FASTTEXT.match, written))) >= _MOSTLY * len(written):
        return ("has a label __label__… in each line, as for fastText; write a table with the "
                "columns text and label (format: tsv), or set format: text to read it as text")
    return _header(written) or _tabs(written) or _labels(written)


def _is_open_array(head: Head) -> bool:
    written = [line.strip() for _, line in head.lines if line.strip()]
    return len(written) > 1 and written[0] == b"[" and written[1].startswith(b"{")


def _header(written: Sequence[str]) -> str:
    """Return the problem that the first line names columns of a table."""
    for separator, format in (("\t", "tsv"), (",", "csv")):
        names = written[0].split(separator)
        known = [name for name in names if name.lower() in _NAMES]
        fitting = sum(line.count(separator) >= len(names) - 1 for line in written)
        if (len(written) > 1 and len(known) > 1
                and all(map(_NAME.fullmatch, names)) and fitting >= _MOSTLY * len(written)):
            return (f"its first line names the columns {', '.join(names)}, as a table does; set "
                    f"format: {format} to read it as one, or format: text to read it as text")
    return ""


def _tabs(written: Sequence[str]) -> str:
    """Return the problem that all lines have as many tabs."""
    [(tabs, count)] = Counter(line.strip().count("\t") for line in written).most_common(1)
    if not tabs or count < len(written) or count < 2:
        return ""
    several = "a tab" if tabs == 1 else f"{tabs} tabs"
    return (f"every line has {several}, as a table does; the first is {written[0][:60]!r}. Set "
            "format: tsv if its first line names columns, source.columns: {tokens: 1, tags: 2} if "
            "it has a word per line, or format: text to read it as text")


def _labels(written: Sequence[str]) -> str:
    """Return the problem that nearly all lines are a word and one of few labels."""
    pairs = [line.split() for line in written]
    two = [pair for pair in pairs if len(pair) == 2]
    if len(two) < _FEWEST or len(two) < _NEARLY * len(pairs):
        return ""
    words, labels = Counter(pair[0] for pair in two), Counter(pair[1] for pair in two)
    if not (_has_tags(labels) or _are_labels(words, labels)):
        return ""
    return (f"has a word and a label per line, such as {written[0][:60]!r}, but no tags that are "
            "known. To label words, set task: words with source.columns: {tokens: 1, tags: 2}; "
            "names need tags such as B-PER and I-PER, and O for other words; to read it as text, "
            "set format: text")


def _has_tags(labels: Counter[str]) -> bool:
    """Return whether some labels are tags such as ``B-PER``."""
    tags = sum(count for label, count in labels.items() if _TAG.fullmatch(label))
    return tags > 1 and tags >= _SOME * labels.total()


def _are_labels(words: Counter[str], labels: Counter[str]) -> bool:
    """Return whether few labels, which look like such, stand beside many different words."""
    rows = labels.total()
    if rows < _ROWS or not 2 <= len(labels) <= min(_FEW * rows, len(words) / 2):
        return False
    if all(word == word.upper() != word.lower() for word in words):
        return False
    usual, count = labels.most_common(1)[0]
    shaped = sum(number for label, number in labels.items() if _LIKE_LABEL.fullmatch(label))
    return shaped >= _MOSTLY * rows or (
        _LIKE_LABEL.fullmatch(usual) is not None and count >= _USUAL * rows)
