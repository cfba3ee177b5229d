"""Output for people: text of files and models is shown as text and cannot control a terminal.

Data that was asked for, such as translations, goes into files and pipes unchanged.
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
"""Characters that JSON leaves unescaped although a terminal obeys them."""


def cell(value: object) -> str:
    """Return a value for a table or line of ``rich``: plain, and without markup."""
    return escape(plain(str(value)))


def say(line: object) -> None:
    """Print a plain line."""
    print(plain(str(line)))


def warn(line: object) -> None:
    """Print a plain line on stderr."""
    print(plain(str(line)), file=sys.stderr)


def print_data(line: str) -> None:
    """Print a line of data, plain on a terminal and unchanged elsewhere."""
    print(plain(line) if sys.stdout.isatty() else line)


def print_json(value: Any) -> None:
    """Print JSON, escaping every character that a terminal obeys."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    print(_UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


class PlainLines(logging.Formatter):
    """A formatter that makes each line of a log message plain."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the message as plain lines."""
        return "\n".join(map(plain, super().format(record).splitlines()))
