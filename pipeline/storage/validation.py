"""The conversion of pydantic's validation errors to one line for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError


@dataclass(frozen=True, slots=True)
class Problem:
    """The first problem of a value.

    Attributes:
        location: keys and positions that lead to it; empty for the value as a whole.
        kind: pydantic's name of the broken rule, such as ``missing``.
        message: the problem, without the location.
        value: the value at the location.
    """

    location: tuple[int | str, ...]
    kind: str
    message: str
    value: Any

    @property
    def key(self) -> str:
        """The location as ``key.sub``."""
        return ".".join(map(str, self.location))

    def __str__(self) -> str:
        return f"{self.key}: {self.message}" if self.location else self.message


def first_problem(error: ValidationError) -> Problem:
    """Return the first problem of a validation error; as a string it is ``key.sub: message``."""
    first = error.errors(include_url=False)[0]
    message = first["msg"].removeprefix("Value error, ")
    return Problem(tuple(first["loc"]), first["type"], message, first["input"])
