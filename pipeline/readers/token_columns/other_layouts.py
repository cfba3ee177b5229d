"""Layouts with a word or a tag per line that are known by their looks and cannot be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from crosslabel.pipeline.readers.sentences import columns_of
from crosslabel.pipeline.readers.token_columns.head import Head

_MOSTLY = 0.8
_WEBANNO = re.compile(rb"#FORMAT=WebAnno TSV|[0-9]+-[0-9]+\t[0-9]+-[0-9]+\t")
_STANDOFF = re.compile(rb"T[0-9]+\t\S+ [0-9]+ [0-9]+(?:;[0-9]+ [0-9]+)*(?:\t|$)")
_FEATURE = re.compile(r"[^\s=]*\[-?[0-9]+\][^\s=]*=.*", re.DOTALL)
_SENTENCE_ENDS = re.compile(rb"EOS|<EOS>|<eos>|</?s(?: [^<>]*)?>|[-=*_]{3,}")


def other_layout(head: Head) -> str:
    """Return why a file cannot be read, with the way out; nothing if its layout is another."""
    written = [line.rstrip(b"\r\n") for _, line in head.lines if line.strip()]
    if not written:
        return ""
    if any(map(_WEBANNO.match, written[:1])) or _are_mostly(_WEBANNO, written):
        return ("is a WebAnno TSV file, which is not read; export it as CoNLL 2002 (a word and its "
                "tag per line, format: conll) or as JSON rows with text and spans")
    if _are_mostly(_STANDOFF, [line for line in written if line.startswith(b"T")]):
        return ("is a file of brat standoff annotations, which says no text; write the text and "
                "its spans as JSON rows (text, spans with start, end and label; format: jsonl)")
    if _has_features(written):
        return (f"has the features of each word ({_shown(written[0])}), as for CRFsuite, not the "
                "words; write a word and its tag per line with an empty line after each sentence "
                "(format: conll)")
    return _ends_of_sentences(written)


def _are_mostly(pattern: re.Pattern[bytes], written: Sequence[bytes]) -> bool:
    fitting = sum(pattern.match(line) is not None for line in written)
    return fitting > 0 and fitting >= _MOSTLY * len(written)


def _has_features(written: Sequence[bytes]) -> bool:
    """Return whether most lines have features such as ``w[0]=Nora`` beside a tag."""
    rows = [columns_of(line.decode("utf-8", errors="replace")) for line in written]
    fitting = [row for row in rows if len(row) > 1
               and any(map(_FEATURE.fullmatch, row[:2])) and any(map(_FEATURE.fullmatch, row[-1:]))]
    return len(fitting) >= _MOSTLY * len(rows)


def _ends_of_sentences(written: Sequence[bytes]) -> str:
    """Return the problem that lines such as ``EOS`` stand between sentences in columns."""
    marks = Counter(line.strip() for line in written if _SENTENCE_ENDS.fullmatch(line.strip()))
    rows = [len(columns_of(line.decode("utf-8", errors="replace"))) for line in written
            if line.strip() not in marks]
    [(width, count)] = Counter(rows).most_common(1) or [(0, 0)]
    if marks.total() < 2 or width < 2 or count < _MOSTLY * len(rows):
        return ""
    mark = next(iter(marks)).decode()
    return (f"has a word per line, but its sentences end in lines such as {mark!r}; put an empty "
            "line in place of each of them, or set format: text to read it as text")


def _shown(line: bytes) -> str:
    return line.decode("utf-8", errors="replace")[:40].replace("\t", " | ")
