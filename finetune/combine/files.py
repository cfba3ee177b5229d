"""Prediction files as checked rows by language and id."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from crosslabel.projection.errors import InputError
from crosslabel.projection.files.jsonl import RowError, rows

Row = Mapping[str, Any]
Key = tuple[str, str]
"""Language and id."""
Kind = Literal["words", "class", "value", "answer"]

_KIND_BY_KEY: dict[str, Kind] = {
    "tags": "words", "label": "class", "value": "value", "answer": "answer",
}


@dataclass(frozen=True, slots=True)
class Prediction:
    """A usable row and its number."""

    number: int
    kind: Kind
    row: Row


@dataclass(slots=True)
class SystemFile:
    """The predictions of one system.

    Attributes:
        predictions: by key, in the order of the file.
        problems: rows that cannot be used.
    """

    name: str
    predictions: dict[Key, Prediction] = field(default_factory=dict)
    problems: list[RowError] = field(default_factory=list)

    def rows(self, kind: Kind) -> Iterator[Row]:
        """Yield the predictions of one kind."""
        return (entry.row for entry in self.predictions.values() if entry.kind == kind)

    def tags(self) -> Iterator[str]:
        """Yield every tag that words have or may have; some come more than once."""
        for row in self.rows("words"):
            yield from (tag for tag in row["tags"] if tag is not None)
            yield from (tag for word in row.get("tag_probabilities") or () for tag in word or ())

    def error(self, key: Key, problem: str) -> RowError:
        """Return an error about one of the predictions."""
        return RowError(self.name, self.predictions[key].number, problem, key[1])


def read_predictions(path: Path) -> SystemFile:
    """Read the output of ``crosslabel predict``, or other lines of JSON with the same fields.

    A row needs ``id``, ``lang`` and one of: ``words`` and ``tags``; ``label``; ``value``;
    ``answer`` with ``start`` and ``end``. Words and classes may have scores, which are
    probabilities; words may also have ``tag_probabilities``, classes ``probabilities`` and answers
    ``probability``.

    Raises:
        InputError: the file cannot be read.
    """
    file = SystemFile(path.name)
    for number, row in rows(path):
        if isinstance(row, RowError):
            file.problems.append(row)
            continue
        try:
            key, kind = _key(row), _kind(row)
            _CHECKS[kind](row)
            if key in file.predictions:
                raise InputError(f"{key[1]!r} ({key[0]}) was predicted before; remove one")
        except InputError as error:
            file.problems.append(RowError(path.name, number, str(error), _shown(row.get("id"))))
            continue
        file.predictions[key] = Prediction(number, kind, row)
    return file


def _shown(id: Any) -> str | None:
    return id if isinstance(id, str) else None


def _key(row: Row) -> Key:
    for name in ("id", "lang"):
        if not isinstance(row.get(name), str):
            raise InputError(f"{name!r} is {row.get(name)!r}; give text")
    return row["lang"], row["id"]


def _kind(row: Row) -> Kind:
    kinds = [kind for name, kind in _KIND_BY_KEY.items() if name in row]
    if len(kinds) != 1:
        raise InputError(f"has {len(kinds)} of {', '.join(_KIND_BY_KEY)}; a prediction has one")
    return kinds[0]


def _check_words(row: Row) -> None:
    words, tags = row.get("words"), row["tags"]
    if not isinstance(words, list) or not isinstance(tags, list) or len(words) != len(tags):
        raise InputError("'words' and 'tags' must be lists of equal length")
    if not all(word is None or is_range(word) for word in words):
        raise InputError("'words' must hold [start, end] or null")
    if not all(tag is None or isinstance(tag, str) for tag in tags):
        raise InputError("'tags' must hold text or null")
    _check_each(row, "scores", _is_probability, "one probability (or null) for each word")
    _check_each(row, "tag_probabilities", _is_distribution,
                "one object of probabilities by tag (or null) for each word")


def _check_each(row: Row, name: str, right: Callable[[Any], bool], expected: str) -> None:
    values = row.get(name)
    if values is None:
        return
    if (not isinstance(values, list) or len(values) != len(row["tags"])
            or not all(value is None or right(value) for value in values)):
        raise InputError(f"{name!r} must hold {expected}")


def _check_class(row: Row) -> None:
    if not isinstance(row["label"], str):
        raise InputError(f"'label' is {row['label']!r}; give text")
    if row.get("score") is not None and not _is_probability(row["score"]):
        raise InputError(f"'score' is {row['score']!r}; give a probability")
    if row.get("probabilities") is not None and not _is_distribution(row["probabilities"]):
        raise InputError("'probabilities' must hold a probability for each class")


def _check_value(row: Row) -> None:
    if not _is_number(row["value"]):
        raise InputError(f"'value' is {row['value']!r}; give a finite number")


def _check_answer(row: Row) -> None:
    if not isinstance(row["answer"], str):
        raise InputError(f"'answer' is {row['answer']!r}; give text, empty for no answer")
    place = [row.get("start"), row.get("end")]
    if place != [None, None] and not is_range(place):
        raise InputError(f"'start' and 'end' are {place}; give characters, or null for no answer")
    for name, right in (("score", _is_number), ("no_answer_score", _is_number),
                        ("probability", _is_probability)):
        if row.get(name) is not None and not right(row[name]):
            raise InputError(f"{name!r} is {row[name]!r}; give a number or leave it out")


_CHECKS: dict[Kind, Callable[[Row], None]] = {
    "words": _check_words, "class": _check_class, "value": _check_value, "answer": _check_answer,
}


def is_range(word: Any) -> bool:
    """Return whether ``word`` is a list of two integers."""
    return (type(word) is list and len(word) == 2
            and type(word[0]) is int and type(word[1]) is int)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= sys.float_info.max


def _is_probability(value: Any) -> bool:
    return _is_number(value) and 0.0 <= value <= 1.0


def _is_distribution(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(map(_is_probability, value.values()))
