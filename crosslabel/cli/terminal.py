"""What is said to a person: text of files and models is shown as text and cannot steer a terminal.

Data that is asked for, such as translations, goes into files and pipes as it is.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any

from rich.markup import escape

from crosslabel.projection.plain import plain

_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What JSON leaves as it is although a terminal obeys it."""


def cell(value: object) -> str:
    """A value for a table or line of ``rich``: plain, and without markup."""
    return escape(plain(str(value)))


def say(line: object) -> None:
    """Print a plain line."""
    print(plain(str(line)))


def warn(line: object) -> None:
    """Print a plain line on stderr."""
    print(plain(str(line)), file=sys.stderr)


def print_data(line: str) -> None:
    """Print a line of data: plain on a terminal, elsewhere as it is."""
    print(plain(line) if sys.stdout.isatty() else line)


def print_json(value: Any) -> None:
    """Print JSON in which everything that a terminal obeys is written as an escape."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    print(_UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


class PlainLines(logging.Formatter):
    """Messages of a log, line by line plain."""

    def format(self, record: logging.LogRecord) -> str:
        """The message as plain lines."""
        return "\n".join(map(plain, super().format(record).splitlines()))
