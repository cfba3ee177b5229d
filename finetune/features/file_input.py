"""Labelled files as input: side a is the text with its given labels, side b its translation.

The translation comes from a corpus that was built from the same file with the other language as
target: its labels were projected onto the translation or, if a labeller labelled it, from there. It
is found by the example's id. Rows without a translation have an empty side b.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

from crosslabel.finetune.features.corpus_input import corpus_origin
from crosslabel.finetune.features.options import FeatureOptions
from crosslabel.finetune.features.rows import FeatureRow, LabelledSide, group_id, mt_score
from crosslabel.finetune.features.source import (
    Chunk,
    FeatureSource,
    given_origin,
    translated_origin,
)
from crosslabel.finetune.schema import LabelOrigin, Task
from crosslabel.pipeline.corpus.lost_spans import flagged
from crosslabel.pipeline.corpus.reading import pairs, read_manifest
from crosslabel.pipeline.corpus.records import Example, Pair, Reject, Segment
from crosslabel.pipeline.corpus.records import Task as RowTask
from crosslabel.pipeline.readers import read
from crosslabel.pipeline.readers.inputs.find import find_input
from crosslabel.pipeline.storage.files import is_file, sha256
from crosslabel.pipeline.storage.keys import key
from crosslabel.pipeline.storage.location import Location
from crosslabel.projection.errors import InputError

_CHUNK_ROWS = 2000
# The meaning of a lost span where no corpus states it.
_NO_RECIPE = {"on_lost_span": "mask", "mask_above": 1.0}

_Row = tuple[int, Example | Reject]


class RowInput(Protocol):
    """The rows of one file, and the key of everything that decides them."""

    @property
    def path(self) -> Location: ...

    @property
    def lang(self) -> str | None: ...

    def read(self) -> Iterator[Example | Reject]:
        """Yield the rows."""
        ...

    def key(self) -> list[Any]:
        """Return everything that decides the rows, the content of the file first."""
        ...


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """A file and the settings to read it with, see :func:`crosslabel.pipeline.readers.read`.

    Attributes:
        rows: task of rows that do not name one.
    """

    path: Location
    lang: str | None = None
    format: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    rows: RowTask | None = None

    def read(self) -> Iterator[Example | Reject]:
        """Yield the rows."""
        return read(self.path, self.format, self.lang, columns=self.columns, task=self.rows)

    def key(self) -> list[Any]:
        """Return everything that decides the rows, the content of the file first."""
        asked = [list(self.columns.items()), self.rows] if self.columns or self.rows else []
        return [content_key(self.path), self.lang, self.format, *asked]


def file_source(
    file: RowInput, options: FeatureOptions, translations: Location | None
) -> FeatureSource:
    """Prepare the rows of a labelled file, in chunks of one language each.

    Raises:
        InputError: the file or the corpus of translations cannot be used, or the classes are not
            given.
    """
    path = file.path
    if options.on_lost_span == "drop_pair":
        raise InputError(f"{path}: rows of a labelled file are all kept; "
                         "leave out drop_pair")
    if options.labels is None and options.task != "qa":
        raise InputError(f"{path}: which classes there are is not known; give labels_from: the "
                         "features that the student learns from")
    rows = [(number, _masked(row, options.mask_above))
            for number, row in enumerate(file.read(), start=1)]
    manifest = read_manifest(translations) if translations else None
    by_id = _translated(translations, manifest) if translations and manifest else {}
    content = [*file.key(), corpus_origin(manifest) if manifest else None]
    chunks = tuple(
        Chunk(lang, number, [content, number],
              partial(_rows, part, by_id, options.task, (path, translations)))
        for lang, of_lang in _by_language(rows, file.lang).items()
        for number, part in enumerate(_parts(of_lang))
    )
    origin = {"file": path.name, "sha256": content[0], "translations": content[-1]}
    return FeatureSource(
        path.name, options.labels or (), _evaluated(options, manifest), origin, chunks
    )


def _masked(row: Example | Reject, mask_above: float | None) -> Example | Reject:
    """Return a row whose likely words are unknown from a threshold on; without one, those that the
    file calls unknown."""
    if isinstance(row, Reject) or mask_above is None or not row.lost:
        return row
    return replace(row, lost=flagged(row.lost, mask_above))


def _evaluated(options: FeatureOptions, manifest: dict[str, Any] | None) -> FeatureOptions:
    """Return the options for rows that are all kept, whatever their translation lost."""
    recipe = manifest["recipe"] if manifest else _NO_RECIPE
    following = options.following(recipe)
    lost = "mask" if following.on_lost_span == "drop_pair" else following.on_lost_span
    return following.model_copy(update={"evaluation": True, "on_lost_span": lost})


def content_key(path: Location) -> Any:
    """Return the sha256 of a file, or a key of all files that a place stands for."""
    return sha256(path) if is_file(path) else key(find_input([path]).content())


@dataclass(frozen=True, slots=True)
class _Translation:
    """A text of the file and its translation, as a corpus holds them.

    Attributes:
        pair: the pair, if the labels of the translation were projected from the text.
    """

    text: Example
    translation: Example
    segments: Sequence[Segment]
    pair: Pair | None

    @classmethod
    def of(cls, pair: Pair) -> _Translation:
        if pair.a_origin == "human":
            return cls(pair.a, pair.b, pair.segments, None)
        return cls(pair.b, pair.a, pair.segments, pair)


def _translated(folder: Location, manifest: dict[str, Any]) -> dict[str, _Translation]:
    """Return the translations of a corpus by the id of their example."""
    languages = list(manifest["languages"])
    if len(languages) != 1:
        raise InputError(f"{folder}: holds translations into {', '.join(languages)}; give a corpus "
                         "with one target language")
    return {pair.b.id: _Translation.of(pair) for pair in pairs(folder)}


def _by_language(rows: Sequence[_Row], lang: str | None) -> dict[str, list[_Row]]:
    """Group rows by language; an unreadable row goes with the row before it."""
    current = next((row.lang for _, row in rows if isinstance(row, Example)), lang or "und")
    grouped: dict[str, list[_Row]] = {}
    for number, row in rows:
        current = row.lang if isinstance(row, Example) else current
        grouped.setdefault(current, []).append((number, row))
    return grouped


def _parts(rows: Sequence[_Row]) -> Iterable[Sequence[_Row]]:
    return (rows[start:start + _CHUNK_ROWS] for start in range(0, len(rows), _CHUNK_ROWS))


def _rows(
    rows: Sequence[_Row],
    translations: dict[str, _Translation],
    task: Task,
    names: tuple[Location, Location | None],
) -> list[FeatureRow | Reject]:
    return [row if isinstance(row, Reject)
            else _row(number, row, _same_text(row, translations.get(row.id), names), task)
            for number, row in rows]


def _same_text(
    example: Example, translated: _Translation | None, names: tuple[Location, Location | None]
) -> _Translation | None:
    if translated is not None and translated.text.fields != example.fields:
        raise InputError(f"{names[1]}, row {example.id}: the text differs from {names[0]}; "
                         "build the translations from this file")
    return translated


def _row(
    number: int, example: Example, translated: _Translation | None, task: Task
) -> FeatureRow:
    given = given_origin(example, task)
    lang_b = translated.translation.lang if translated else example.lang
    return FeatureRow(
        number=number,
        id=key(example.id, example.lang, lang_b),
        group_id=group_id(example),
        kind="translate_test" if translated else "identity",
        lang_b=lang_b,
        a=LabelledSide(example, given),
        b=_side_b(translated, given, task) if translated else None,
        mt_score=mt_score(translated.segments) if translated else None,
    )


def _side_b(translated: _Translation, given: LabelOrigin, task: Task) -> LabelledSide:
    if translated.pair is None:
        return LabelledSide(translated.translation, LabelOrigin.PSEUDO)
    return LabelledSide(
        translated.translation, translated_origin(given, task), translated.pair
    )
