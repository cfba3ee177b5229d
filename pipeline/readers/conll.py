"""CoNLL columns: a word per line with its tag, an empty line after each sentence.

Which columns hold the words and the tags is found out from the beginning of the file
(:mod:`crosslabel.pipeline.readers.token_columns`): words may be numbered, tags may stand before the
words and on several levels, and may be written as ``B-PER``, ``PER-B``, ``B_PER``, ``b-per``,
``PER``, ``B`` or in brackets. Where that is not clear, the word is the first of two to four columns
and its tag the last; ``columns`` of the caller overrule all of it.

Columns are separated by a tab, or by spaces where a line has no tab, or by commas. Lines
``-DOCSTART-`` and the like count documents; lines that begin with ``#`` before a sentence's first
word are comments. With the task ``words`` the last column is the label of the word, ``_`` if it has
none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import Example, Reject
from crosslabel.pipeline.readers.gate import Gate
from crosslabel.pipeline.readers.ids import UNNAMED
from crosslabel.pipeline.readers.language import required_language
from crosslabel.pipeline.readers.lines import shown
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.sentences import Sentence, sentences
from crosslabel.pipeline.readers.tagged import spanned_example, tagged_example
from crosslabel.pipeline.readers.tags import TokenSpan
from crosslabel.pipeline.readers.token_columns.asked import asked_layout
from crosslabel.pipeline.readers.token_columns.described import notes_on
from crosslabel.pipeline.readers.token_columns.finding import find
from crosslabel.pipeline.readers.token_columns.head import Head, head
from crosslabel.pipeline.readers.token_columns.layout import Layout, Tags, plain_layout
from crosslabel.pipeline.readers.token_columns.other_layouts import other_layout
from crosslabel.pipeline.readers.token_columns.rows import WordRow, lines_below, rows_of
from crosslabel.pipeline.readers.token_columns.spans import spans_of
from crosslabel.pipeline.readers.token_columns.word_labels import word_label_layout
from crosslabel.pipeline.text.detokenize import align_tokens
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.lines import decode, lines

_TEXT = "text ="


def read_conll(path: Path, options: Options, gate: Gate) -> Iterator[Example | Reject]:
    """Read the sentences of a file in columns; a sentence with a bad line becomes one Reject.

    The text is the value of a comment ``# text =`` that consists of the words, otherwise it is
    built from the words. ``meta`` holds ``document`` (from 1) if the file marks documents,
    ``comments``, and ``repaired_tags`` if tags did not fit together.

    Raises:
        InputError: no language is given, the file cannot be read, or it is not clear which of
            several columns of tags to read.
    """
    lang = required_language(path, options)
    beginning = head(path)
    try:
        layout = _layout(beginning, options)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    for line in notes_on(path, layout, beginning, lang):
        options.notes.say(line)
    return _rows(path, lang, layout, gate)


def _layout(beginning: Head, options: Options) -> Layout:
    if options.columns:
        return asked_layout(options.columns, beginning, options.task or "spans")
    if problem := other_layout(beginning):
        raise InputError(problem)
    if options.task == "words":
        return word_label_layout(beginning)
    found = find(beginning)
    if found.problem and not found.is_plain:
        raise InputError(found.problem)
    return found.layout or plain_layout()


def _rows(path: Path, lang: str, layout: Layout, gate: Gate) -> Iterator[Example | Reject]:
    for sentence in sentences(lines_below(layout, lines(path)), layout.marks()):
        raw = shown(b"\n".join(sentence.lines[:100]))
        yield gate.admit(sentence.row, raw, partial(_example, lang, layout, sentence))


def _example(lang: str, layout: Layout, sentence: Sentence) -> Example:
    sentence.room.check()
    rows = rows_of(sentence, layout)
    words, meta = [row.word for row in rows], _meta(sentence)
    text = _given_text(sentence, words)
    if layout.labels_words:
        labels = [row.tags[0] for row in rows]
        return tagged_example(UNNAMED, lang, words, labels, task="words", text=text, meta=meta)
    spans, repairs = _spans(rows, layout.tags)
    return spanned_example(UNNAMED, lang, words, spans, repairs=repairs, text=text, meta=meta)


def _spans(rows: Sequence[WordRow], levels: Sequence[Tags]) -> tuple[list[TokenSpan], int]:
    """Return the spans of all levels, outer before inner, and the number of repairs."""
    found = [spans_of([row.tags[level] for row in rows], tags.scheme)
             for level, tags in enumerate(levels) if tags.scheme is not None]
    spans = [span for own, _ in found for span in own]
    return sorted(spans, key=lambda span: (span.start, -span.end)), sum(own for _, own in found)


def _given_text(sentence: Sentence, words: Sequence[str]) -> str | None:
    """Return the text of a comment if it consists of the words."""
    for comment in _comments(sentence):
        if comment.startswith(_TEXT):
            text = comment.removeprefix(_TEXT).strip()
            try:
                align_tokens(text, words)
            except InputError:
                return None
            return text
    return None


def _meta(sentence: Sentence) -> dict[str, Any]:
    comments = _comments(sentence)
    meta: dict[str, Any] = {"document": sentence.document} if sentence.document else {}
    return meta | {"comments": comments} if comments else meta


def _comments(sentence: Sentence) -> list[str]:
    return [decode(line).removeprefix("#").strip() for line in sentence.comments]
