"""What a reader finds out about an input beside its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crosslabel.projection.plain import one_line


@dataclass(slots=True)
class Notes:
    """What readers noted while they read; it is complete once all rows are read.

    Attributes:
        lines: lines for a person, such as how the columns of a file were understood; each is noted
            once.
        classes: names of the class labels that the input declares, in the order of their numbers;
            empty if it declares none.
    """

    lines: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Note a line for a person unless it is noted already."""
        line = one_line(line)
        if line not in self.lines:
            self.lines.append(line)

    def declare(self, names: Sequence[str]) -> None:
        """Note names of class labels after those that are known already."""
        self.classes += [name for name in names if name not in self.classes]
