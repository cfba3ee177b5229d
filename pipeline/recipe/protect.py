"""The field ``protect`` of a recipe: which parts of texts stay as they are."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field, field_validator

from crosslabel.pipeline.recipe.section import Section
from crosslabel.pipeline.storage.location import LocationField

RuleName = Literal["urls", "emails", "placeholders", "code", "math", "markup", "mentions", "emoji",
                   "phones", "files", "identifiers", "capitals", "numbers"]
RULE_NAMES: tuple[RuleName, ...] = get_args(RuleName)
_OFF_BY_DEFAULT = frozenset({"numbers"})
_OF_RUNNING_TEXT = frozenset({"code", "math", "markup"})
"""Rules about characters that a corpus cut into words has for other reasons."""


class Terms(Section):
    """A list of terms that stay as they are."""

    terms: LocationField = Field(description="A text file with a term per line.")


class Pattern(Section):
    """A regular expression of parts that stay as they are."""

    pattern: str = Field(min_length=1, description="A regular expression (of the package regex).")

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        import regex

        try:
            regex.compile(pattern)
        except regex.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        return pattern


ProtectRule = RuleName | Terms | Pattern


def default_rules(*, cut_into_words: bool) -> tuple[RuleName, ...]:
    """Return the rules for rows of a recipe that names none.

    Args:
        cut_into_words: whether the row brings words, as in CoNLL files.
    """
    left_out = _OFF_BY_DEFAULT | (_OF_RUNNING_TEXT if cut_into_words else frozenset())
    return tuple(name for name in RULE_NAMES if name not in left_out)
