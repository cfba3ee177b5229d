"""CoNLL-U and CoNLL-U Plus: word forms with their universal parts of speech (UPOS), or names.

Names are read if the file has them: tags in MISC (``NER=B-PER``, ``name=B-PER``) or in a column of
its own, or names in brackets (``Entity=(1-person``). With the task ``words`` parts of speech are
read nevertheless.

The text is the value of the comment ``# text =``; without one it is built from the forms, with a
space after each that lacks ``SpaceAfter=No``. A token of several syntactic words (``26-27 am``) is
one word here, because only the token is in the text; its part of speech is that of its words if
they agree, otherwise unknown, and a name of one of its words covers it. A word with the part of
speech ``_`` has no known label. Empty nodes (``5.1``) are skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import Example, Reject, Task, Words
from crosslabel.pipeline.readers.conllu_parts.fields import UPOS, Fields, Source, fields_of
from crosslabel.pipeline.readers.conllu_parts.names import (
    Names,
    find_names,
    names_at,
    sources,
    unread_names,
)
from crosslabel.pipeline.readers.conllu_parts.sentences import (
    ConlluSentence,
    conllu_sentences,
    name_and_value,
)
from crosslabel.pipeline.readers.conllu_parts.tokens import Token, tokens_of
from crosslabel.pipeline.readers.gate import Gate
from crosslabel.pipeline.readers.ids import UNNAMED
from crosslabel.pipeline.readers.language import required_language
from crosslabel.pipeline.readers.lines import shown
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.tagged import spanned_example
from crosslabel.pipeline.readers.tags import TokenSpan
from crosslabel.pipeline.readers.token_columns.asked import check_keys
from crosslabel.pipeline.readers.token_columns.head import Head, head
from crosslabel.pipeline.text.detokenize import align_tokens
from crosslabel.projection.errors import InputError
from crosslabel.projection.files.compression import without_compression
from crosslabel.projection.files.lines import decode, lines

_ENDINGS = (".conllu", ".conllup")
_READ = (b"sent_id", b"text")


@dataclass(frozen=True, slots=True)
class _Form:
    """What is read: the columns, and names or, if there are none, labels of words."""

    fields: Fields
    names: Names | None
    labels: Source = UPOS

    @property
    def source(self) -> Source:
        """Where labels or names stand."""
        return self.labels if self.names is None else self.names.source


def read_conllu(path: Path, options: Options, gate: Gate) -> Iterator[Example | Reject]:
    """Read the sentences of a CoNLL-U file as examples of the task ``words`` or, if it has names,
    of the task ``spans``.

    A sentence with a bad line becomes one Reject. Ids come from ``# sent_id =``; ``meta`` holds the
    other comments, and ``repaired_tags`` if tags of names did not fit together.

    Raises:
        InputError: no language is given, the file cannot be read, or it is not clear which of
            several kinds of names to read.
    """
    lang = required_language(path, options)
    beginning = head(path)
    try:
        form = _form(beginning, options.columns, options.task)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    if form.names is not None:
        options.notes.say(f"{path.name}: read as CoNLL-U: names of {form.source}; set task: words "
                          "to read parts of speech")
    elif not without_compression(path.name).lower().endswith(_ENDINGS):
        options.notes.say(f"{path.name}: read as CoNLL-U: labels of words from {form.source}")
    return _rows(path, lang, form, gate)


def _form(beginning: Head, columns: Mapping[str, str], task: Task | None) -> _Form:
    fields = fields_of(beginning, columns)
    if columns:
        check_keys(columns)
        source = fields.source(columns["tags"], "tags")
        if task == "words":
            return _Form(fields, None, source)
        return _Form(fields, names_at(source, beginning, fields))
    if task == "words":
        return _Form(fields, None)
    found = find_names(beginning, fields)
    if len(found) > 1:
        places = [str(names.source) for names in found]
        raise InputError(f"has names in {' and in '.join(places)}; choose with source.columns: "
                         f"{{tokens: {fields.form}, tags: {places[0]!r}}}, or set task: words to "
                         "read parts of speech")
    if not found:
        _check_unread(beginning, fields, task)
    return _Form(fields, found[0] if found else None)


def _check_unread(beginning: Head, fields: Fields, task: Task | None) -> None:
    """Refuse a file without names if names are asked for, or if they are not understood."""
    way_out = "set task: words to read parts of speech"
    if unread := unread_names(beginning, fields):
        raise InputError(f"{', '.join(map(str, unread))} holds no tags such as B-PER, I-PER and O, "
                         f"nor names in brackets; {way_out}")
    if task == "spans":
        places = ", ".join(map(str, sources(beginning, fields)))
        raise InputError("has no names, such as NER=B-PER in MISC; it has "
                         f"{places or 'nothing there'}; {way_out}")


def _rows(path: Path, lang: str, form: _Form, gate: Gate) -> Iterator[Example | Reject]:
    for sentence in conllu_sentences(lines(path)):
        named = sentence.named(b"sent_id")
        id = shown(named) if named else None
        raw = shown(b"\n".join(line for _, line in sentence.lines[:100]))
        build = partial(_example, id or UNNAMED, lang, form, sentence)
        yield gate.admit(sentence.row, raw, build, id=id)


def _example(id: str, lang: str, form: _Form, sentence: ConlluSentence) -> Example:
    sentence.room.check()
    tokens = tokens_of(sentence, form.fields, form.source)
    surface = list(tokens.merged())
    named = sentence.named(b"text")
    text = decode(named) if named else _written(surface)
    forms, meta = [token.form for token in surface], _meta(sentence)
    if form.names is not None:
        spans, repairs = form.names.spans(list(tokens.labelled()))
        return spanned_example(id, lang, forms, _on_surface(spans, surface), repairs=repairs,
                               text=text, meta=meta)
    words = Words("text", align_tokens(text, forms), tuple(token.label for token in surface))
    return Example(id=id, task="words", lang=lang, fields={"text": text}, words=(words,),
                   meta=meta)


def _on_surface(spans: Sequence[TokenSpan], surface: Sequence[Token]) -> list[TokenSpan]:
    """Return spans of syntactic words as spans of the tokens that contain them."""
    places = [place for place, token in enumerate(surface)
              for _ in range(token.first, token.last + 1)]
    return [TokenSpan(places[span.start], places[span.end - 1] + 1, span.label) for span in spans]


def _written(tokens: Sequence[Token]) -> str:
    pieces = (token.form + " " * token.space_after for token in tokens)
    return "".join(pieces).rstrip(" ")


def _meta(sentence: ConlluSentence) -> dict[str, Any]:
    kept = [line for line in sentence.comments if name_and_value(line)[0] not in _READ]
    comments = [decode(line).removeprefix("#").strip() for line in kept]
    return {"comments": comments} if comments else {}
