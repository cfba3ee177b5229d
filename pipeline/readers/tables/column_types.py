"""What the columns of a table mean by their types, as ``datasets`` describes them.

- A list of class labels beside a list of as many strings holds the tags of tokens, whatever the two
  are called. If its classes are ``O``, ``B-PER`` and the like, or ``O`` and names, they tag spans;
  otherwise they label words. Of several columns the likeliest by name is read.
- A class label is the class of the text; a ``label`` with fractions is its value.

Names of classes are declared in the order of their numbers; those of a class beside tags are not,
because the labels of the tags are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import Task
from crosslabel.pipeline.readers.options import Options
from crosslabel.pipeline.readers.rows.layouts import layout
from crosslabel.pipeline.readers.rows.values import Row
from crosslabel.pipeline.readers.schemes import Scheme
from crosslabel.pipeline.readers.tables.class_tags import declared_names, span_scheme, standard_tags
from crosslabel.pipeline.readers.tags import is_tag
from crosslabel.projection.errors import InputError

_TOKENS = ("tokens", "words", "token", "word", "sentence_tokens", "sentence", "text")
_SPAN_TAGS = ("ner_tags", "tags", "ner", "labels", "label")
_WORD_TAGS = ("tags", "upos", "pos_tags", "upos_tags", "pos", "labels")
_OTHER_TAGS = ("pos", "chunk", "lemma", "dep", "morph")
"""What stands in the names of columns of other tags than those of spans that are wanted."""
_OWN_TEXTS = ("text", "fields", "tokens", "source")
_OUTSIDE = "O"

Features = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ColumnTypes:
    """The meaning of columns by their types.

    Attributes:
        names: the key of :mod:`crosslabel.pipeline.readers.rows.forms` for columns with other
            names.
        aside: columns with the name of such a key that hold something else; they go to ``meta``.
        task: of rows that do not name one, where the caller names none either.
        tagged: whether rows have tags.
        tags: the column of tags that are class labels.
        scheme: how these tag spans; ``None`` if they label words.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    aside: tuple[str, ...] = ()
    task: Task | None = None
    tagged: bool = False
    tags: str | None = None
    scheme: Scheme | None = None

    def form(self, row: Row) -> Row:
        """Return a row under the keys of forms.

        Raises:
            InputError: it has tokens but no tags.
        """
        if self.scheme is not None and isinstance(row.get(self.tags or ""), list):
            row = {**row, str(self.tags): standard_tags(row[str(self.tags)], self.scheme)}
        kept = {key: value for key, value in row.items()
                if key not in self.aside and key not in self.names}
        kept |= {name: row[column] for column, name in self.names.items() if column in row}
        if self.aside:
            aside = {key: row[key] for key in self.aside if key in row}
            kept["meta"] = aside | (kept.get("meta") or {})
        if self.tagged and kept.get("tokens") is not None and kept.get("tags") is None:
            raise InputError("missing-key: the row has tokens but no tags")
        return kept


def column_types(
    path: Path, features: Features, head: Sequence[Row], options: Options
) -> ColumnTypes:
    """Return the meaning of the columns of a table; declare its classes and note what was found.

    Args:
        head: its first rows, with the names of classes.

    Raises:
        InputError: several columns may be the tags, the tokens or the class.
    """
    if not features:
        return ColumnTypes()
    if options.columns or _is_list_of_objects(features.get("spans")):
        return _named(features, options)
    tags = _tags_column(path, features, head, options)
    if tags is None:
        return _of_texts(path, features, head, options)
    tokens = _tokens_column(path, features, head, tags)
    if tokens is None:
        if "label" not in features and "value" not in features and _classes_of_list(features[tags]):
            raise InputError(f"{path}: {tags} holds lists of classes, but no column has a token "
                             "for each; a text has one class: name columns to read, such as "
                             "columns: {text: text}")
        return _of_texts(path, features, head, options)
    return _of_tokens(path, features, tokens, tags, options)


def _of_tokens(
    path: Path, features: Features, tokens: str, tags: str, options: Options
) -> ColumnTypes:
    classes = _classes_of_list(features[tags])
    label = _other_label(features)
    names = {tokens: "tokens", tags: "tags"} | ({label: "label"} if label else {})
    aside = [key for key in ("spans", "words", "relations", "tags", "tokens")
             if key in features and key not in names
             and (key in names.values() or not _is_list_of_objects(features[key]))]
    unread = [name for name, feature in features.items()
              if name not in names and _classes_of_list(feature)]
    _note(path, names, unread, options)
    renamed = {column: name for column, name in names.items() if column != name}
    return replace(_of_classes(tags, classes, options), names=renamed, aside=tuple(aside),
                   tagged=True)


def _of_classes(tags: str, classes: Sequence[str], options: Options) -> ColumnTypes:
    """Return the meaning of a column of tags, and declare its classes."""
    if not classes:
        return ColumnTypes()
    scheme = None if options.task == "words" else span_scheme(classes)
    options.notes.declare(declared_names(classes, scheme))
    return ColumnTypes(task="words" if scheme is None else None, tags=tags, scheme=scheme)


def _named(features: Features, options: Options) -> ColumnTypes:
    """Return the meaning of columns that a mapping or their own names give; declare classes."""
    columns = options.columns
    feature = features.get(columns.get("label", "label"))
    options.notes.declare(_classes(feature))
    spans = getattr(features.get(columns.get("spans", "spans")), "feature", None)
    options.notes.declare(_classes(spans.get("label")) if isinstance(spans, dict) else ())
    tags = columns.get("tags", "")
    return _of_classes(tags, _classes_of_list(features.get(tags)), options)


def _of_texts(
    path: Path, features: Features, head: Sequence[Row], options: Options
) -> ColumnTypes:
    """Return the meaning of columns of texts with classes or numbers."""
    classes = [name for name, feature in features.items() if _is_class(feature)]
    named = [name for name in ("label", "value") if name in features]
    if len(classes) > 1 and not named:
        raise InputError(f"{path}: {' and '.join(classes)} may all be the class; name one with "
                         f"columns: {{text: {_text_column(features) or 'COLUMN'}, "
                         f"label: {classes[0]}}}")
    names = {} if named else dict.fromkeys(classes, "label")
    text = _text_column(features) if _lacks_text(features) and (named or names) else None
    if text:
        names[text] = "text"
    if any(isinstance(row.get("label"), float) and row["label"] % 1 for row in head):
        names["label"] = "value"  # whole numbers are classes, as pandas writes them beside nulls
    for name in ("label", *classes):
        if name == "label" or name in names:
            options.notes.declare(_classes(features.get(name)))
    for feature in features.values():
        objects = getattr(feature, "feature", None)
        options.notes.declare(_classes(objects.get("label")) if isinstance(objects, dict) else ())
    _note(path, names, (), options)
    return ColumnTypes(names)


def _note(path: Path, names: Mapping[str, str], unread: Sequence[str], options: Options) -> None:
    said = [f"{column} as {name}" for column, name in names.items()
            if column != name or unread]
    if not said:
        return
    rest = f"; {' and '.join(unread)} only kept" if unread else ""
    options.notes.say(f"{path.name}: read {', '.join(said)}{rest}; columns would overrule this")


def _tags_column(
    path: Path, features: Features, head: Sequence[Row], options: Options
) -> str | None:
    """Return the column of tags, or ``None`` if there is none."""
    lists = {name: classes for name, feature in features.items()
             if (classes := _classes_of_list(feature))}
    spans = [name for name, classes in lists.items() if span_scheme(classes)]
    words = [name for name in lists if name not in spans]
    if options.task == "words" and words:
        return _likeliest(path, words, _WORD_TAGS)
    if spans:
        return _likeliest(path, spans, _SPAN_TAGS)
    if words:
        return _likeliest(path, words, _WORD_TAGS)
    return _tags_in_strings(path, features, head, options)


def _tags_in_strings(
    path: Path, features: Features, head: Sequence[Row], options: Options
) -> str | None:
    """Return the column of strings that are tags by its name or by what the first rows hold."""
    lists = [name for name, feature in features.items() if _is_list_of_strings(feature)]
    named = [name for name in ("ner_tags", "tags") if name in lists]
    if named and "tokens" in lists:
        return named[0]
    if options.task == "words":
        return next((name for name in _WORD_TAGS if name in lists), None)
    found = [name for name in lists if _holds_tags(row.get(name) for row in head)]
    return _likeliest(path, found, _SPAN_TAGS) if found else None


def _tokens_column(
    path: Path, features: Features, head: Sequence[Row], tags: str
) -> str | None:
    """Return the column that has a string for each tag, or ``None`` if there is none."""
    found = [name for name, feature in features.items() if name != tags
             and _is_list_of_strings(feature) and _as_long(head, name, tags)]
    return _likeliest(path, found, _TOKENS, "tokens") if found else None


def _likeliest(
    path: Path, names: Sequence[str], order: Sequence[str], kind: str = "tags"
) -> str:
    """Return the name that comes first in an order, or the only one that may be meant.

    Raises:
        InputError: several may be.
    """
    known = next((name for name in order if name in names), None)
    others = [name for name in names if not any(part in name.lower() for part in _OTHER_TAGS)]
    if known is None and 1 not in (len(names), len(others)):
        raise InputError(f"{path}: {' and '.join(names)} may all be the {kind}; name the columns, "
                         "such as columns: {tokens: tokens, tags: ner_tags}")
    return known or (names[0] if len(names) == 1 else others[0])


def _as_long(head: Sequence[Row], name: str, tags: str) -> bool:
    """Return whether two lists have the same length in all rows that have both."""
    both = [(row[name], row[tags]) for row in head
            if row.get(name) is not None and row.get(tags) is not None]
    differing = sum(len(one) != len(other) for one, other in both)
    return differing == 0 or name == "tokens"


def _holds_tags(values: Iterable[Any]) -> bool:
    tags = [tag for value in values if value is not None for tag in value]
    return all(isinstance(tag, str) and is_tag(tag) for tag in tags) and any(
        tag != _OUTSIDE for tag in tags)


def _other_label(features: Features) -> str | None:
    """Return the only column of a class, unless a column has the name of one."""
    if "label" in features:
        return None
    classes = [name for name, feature in features.items() if _is_class(feature)]
    return classes[0] if len(classes) == 1 else None


def _lacks_text(features: Features) -> bool:
    return not any(name in features for name in _OWN_TEXTS) and layout(list(features)) is None


def _text_column(features: Features) -> str | None:
    """Return the only column of strings that is no id and no language."""
    found = [name for name, feature in features.items()
             if _is_string(feature) and not _is_about(name.lower())]
    return found[0] if len(found) == 1 else None


def _is_about(name: str) -> bool:
    return name in ("id", "idx", "guid", "uid", "uuid", "lang", "language", "split") or (
        name.endswith(("_id", "-id")))


def _is_class(feature: Any) -> bool:
    from datasets import ClassLabel

    return isinstance(feature, ClassLabel)


def _classes(feature: Any) -> list[str]:
    """Return the names of a class label; none of any other column."""
    return list(feature.names) if _is_class(feature) else []


def _classes_of_list(feature: Any) -> list[str]:
    """Return the names of a list of class labels; none of any other column."""
    return _classes(getattr(feature, "feature", None))


def _is_string(feature: Any) -> bool:
    return getattr(feature, "dtype", None) in ("string", "large_string", "string_view")


def _is_list_of_strings(feature: Any) -> bool:
    return _is_string(getattr(feature, "feature", None)) and not _is_class(feature.feature)


def _is_list_of_objects(feature: Any) -> bool:
    return isinstance(getattr(feature, "feature", None), dict)
