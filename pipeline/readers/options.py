"""The settings that a caller may give for an input."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from crosslabel.pipeline.corpus.records import Task
from crosslabel.pipeline.readers.notes import Notes
from crosslabel.projection.files.limits import MAX_CHARACTERS


@dataclass(frozen=True, slots=True)
class Options:
    """Settings that every reader understands.

    Attributes:
        lang: BCP-47 tag of rows that do not name their language.
        labels: allowed labels; ``None`` allows any.
        max_characters: the most code points that a field may have.
        columns: the column or key of the row for each part of an example, see
            :mod:`crosslabel.pipeline.readers.rows.columns`; empty if the names in the file decide.
        task: the task of rows that do not name one; ``None`` leaves it to the reader.
        label_names: name of each class by what stands for it in the file, such as a number.
        missing: labels that mean "no label".
        features: ``datasets`` feature by column, where the card of a data set describes them.
        notes: readers note there what they found out about the input.
    """

    lang: str | None = None
    labels: frozenset[str] | None = None
    max_characters: int = MAX_CHARACTERS
    columns: Mapping[str, str] = field(default_factory=dict)
    task: Task | None = None
    label_names: Mapping[str, str] = field(default_factory=dict)
    missing: Collection[str] = ()
    features: Mapping[str, Any] = field(default_factory=dict)
    notes: Notes = field(default_factory=Notes)
