"""What the keys of a file's rows mean, decided once for the file from its first rows.

Keys with the names of :mod:`crosslabel.pipeline.readers.rows.forms` mean what they say. A key with
another name is read if what it holds leaves no doubt: a list of tags as long as the tokens, or a
list of objects with start, end and label. A mapping
(:mod:`crosslabel.pipeline.readers.rows.columns`) overrules this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.rows.class_labels import ClassLabels, has_fractions
from crosslabel.pipeline.readers.rows.columns import KEYS, mapped
from crosslabel.pipeline.readers.rows.keys import (
    held,
    keys_of,
    keys_of_others,
    language_key,
    put_aside,
    span_keys,
    tag_keys,
    tokens_key,
)
from crosslabel.pipeline.readers.rows.layouts import layout
from crosslabel.pipeline.readers.rows.nearest import nearest_layout
from crosslabel.pipeline.readers.rows.offsets import (
    USUAL,
    Counting,
    converted,
    counting_of,
    tells_text,
)
from crosslabel.pipeline.readers.rows.questions import is_question
from crosslabel.pipeline.readers.rows.span_forms import (
    as_span,
    check_spans,
    is_plain,
    is_span,
    rows_of_columns,
)
from crosslabel.pipeline.readers.rows.token_offsets import TokenOffsets, token_offsets
from crosslabel.pipeline.readers.rows.values import Row, as_integer, as_object, items
from crosslabel.projection.errors import InputError

_TEXTS = ("text", "fields", "tokens", "source")

Rows = Callable[[], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of the keys of a file's rows.

    Attributes:
        columns: mapping of the keys of forms to keys of the file; empty if names decide.
        tokens: key of the tokens.
        tags: key of the tags; ``None`` if there are none.
        spans: key of the spans; ``None`` if there are none.
        offsets: what the spans' offsets count in rows that have tokens.
        counting: how offsets in characters count.
        aside: keys of ours that hold something else in this file; they go to ``meta``.
        lang: key of the language.
        numbers: whether labels are numbers with fractions, and so values.
        classes: whether rows have classes of whole texts and nothing else is labelled.
        labels: how these are written.
    """

    labels: ClassLabels
    columns: Mapping[str, str]
    tokens: str = "tokens"
    tags: str | None = None
    spans: str | None = None
    offsets: TokenOffsets = "tokens"
    counting: Counting = USUAL
    aside: tuple[str, ...] = ()
    lang: str = "lang"
    numbers: bool = False
    classes: bool = False

    def form(self, row: Row) -> Row:
        """Return a row with the keys of :mod:`crosslabel.pipeline.readers.rows.forms`.

        Raises:
            InputError: ``code: explanation``: the row lacks a key, or what it holds has another
                form than in the other rows.
        """
        form = self._spans(self._tags(self._named(row)))
        form = renamed(form, "label", "value") if self.numbers else form
        form = self.labels.read({"label": None, **form} if self.classes else form)
        spans = form.get("spans")
        if self.counting == USUAL or spans is None or not isinstance(form.get("text"), str):
            return form
        return {**form, "spans": [converted(form["text"], span, self.counting) for span in spans]}

    def _named(self, row: Row) -> Row:
        if self.columns:
            return mapped(row, self.columns)
        return put_aside(renamed(_side(row), self.lang, "lang"), self.aside)

    def _tags(self, row: Row) -> Row:
        form = renamed(row, self.tokens, "tokens")
        if self.tags is None or form.get("tokens") is None:
            return form
        if form.get(self.tags) is None:
            raise InputError(f"missing-key: the row has no {self.tags!r}, the tags of other rows")
        return renamed(form, self.tags, "tags")

    def _spans(self, row: Row) -> Row:
        if self.spans is None or row.get(self.spans) is None:
            return row
        given = rows_of_columns(row[self.spans])
        held = items({self.spans: given}, self.spans)
        spans = [self._span(number, span) for number, span in enumerate(held)]
        form = {key: value for key, value in row.items() if key != self.spans} | {"spans": spans}
        if self.offsets == "characters":
            form.pop("tokens", None)
        return form

    def _span(self, number: int, span: Any) -> Any:
        """Return a span with our names; under our own key a wrong one is left to be judged."""
        if self.spans == "spans" and not is_span(span):
            return span
        named = as_span(str(self.spans), number, span)
        if self.offsets != "tokens, the end included":
            return named
        return {**named, "end": as_integer("end", named["end"]) + 1} if "end" in named else named


def labelled_side(row: Row) -> Row:
    """Return the labelled side ``source`` of a row that is a pair, with the row's other keys.

    Raises:
        InputError: the side is not an object.
    """
    side = as_object("source", row["source"])
    rest = {key: value for key, value in row.items() if key not in ("source", "target")}
    return {**rest, **side, **{key: row[key] for key in ("id",) if key in row}}


def renamed(row: Row, key: str, name: str) -> Row:
    """Return a row with a key under another name, unchanged if it does not have the key."""
    if key == name or row.get(key) is None:
        return row
    return {name: row[key], **{other: value for other, value in row.items()
                               if other not in (key, name)}}


def meaning_of(path: Path, head: Sequence[Row], all_rows: Rows, options: Options) -> Meaning:
    """Return the meaning of the keys of a file, and note what was understood that is not plain.

    Args:
        head: the first rows.
        all_rows: reads all rows once more; called only if spans give their texts.

    Raises:
        InputError: no text is found in the rows, or several keys may be the labels.
    """
    labels = ClassLabels(options.label_names, options.missing)
    columns = options.columns or _layout(path, head)
    meaning = Meaning(labels, columns)
    if columns:
        offsets = token_offsets(path, head, columns.get("spans", "spans"), columns)
        meaning = replace(meaning, spans="spans", offsets=offsets)
    else:
        meaning = _found_out(path, _sides(head), meaning, options)
    if "value" not in columns and has_fractions(
            held(head, columns.get("label", "label"))):
        meaning = replace(meaning, numbers=True)
    meaning = replace(meaning, classes=not meaning.numbers and _has_classes(head, meaning))
    return _counted(path, head, all_rows, meaning, options)


def _has_classes(head: Sequence[Row], meaning: Meaning) -> bool:
    if meaning.tags or (meaning.spans and meaning.spans != "spans"):
        return False
    names = {"label": "label", "spans": "spans", "value": "value"} | dict(meaning.columns)
    others = {names["spans"], names["value"], "task", "words"} - set(meaning.aside)
    return any(row.get(names["label"]) is not None for row in head) and not any(
        row.get(key) is not None for row in head for key in others)


def _side(row: Row) -> Row:
    """Return the labelled side of a pair; ``source`` beside a text may name where it is from."""
    is_pair = "source" in row and "target" in row and row.get("text") is None
    return labelled_side(row) if is_pair else row


def _sides(rows: Sequence[Row]) -> list[Row]:
    """Return the labelled sides of rows, without those of pairs that have none."""
    return [_side(row) for row in rows
            if isinstance(row.get("source", {}), dict) or row.get("text") is not None]


def _layout(path: Path, head: Sequence[Row]) -> Mapping[str, str]:
    """Return the columns of a known layout; none if the keys are those of forms.

    Raises:
        InputError: no row has a text.
    """
    keys = keys_of(head)
    if not keys or not keys.keys().isdisjoint(_TEXTS) or any(map(is_question, head)):
        return {}
    if any(tokens_key(row) for row in head):
        return {}
    columns = layout(keys)
    if columns is None:
        raise InputError(f"{path}: has no text under a name that is known; {nearest_layout(head)}")
    return columns


def _found_out(path: Path, head: Sequence[Row], meaning: Meaning, options: Options) -> Meaning:
    aside = keys_of_others(head)
    head = [put_aside(row, aside) for row in head]
    tokens = next((key for row in head if (key := tokens_key(row))), "tokens")
    meaning = replace(meaning, tokens=tokens, aside=aside, lang=language_key(head))
    spans, tags = span_keys(head), tag_keys(head, tokens)
    if len(tags) > 1 and not spans:
        raise InputError(f"{path}: {' and '.join(tags)} may both be the tags; name one with "
                         f"columns: {{tokens: {tokens}, tags: {tags[0]}}}")
    if spans == ["spans"] and all(map(is_plain, held(head, "spans"))):
        return meaning
    if spans:
        check_spans(path, head, spans[0])
        offsets = token_offsets(path, head, spans[0], {"tokens": tokens, "text": "text"})
        meaning = replace(meaning, spans=spans[0], offsets=offsets)
    elif tags:
        meaning = replace(meaning, tags=tags[0])
    _note(path, meaning, [key for key in (*spans[1:], *(tags if spans else tags[1:]))
                          if key not in KEYS], options)
    return meaning


def _note(path: Path, meaning: Meaning, unread: Sequence[str], options: Options) -> None:
    said = [f"{key} as {name}" for name, key in (
        ("language", meaning.lang), ("tokens", meaning.tokens)) if key not in ("lang", "tokens")]
    if meaning.tags not in (None, "tags"):
        said.append(f"{meaning.tags} as tags of the tokens")
    if meaning.spans not in (None, "spans"):
        counts = f" (offsets count {meaning.offsets})" if meaning.offsets != "tokens" else ""
        said.append(f"{meaning.spans} as spans{counts}")
    if said:
        rest = f"; {' and '.join(unread)} only kept" if unread else ""
        options.notes.say(f"{path.name}: read {', '.join(said)}{rest}; columns would overrule this")
    if meaning.aside:
        options.notes.say(f"{path.name}: {', '.join(meaning.aside)} only kept, because of what "
                          "they hold; columns would overrule this")


def _counted(
    path: Path, head: Sequence[Row], all_rows: Rows, meaning: Meaning, options: Options
) -> Meaning:
    """Find out how the offsets count, if spans give their texts."""
    if not any(tells_text(span) for _, span in _evidence(head, meaning)):
        return meaning
    counting = counting_of(_evidence(all_rows(), meaning))
    if counting != USUAL:
        options.notes.say(f"{path.name}: offsets of spans count {counting}, by the texts of the "
                          "spans; they are converted to code points")
    return replace(meaning, counting=counting)


def _evidence(rows: Iterable[Row], meaning: Meaning) -> Iterable[tuple[str, Row]]:
    """Yield text and span of the rows that can be read and whose offsets count characters."""
    for row in rows:
        try:
            form = meaning.form(row)
        except InputError:
            continue
        text, spans = form.get("text"), form.get("spans")
        if isinstance(text, str) and isinstance(spans, list) and form.get("tokens") is None:
            yield from ((text, span) for span in spans if isinstance(span, dict)
                        and type(span.get("start")) is int and type(span.get("end")) is int)
