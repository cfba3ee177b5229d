"""What a caller may say about an input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crosslabel.pipeline.corpus.records import Task
from crosslabel.projection.files.limits import MAX_CHARACTERS


@dataclass(frozen=True, slots=True)
class Options:
    """Settings every reader understands.

    Attributes:
        lang: BCP-47 tag of rows that do not name theirs.
        labels: allowed labels; ``None`` allows any.
        max_characters: code points a field may have.
        columns: column or key of the row by what the example has, see
            :mod:`crosslabel.pipeline.readers.columns`; empty where the names in the file say it.
        task: what rows annotate that do not say it; ``None`` leaves it to the reader.
    """

    lang: str | None = None
    labels: frozenset[str] | None = None
    max_characters: int = MAX_CHARACTERS
    columns: Mapping[str, str] = field(default_factory=dict)
    task: Task | None = None
