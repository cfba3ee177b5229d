"""The options of the rule that turns links into spans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, get_args, get_type_hints

from crosslabel.projection.errors import InputError

Punctuation = Literal["trim", "keep"]
FunctionWords = Literal["counterpart", "trim", "keep"]
Winner = Literal["content", "links", "score", "coverage"]
Order = Literal["fewest", "largest"]
Compounds = Literal["whole", "cut"]
Clitics = Literal["keep", "cut"]


@dataclass(frozen=True, slots=True)
class SpanRules:
    """The options that say how links become spans.

    :mod:`crosslabel.projection.spans` gives the whole rule. The defaults were chosen on one set
    (restaurant reviews, English to Spanish, train part).

    Attributes:
        gap: number of words that may be missing between two linked words of one target.
        spaceless_gap: as ``gap``, for target languages written without spaces.
        bridge: number of these words that may be content words linked outside the span; ``None``
            for any number.
        strongest: a word with a stronger link outside the span is a candidate only if the others
            yield no target.
        winner: the group with the most content words (``content``), the most words (``links``),
            the highest sum of scores (``score``) or links to the most source words (``coverage``)
            wins; ties are decided by more words, then the higher sum, then the leftmost group.
        punctuation: marks at the ends of a target that the source span does not have there are cut
            off (``trim``) or kept (``keep``).
        function_words: function words at the ends of a target are kept (``keep``), cut off
            (``trim``), or believed only if a function word or the same word of the source span is
            linked to them (``counterpart``). A target of nothing but function words is kept.
        short_word: function words with more letters than this, which are often content words, are
            also believed if a source word has no better link.
        fill: the distance, in words, within which a target is extended to an unlinked word that
            an unlinked source word may have become; 0 extends no target.
        fill_to_length: a target is extended only while it is shorter than expected from the lengths
            of the two texts (the length ratio of Gale and Church 1993).
        order: of spans with equal scores, the one with the fewest candidates (``fewest``) or with
            the largest target (``largest``) is placed first.
        share: a span that would get no target takes words that another span holds.
        fragments: labels of spans that may become several fragments; ``"all"`` or ``"none"``.
        compounds: words with hyphens are projected ``whole``, or ``cut`` into their parts.
        clitics: words with an apostrophe are kept whole (``keep``), or ``cut`` into stem and
            clitic.

    Raises:
        InputError: an option has a value that is not allowed.
    """

    gap: int = 3
    spaceless_gap: int = 3
    bridge: int | None = 0
    strongest: bool = True
    winner: Winner = "content"
    punctuation: Punctuation = "trim"
    function_words: FunctionWords = "counterpart"
    short_word: int = 4
    fill: int = 3
    fill_to_length: bool = True
    order: Order = "fewest"
    share: bool = False
    fragments: Literal["all", "none"] | frozenset[str] = "none"
    compounds: Compounds = "whole"
    clitics: Clitics = "keep"

    @classmethod
    def of(cls, values: Mapping[str, object]) -> SpanRules:
        """Return the rules that a recipe gives by name; a list of labels stands for a set.

        Raises:
            InputError: there is no such rule, or its value is not allowed.
        """
        unknown = [name for name in values if name not in {field.name for field in fields(cls)}]
        if unknown:
            names = ", ".join(field.name for field in fields(cls))
            raise InputError(f"there is no span rule {unknown[0]!r}; there are: {names}")
        return cls(**{
            name: frozenset(value) if isinstance(value, list) else value
            for name, value in values.items()
        })  # type: ignore[arg-type]

    def __post_init__(self) -> None:
        kinds = get_type_hints(SpanRules)
        for field in fields(self):
            _check(field.name, getattr(self, field.name), kinds[field.name])

    def many_fragments(self, label: str) -> bool:
        """Return whether one fragment of a span of this label may become several."""
        return self.fragments == "all" or (self.fragments != "none" and label in self.fragments)


def _check(name: str, value: object, kind: object) -> None:
    if name == "fragments":
        wanted = "'all', 'none' or a frozenset of labels"
        good = value in ("all", "none") or isinstance(value, frozenset)
    elif kind is bool:
        wanted, good = "true or false", isinstance(value, bool)
    elif kind in (int, int | None):
        wanted = "a whole number from 0" + (" or none" if kind is not int else "")
        good = _is_count(value) or (kind is not int and value is None)
    else:
        wanted, good = " or ".join(map(repr, get_args(kind))), value in get_args(kind)
    if not good:
        raise InputError(f"span rule {name!r} is {value!r}; give {wanted}")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


DEFAULT_RULES = SpanRules()
