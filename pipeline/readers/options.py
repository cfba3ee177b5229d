"""What a caller may say about an input."""

from __future__ import annotations

from dataclasses import dataclass

MAX_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Options:
    """Settings every reader understands.

    Attributes:
        lang: BCP-47 tag of rows that do not name theirs.
        labels: allowed labels; ``None`` allows any.
        max_characters: code points a field may have.
    """

    lang: str | None = None
    labels: frozenset[str] | None = None
    max_characters: int = MAX_CHARACTERS
