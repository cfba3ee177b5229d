"""Which protected parts are looked for."""

from __future__ import annotations

from dataclasses import dataclass

RULES = ("code", "math", "markup", "placeholders", "urls", "emails", "mentions", "files",
         "identifiers", "phones", "terms", "numbers", "emoji")
"""Names of all rules; of two parts in the same place the rule that comes first has it."""
PATTERNS = "patterns"
"""Kind of the parts that own regular expressions find."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is looked for in texts.

    Attributes:
        names: rules of `RULES`.
        terms: words and phrases that stay as they are, written as they stand in texts.
        patterns: own regular expressions, in the syntax of the package ``regex``.
    """

    names: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse names that are no rules.

        Raises:
            ValueError: a name is not in `RULES`.
        """
        unknown = [name for name in self.names if name not in RULES]
        if unknown:
            raise ValueError(f"no rule is named {', '.join(map(repr, unknown))}; "
                             f"there are {', '.join(RULES)}")
